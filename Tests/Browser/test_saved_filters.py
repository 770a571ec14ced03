"""A filter that is kept under a name is one click away, and what it shows can be taken along."""

import csv
import re

import pytest
from playwright.sync_api import expect

from test_send_logs import LOGS, add_filter, rows


@pytest.fixture
def logs(own_demo, visit):
    page = visit(own_demo)
    page.goto(LOGS)
    expect(page.get_by_text("Welcome aboard, Ada")).to_be_visible()
    return page


def save(page, name):
    page.locator("summary", has_text="Save filter").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"“{name}” is saved.")).to_be_visible()


def test_a_filter_is_saved_followed_renamed_and_deleted(logs):
    add_filter(logs, "Channel", Channel="WhatsApp")
    expect(rows(logs)).to_have_count(1)
    save(logs, "WhatsApp only")
    logs.goto(LOGS)
    bar = logs.get_by_role("navigation", name="Saved filters")
    bar.get_by_role("link", name="WhatsApp only").click()
    expect(rows(logs)).to_have_count(1)
    expect(bar.get_by_role("link", name="WhatsApp only")).to_have_attribute("aria-current", "true")

    bar.get_by_role("link", name="Manage").click()
    logs.get_by_label("Name", exact=True).fill("Only WhatsApp")
    logs.get_by_role("button", name="Rename").click()
    logs.get_by_role("button", name="Share").click()
    expect(logs.get_by_text("Shared", exact=True)).to_be_visible()
    logs.get_by_role("link", name="Only WhatsApp").click()
    expect(logs).to_have_url(re.compile("delivery_channel=whatsapp"))
    logs.get_by_role("link", name="Manage").click()
    logs.get_by_role("button", name="Delete").click()
    expect(logs.get_by_role("heading", name="No saved filters")).to_be_visible()


def test_the_export_holds_what_the_filter_shows(logs):
    add_filter(logs, "Channel", Channel="WhatsApp")
    expect(rows(logs)).to_have_count(1)
    with logs.expect_download() as download:
        logs.get_by_role("link", name="Export CSV").click()
    assert re.fullmatch(r"send-logs-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["channel"] for line in lines] == ["whatsapp"]
    assert lines[0]["recipient"].startswith("Edsger")


def test_one_of_several_records_is_picked(logs):
    add_filter(logs, "Entity", Kind="Member", Entity="an")
    expect(logs.get_by_role("heading", name="Which member do you mean?")).to_be_visible()
    logs.get_by_role("list", name="Which member do you mean?").get_by_role("link").first.click()
    expect(logs).to_have_url(re.compile("entity=member%3A"))
