"""A message for later: refused when it is too soon, kept until then, and taken back."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from wizard import DRAFTS, Wizard

# The demo's owner lives there; the browser of these tests too.
ZONE = ZoneInfo("Africa/Johannesburg")


def local(moment):
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_a_message_is_scheduled_and_taken_back(demo, visit):
    page = visit(demo, refused=[r"422 /app/communications/compose/\d+/schedule"])
    wizard = Wizard(page)
    draft = wizard.sms_draft("Winter storage")
    wizard.add_by_hand("Katherine", "Johnson", mobile="+27 82 555 0101")
    wizard.next("confirm")

    page.locator("summary", has_text="Schedule Message").click()
    time = page.get_by_label("Send at")
    time.fill(local(datetime.now(ZONE)))
    page.get_by_role("button", name="Schedule", exact=True).click()
    error = page.locator("#compose-send-at-error")
    expect(error).to_have_text("Choose a time at least 60 seconds from now.")
    expect(time).to_have_attribute("aria-describedby", re.compile("compose-send-at-error"))
    expect(time).to_be_focused()
    expect(page.locator("#compose-send-at-hint")).to_contain_text("In your time zone, Africa/Johannesburg (UTC+02:00).")

    tomorrow = datetime.now(ZONE) + timedelta(days=1)
    time.fill(f"{tomorrow:%Y-%m-%d}T09:30")
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page).to_have_url(re.compile(DRAFTS))
    expect(page.get_by_role("status").filter(has_text="“Winter storage” will be sent on")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Winter storage")
    expect(row).to_contain_text("Scheduled for")
    expect(row).to_contain_text("09:30")

    # A scheduled message is not changed behind the back of its schedule.
    page.goto(f"/app/communications/compose/{draft}/message")
    expect(page).to_have_url(re.compile(DRAFTS))
    expect(page.get_by_role("status").filter(has_text="Cancel the schedule to change it.")).to_be_visible()

    row.get_by_role("link", name="Cancel Schedule").click()
    page.get_by_role("button", name="Cancel schedule").click()
    expect(page.get_by_role("status").filter(has_text="The schedule was cancelled.")).to_be_visible()
    page.goto(DRAFTS)
    expect(row).to_contain_text("Draft")
    expect(row).not_to_contain_text("Scheduled")


def test_the_picker_suggests_a_time_that_is_accepted(demo, visit):
    page = visit(demo)
    wizard = Wizard(page)
    wizard.sms_draft("Spring cleaning")
    wizard.add_by_hand("Mary", "Shaw", mobile="+27 82 555 0102")
    wizard.next("confirm")
    page.locator("summary", has_text="Schedule Message").click()
    time = page.get_by_label("Send at")
    # At the turn of an hour the suggestion may be just over a minute ahead: an hour more is the same test.
    suggested = datetime.strptime(time.input_value(), "%Y-%m-%dT%H:%M")
    time.fill(local(suggested + timedelta(hours=1)))
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Spring cleaning")).to_contain_text("Scheduled for")
