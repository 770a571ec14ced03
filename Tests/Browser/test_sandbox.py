"""The sandbox answers in the reader's place, and the log hears it."""

import itertools

import pytest
from playwright.sync_api import expect

from wizard import Wizard

numbers = itertools.count(2000)


@pytest.fixture
def item(demo, visit, request):
    """The page of one SMS in the sandbox, sent a moment ago to somebody of its own."""
    page = visit(demo, refused=[r"422 /app/sandbox/.*"])
    wizard = Wizard(page)
    words = f"Ahoy from {request.node.name}"
    wizard.sms_draft(words, words)
    number = f"+2782555{next(numbers)}"
    wizard.add_by_hand("Ken", "Iverson", mobile=number)
    wizard.next("confirm")
    wizard.send()
    expect(page.get_by_role("row").filter(has_text=words)).to_contain_text("Sent")
    page.goto("/app/sandbox")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text(words)
    row.get_by_role("link", name="Open").click()
    expect(page.locator(".bubble--out")).to_have_text(words)
    return page


def answer(page, button):
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Answered")).to_be_visible()


def test_a_reader_who_receives_and_opens_a_message_is_in_the_log(item):
    answer(item, "Delivered")
    expect(item.locator(".page-header")).to_contain_text("Delivered")
    answer(item, "Opened")
    expect(item.locator(".page-header")).to_contain_text("Opened")
    expect(item.get_by_role("region", name="Responses")).to_contain_text("Delivered")
    item.get_by_role("link", name="In Send Logs").click()
    expect(item.locator("#details-status")).to_contain_text("Sent · opened")
    receipts = item.get_by_role("region", name="Receipts")
    expect(receipts).to_contain_text("Delivered")
    expect(receipts).to_contain_text("Opened")
    expect(receipts).to_contain_text("Answered by demo@example.org in the sandbox.")


def test_a_reader_who_replies_is_in_the_log(item):
    item.get_by_label("Reply").fill("   ")
    item.get_by_role("button", name="Reply", exact=True).click()
    expect(item.locator("#reply-error")).to_have_text("Write a reply.")
    item.get_by_label("Reply").fill("Aye aye, see you there 🛶")
    item.get_by_role("button", name="Reply", exact=True).click()
    expect(item.get_by_role("status").filter(has_text="The reply is in.")).to_be_visible()
    expect(item.locator(".bubble--in")).to_have_text("Aye aye, see you there 🛶")
    item.get_by_role("link", name="In Send Logs").click()
    expect(item.get_by_role("region", name="Replies")).to_contain_text("Aye aye, see you there 🛶")
    item.goto("/app/communications/send-logs?status=received")
    expect(item.get_by_role("row").filter(has_text="Aye aye, see you there")).to_contain_text("Received")


def test_a_message_that_bounces_ends_as_failed(item):
    answer(item, "Bounce")
    item.get_by_role("link", name="In Send Logs").click()
    expect(item.locator("#details-status")).to_contain_text("Failed")


def test_the_sandbox_is_searched_by_channel_and_words(demo, visit):
    page = visit(demo)
    page.goto("/app/sandbox")
    items = page.locator("#sandbox tbody").get_by_role("row")
    page.get_by_label("Channel", exact=True).select_option(label="WhatsApp")
    expect(items).to_have_count(1)
    page.get_by_label("Channel", exact=True).select_option(label="All channels")
    expect(items.nth(1)).to_be_visible()
    page.get_by_label("To or subject").fill("Welcome aboard, Ada")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(items).to_have_count(1)
    page.get_by_label("To or subject").fill("nobody we know")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_role("heading", name="No results")).to_be_visible()
