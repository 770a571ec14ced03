"""What somebody wrote is never lost, and never overwritten by somebody else without a word."""

import pytest
from playwright.sync_api import expect

from wizard import Wizard

CONFLICT = [r"409 /app/communications/compose/\d+/autosave"]


@pytest.fixture
def wizard(demo, visit):
    page = visit(demo)
    wizard = Wizard(page)
    wizard.begin("Email", "SMS")
    wizard.wait_for_builder()
    return wizard


def test_what_is_written_survives_a_reload(wizard):
    page = wizard.page
    with wizard.saving():
        wizard.name.fill("Kept over a reload")
    with wizard.saving():
        wizard.sms.fill("Mast und Schotbruch!")
    with wizard.saving():
        page.get_by_role("button", name="Divider", exact=True).click()
    page.reload()
    expect(wizard.name).to_have_value("Kept over a reload")
    expect(wizard.sms).to_have_value("Mast und Schotbruch!")
    expect(wizard.canvas.locator(".sb-divider")).to_be_visible()


def test_what_is_not_saved_yet_survives_a_reload(wizard):
    wizard.name.fill("Typed a moment before")
    wizard.page.reload()
    expect(wizard.name).to_have_value("Typed a moment before")


def test_what_is_not_saved_yet_survives_closing_the_page(wizard):
    page = wizard.page
    context, address = page.context, page.url
    wizard.name.fill("Closed in mid-sentence")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    again = context.new_page()
    again.goto(address)
    expect(Wizard(again).name).to_have_value("Closed in mid-sentence")


def test_what_could_not_reach_the_server_is_kept_in_the_browser(wizard):
    page = wizard.page
    page.route("**/autosave", lambda route: route.abort())
    wizard.subject.fill("Written in a tunnel")
    expect(wizard.state).to_contain_text("Offline")
    page.unroute("**/autosave")
    page.watch.forget()
    page.reload()
    expect(wizard.subject).to_have_value("Written in a tunnel")
    expect(page.get_by_text("Text that could not be saved last time was restored from this browser")).to_be_visible()
    expect(wizard.state).to_contain_text("Saved")


@pytest.fixture
def two_tabs(demo, visit):
    """Two people, as far as the server can tell, before the same draft; the first has just saved."""
    first = Wizard(visit(demo))
    first.begin("SMS")
    second = Wizard(visit(demo, refused=CONFLICT))
    second.page.goto(first.page.url)
    expect(second.name).to_be_visible()
    with first.saving():
        first.name.fill("As the first tab has it")
    second.name.fill("As the second tab has it")
    banner = second.page.get_by_role("alert").filter(has_text="This draft was changed elsewhere")
    expect(banner).to_be_visible()
    return first, second, banner


def test_of_two_tabs_the_later_may_keep_its_own_text(two_tabs):
    first, second, banner = two_tabs
    with second.saving():
        banner.get_by_role("button", name="Keep mine").click()
    expect(banner).to_be_hidden()
    first.page.reload()
    expect(first.name).to_have_value("As the second tab has it")


def test_of_two_tabs_the_later_may_take_the_other_text(two_tabs):
    _, second, banner = two_tabs
    banner.get_by_role("link", name="Reload their version").click()
    expect(second.name).to_have_value("As the first tab has it")
    expect(banner).to_be_hidden()


def test_a_conflict_is_not_overwritten_by_going_on(two_tabs):
    first, second, banner = two_tabs
    second.page.get_by_role("button", name="Next", exact=True).click()
    expect(banner).to_be_visible()
    first.page.reload()
    expect(first.name).to_have_value("As the first tab has it")
