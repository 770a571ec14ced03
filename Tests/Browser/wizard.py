"""The Compose Wizard as a person walks through it: one method a gesture, in the words on the page."""

import re
import time

from playwright.sync_api import expect

NEW = "/app/communications/compose/new"
DRAFTS = "/app/communications/compose/drafts"
SEND_LOGS = re.compile(r"/app/communications/send-logs")

CANVAS = 'iframe.gjs-frame[title="Email being built"]'
PREVIEW = 'iframe[title="Email as this recipient sees it"]'


class Wizard:
    def __init__(self, page):
        self.page = page

    # Step 1

    def begin(self, *channels):
        self.page.goto(NEW)
        for channel in channels:
            self.page.get_by_role("checkbox", name=channel, exact=True).check()
        self.next("message")

    # Step 2

    @property
    def canvas(self):
        """The mail in the builder, once the builder has put it there."""
        return self.page.frame_locator(CANVAS)

    @property
    def name(self):
        return self.page.get_by_label("Draft name")

    @property
    def subject(self):
        return self.page.get_by_label("Email subject")

    @property
    def sms(self):
        return self.page.get_by_label("SMS content")

    @property
    def state(self):
        """What the wizard says about saving."""
        return self.page.locator("[data-save-state]")

    def wait_for_builder(self):
        expect(self.canvas.locator(".sb-slot")).to_be_visible()

    def placeholder(self, token):
        self.page.get_by_role("button", name=token, exact=True).click()

    def write_html(self, html):
        self.wait_for_builder()
        self.page.get_by_role("button", name="HTML", exact=True).click()
        self.page.get_by_label("HTML of the email").fill(html)

    def saving(self):
        """Waits, on leaving the block, until what was written in it is saved."""
        return self.page.expect_response(lambda answer: answer.url.endswith("/autosave") and answer.ok)

    # Step 3

    @property
    def recipients(self):
        return self.page.get_by_role("table", name="Recipients of this message")

    def recipient(self, name):
        return self.recipients.get_by_role("row").filter(has_text=name)

    def add_by_hand(self, first="", last="", email="", mobile=""):
        self.page.get_by_label("First name").fill(first)
        self.page.get_by_label("Last name").fill(last)
        self.page.get_by_label("Email", exact=True).fill(email)
        self.page.get_by_label("Mobile", exact=True).fill(mobile)
        self.page.get_by_role("button", name="Add Recipient").click()

    def search(self, words):
        self.page.get_by_role("searchbox", name=re.compile("^Search")).fill(words)

    @property
    def found(self):
        return self.page.get_by_role("list", name="Found").get_by_role("listitem")

    def add_from_search(self, name):
        self.search(name)
        expect(self.found).to_have_count(1)
        self.found.get_by_role("checkbox").check()
        self.page.get_by_role("button", name="Add selected").click()
        expect(self.recipient(name)).to_be_visible()

    # Step 4

    @property
    def preview(self):
        return self.page.frame_locator(PREVIEW)

    def send(self):
        self.page.get_by_role("button", name="Send Message").click()
        expect(self.page).to_have_url(SEND_LOGS)

    # All of them

    @property
    def draft(self):
        """The number of the draft, as the address of every step has it."""
        return re.search(r"/compose/(\d+)/", self.page.url)[1]

    def next(self, step):
        self.page.get_by_role("button", name="Next", exact=True).click()
        expect(self.page).to_have_url(re.compile(rf"/compose/\d+/{step}"))

    def sms_draft(self, name, text="Training moves to 18:00, {{member.first_name}}."):
        """A draft as far as its recipients, by the shortest way there is: SMS needs no builder."""
        self.begin("SMS")
        self.name.fill(name)
        self.sms.fill(text)
        self.next("recipients")
        return self.draft


PATIENCE_SECONDS = 30


def reload_until(page, locator):
    """For pages that tell nothing by themselves: their reader asks again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while locator.count() == 0 and time.monotonic() < deadline:
        page.reload()
    expect(locator.first).to_be_visible()
