"""The log finds what is looked for, and a failure is seen at once."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from wizard import Wizard

LOGS = "/app/communications/send-logs"
SANDBOX_SETTINGS = "/app/sandbox/settings"
TODAY = datetime.now(ZoneInfo("Africa/Johannesburg")).date()


def rows(page):
    return page.locator("#send-log-rows").get_by_role("row")


def add_filter(page, field, **values):
    """Add filter → field + value, as the toolbar offers it."""
    page.locator("summary", has_text="Add filter").click()
    page.get_by_label("Field", exact=True).select_option(label=field)
    for label, value in values.items():
        control = page.get_by_label(label, exact=True)
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
    page.get_by_role("button", name="Apply filter").click()


@pytest.fixture
def logs(own_demo, visit):
    page = visit(own_demo)
    page.goto(LOGS)
    expect(page.get_by_text("Welcome aboard, Ada")).to_be_visible()
    return page


def test_the_log_is_filtered_by_channel_and_each_filter_can_be_taken_away(logs):
    add_filter(logs, "Channel", Channel="WhatsApp")
    expect(rows(logs)).to_have_count(1)
    expect(rows(logs)).to_contain_text("Ahoy Edsger!")
    # A link to a filtered log is worth as much as the log: it can be sent to a colleague.
    expect(logs).to_have_url(re.compile("delivery_channel=whatsapp"))
    logs.reload()
    expect(rows(logs)).to_have_count(1)
    add_filter(logs, "Recipient", Recipient="Ada")
    expect(logs.get_by_role("heading", name="No messages found")).to_be_visible()
    logs.get_by_role("link", name="Remove filter Channel: WhatsApp").click()
    expect(rows(logs)).to_have_count(1)
    expect(rows(logs)).to_contain_text("Ada Lovelace")
    logs.get_by_role("link", name="Clear all").click()
    expect(rows(logs).nth(1)).to_be_visible()


def test_the_log_is_filtered_by_status(logs):
    add_filter(logs, "Status", Status="Cancelled")
    expect(logs.get_by_role("heading", name="No messages found")).to_be_visible()
    logs.get_by_role("link", name="Clear all filters").click()
    expect(rows(logs).first).to_be_visible()


def test_the_log_is_filtered_by_date(logs):
    add_filter(logs, "Date", From=str(TODAY - timedelta(days=1)), To=str(TODAY + timedelta(days=1)))
    expect(rows(logs).first).to_be_visible()
    logs.goto(f"{LOGS}?to={TODAY - timedelta(days=2)}")
    expect(logs.get_by_role("heading", name="No messages found")).to_be_visible()


def test_the_log_is_filtered_by_what_a_message_is_about(logs):
    add_filter(logs, "Entity", Kind="Member", Entity="m-1")
    expect(rows(logs)).to_have_count(1)
    expect(logs).to_have_url(re.compile("entity=member%3Am-1"))
    logs.goto(LOGS)
    add_filter(logs, "Entity", Kind="Member", Entity="Grace")
    expect(rows(logs)).to_have_count(1)
    logs.get_by_role("link", name="Member: Grace Hopper").click()
    expect(logs.get_by_role("heading", name="Grace Hopper")).to_be_visible()
    logs.get_by_role("link", name="All in Send Logs").click()
    expect(rows(logs)).to_have_count(1)
    expect(rows(logs)).to_contain_text("Grace Hopper")


def behave(page, **percents):
    page.goto(SANDBOX_SETTINGS)
    for name, value in percents.items():
        page.locator(f"#f-{name}").fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_a_refused_message_stands_out_and_says_why(own_demo, visit):
    page = visit(own_demo)
    behave(page, refuse_percent="100")
    wizard = Wizard(page)
    wizard.sms_draft("Against the wind", "Race called off, {{member.first_name}}.")
    wizard.add_by_hand("Claude", "Shannon", mobile="+27 82 555 0104")
    wizard.next("confirm")
    wizard.send()

    row = page.get_by_role("row").filter(has_text="Race called off, Claude.")
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("Refused by the sandbox, as its settings ask.")
    expect(row).to_have_class(re.compile("is-failed"))
    # By more than colour, and not like its neighbours.
    other = page.get_by_role("row").filter(has_text="Welcome aboard, Ada")
    painted = "row => getComputedStyle(row).backgroundColor + getComputedStyle(row.cells[0]).boxShadow"
    assert row.evaluate(painted) != other.evaluate(painted)

    row.get_by_role("link", name="View Details").click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel).to_contain_text("Not delivered")
    expect(panel.get_by_role("region", name="Attempts")).to_contain_text("Refused by the sandbox, as its settings ask.")
    # Mended, it is tried again from where the failure was read.
    mender = visit(own_demo)
    behave(mender, refuse_percent="0")
    panel.get_by_role("button", name="Retry").click()
    expect(page.locator("#details-status")).to_contain_text("Sent")
    page.goto(f"{LOGS}?status=failed")
    expect(page.get_by_role("heading", name="No messages found")).to_be_visible()
