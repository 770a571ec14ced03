"""What a role may not do it is not offered, and asking for it by its address is refused: one rule."""

import pytest
from playwright.sync_api import expect

from people import INSIDE, Person, sign_in
from wizard import NEW

VIEWER = Person("Donald Knuth", "donald@harbour.example")
OPERATOR = Person("Barbara Liskov", "barbara@harbour.example")
SERVERS = "/app/settings/communication/mail-servers"


@pytest.fixture(scope="module")
def staff(demo):
    demo.add_user(VIEWER.email, "viewer", VIEWER.password, VIEWER.name)
    demo.add_user(OPERATOR.email, "operator", OPERATOR.password, OPERATOR.name)
    return demo


def test_a_viewer_reads_the_log_and_composes_nothing(staff, visit):
    page = visit(staff, session={}, refused=[rf"403 {NEW}", rf"403 {SERVERS}"])
    sign_in(page, VIEWER)
    expect(page).to_have_url(INSIDE)
    page.goto("/app/communications/send-logs")
    expect(page.get_by_role("table", name="Messages, newest first")).to_be_visible()
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="Send Logs")).to_be_visible()
    for hidden in ("Compose", "Saved Drafts", "Communication"):
        expect(menu.get_by_role("link", name=hidden, exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Compose")).to_have_count(0)

    page.get_by_role("link", name="View Details").first.click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel.get_by_role("region", name="Attempts")).to_be_visible()
    expect(panel.get_by_role("button", name="Retry")).to_have_count(0)

    for address in (NEW, SERVERS):
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text("403")
        expect(page.get_by_role("link", name="Go to Communications")).to_be_visible()
    page.goto(NEW)
    # Which right is lacking, so that one knows what to ask for.
    expect(page.get_by_role("main")).to_contain_text("communication:compose:send")


def test_an_operator_composes_and_changes_no_mail_server(staff, visit):
    page = visit(staff, session={}, refused=[rf"403 {SERVERS}"])
    sign_in(page, OPERATOR)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Compose", exact=True).click()
    expect(page.get_by_role("heading", name="Compose Wizard")).to_be_visible()
    expect(page.locator(f'a[href^="{SERVERS}"]')).to_have_count(0)
    page.goto(SERVERS)
    expect(page.get_by_role("main")).to_contain_text("403")
