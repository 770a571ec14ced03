"""The whole journey without a pointer, from signing in to details: Tab, Enter, Space, the arrows and letters."""

import pytest
from playwright.sync_api import expect

from people import Person
from wizard import SEND_LOGS, Wizard

MARGARET = Person("Margaret Hamilton", "margaret@harbour.example")
# No page has as many stops; a target not met by then cannot be reached.
MOST_STOPS = 200


class Keyboard:
    def __init__(self, page):
        self.page = page

    def to(self, target):
        """Tabs on until the target has the focus."""
        expect(target).to_be_visible()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return self
        raise AssertionError(f"{MOST_STOPS} presses of Tab did not lead to {target}")

    def press(self, key):
        self.page.keyboard.press(key)
        return self

    def type(self, words):
        self.page.keyboard.type(words)
        return self


@pytest.fixture(scope="module")
def club(demo):
    demo.add_user(MARGARET.email, "owner", MARGARET.password, MARGARET.name)
    return demo


def test_a_message_is_written_sent_and_looked_up_by_keyboard_alone(club, visit):
    page = visit(club, session={})
    keys = Keyboard(page)
    wizard = Wizard(page)
    sign_in(page, keys)
    begin(page, keys)
    write(page, keys, wizard)
    choose_recipients(page, keys, wizard)
    look_over_and_send(page, keys, wizard)
    look_up(page, keys)


def sign_in(page, keys):
    page.goto("/login")
    # The page opens with the caret where one begins to write.
    expect(page.get_by_label("Email")).to_be_focused()
    keys.type(MARGARET.email).press("Tab").type(MARGARET.password).press("Enter")
    expect(page).to_have_url(SEND_LOGS)
    # Past the menu in one step.
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    keys.to(page.get_by_role("main").get_by_role("link", name="Compose")).press("Enter")


def begin(page, keys):
    keys.to(page.get_by_role("checkbox", name="Email", exact=True)).press("Space")
    expect(page.get_by_role("checkbox", name="Email", exact=True)).to_be_checked()
    blank = page.get_by_role("radio", name="Blank Draft")
    keys.to(blank).press("ArrowDown")
    expect(blank).not_to_be_checked()
    keys.press("ArrowUp")
    expect(blank).to_be_checked()
    keys.to(page.get_by_role("button", name="Next", exact=True)).press("Enter")


def write(page, keys, wizard):
    wizard.wait_for_builder()
    keys.to(wizard.name).type("Without a mouse")
    keys.to(wizard.subject).type("Keys for ")
    keys.to(page.get_by_role("button", name="{{member.first_name}}", exact=True)).press("Enter")
    expect(wizard.subject).to_have_value("Keys for {{member.first_name}}")
    # The placeholder took the focus back to the field it went into: writing goes on there.
    keys.type("!")
    expect(wizard.subject).to_have_value("Keys for {{member.first_name}}!")

    keys.to(page.get_by_role("button", name="Footer", exact=True)).press("Enter")
    expect(wizard.canvas.locator(".sb-footer")).to_be_visible()
    keys.to(page.get_by_role("button", name="Select the block above")).press("Enter")
    keys.to(page.get_by_role("button", name="Edit text")).press("Enter")
    keys.type("Six keys are enough. ")
    expect(wizard.canvas.locator(".sb-text")).to_contain_text("Six keys are enough.")
    keys.to(page.get_by_role("button", name="Next", exact=True)).press("Enter")


def choose_recipients(page, keys, wizard):
    keys.to(page.get_by_label("First name")).type("Annie").press("Tab").type("Easley").press("Tab")
    keys.type("annie@guests.example").press("Enter")
    expect(wizard.recipient("Annie Easley")).to_contain_text("Ready")
    keys.to(page.get_by_role("searchbox")).type("Lamarr")
    expect(wizard.found).to_have_count(1)
    keys.to(wizard.found.get_by_role("checkbox")).press("Space")
    keys.to(page.get_by_role("button", name="Add selected")).press("Enter")
    expect(wizard.recipient("Hedy Lamarr")).to_contain_text("Ready")
    keys.to(page.get_by_role("button", name="Next", exact=True)).press("Enter")


def look_over_and_send(page, keys, wizard):
    receiver = page.get_by_label("As seen by")
    keys.to(receiver)
    while receiver.evaluate("select => select.selectedOptions[0].label") != "Hedy Lamarr":
        keys.press("ArrowDown")
    expect(wizard.preview.locator("body")).to_contain_text("Six keys are enough.")
    expect(page.get_by_role("region", name="Previews")).to_contain_text("Keys for Hedy!")
    keys.to(page.get_by_role("button", name="Send Message")).press("Enter")
    expect(page).to_have_url(SEND_LOGS)


def look_up(page, keys):
    row = page.get_by_role("row").filter(has_text="Keys for Hedy!")
    expect(row).to_contain_text("Sent")
    details = row.get_by_role("link", name="View Details")
    keys.to(details).press("Enter")
    panel = page.get_by_role("dialog", name="Details")
    expect(panel.get_by_role("heading", name="Keys for Hedy!")).to_be_visible()
    expect(panel.get_by_role("region", name="Attempts")).to_contain_text("Accepted")
    keys.to(panel.get_by_role("button", name="Close")).press("Enter")
    expect(panel).to_be_hidden()
    # Back where one was, not at the top of the page.
    expect(details).to_be_focused()
