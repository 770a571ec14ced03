"""From a record to a message and back: a direct send, and what is kept of somebody whose record changes afterwards."""

import re

import pytest
from playwright.sync_api import expect

from campaigns import BULK, MEMBERS, SETTINGS, made
from furnish import Clerk
from watch import enter
from wizard import reload_until


@pytest.fixture(scope="module")
def club(own_demo, browser):
    """The demo with a template that says something about a member."""
    page = enter(browser, own_demo)
    clerk = Clerk(page)
    made(clerk, f"{SETTINGS}/message-templates", name="Locker", priority="normal", is_active="1",
         sms_text="{{member.first_name}}, your locker is {{member.locker}}.")
    clerk.post(MEMBERS, external_id="k-1", first_name="Karen", last_name="Jones", email="karen@members.example",
               mobile="+27825550121", attributes="locker = 12")
    page.context.close()
    return own_demo


@pytest.fixture
def page(club, visit):
    return visit(club, refused=[rf"422 {MEMBERS}/\d+/(email|sms)"])


def said(page, words):
    return page.get_by_role("status").filter(has_text=words)


def open_record(page, name):
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Members").click()
    page.get_by_role("searchbox", name="Search members").fill(name)
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_an_email_is_sent_from_a_record_and_stands_there_afterwards(page):
    page.goto("/app/communications")
    open_record(page, "Grace Hopper")
    record = page.url
    page.get_by_role("link", name="Email", exact=True).click()
    page.get_by_label("Subject").fill("Your boat, {{first_name}}")
    page.get_by_label("Message").fill("It is at {{member.berth}}.")
    page.get_by_role("button", name="Send", exact=True).click()
    # Nothing leaves with a gap in it, and nothing that was written is lost.
    expect(page.get_by_role("alert").first).to_contain_text("Not sent yet")
    expect(page.locator("#f-email_html-error")).to_contain_text("There is no value here for {{member.berth}}")
    expect(page.get_by_label("Subject")).to_have_value("Your boat, {{first_name}}")
    page.get_by_label("Message").fill("It is at {{location.name}}.\n\nCome and see.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(said(page, "Email to Grace Hopper is on its way.")).to_be_visible()
    expect(page.get_by_role("heading", name="Your boat, Grace")).to_be_visible()
    expect(page.locator("#details-status")).to_contain_text("Sent")
    expect(page.frame_locator('iframe[title="Content as rendered"]').locator("body")).to_contain_text("It is at Lake House.")
    page.get_by_role("link", name="Member: Grace Hopper").click()
    expect(page).to_have_url(record)
    messages = page.get_by_role("region", name="Messages")
    expect(messages.get_by_role("row").filter(has_text="Your boat, Grace")).to_be_visible()
    page.get_by_role("link", name="All in Send Logs").click()
    expect(page.get_by_role("row").filter(has_text="Your boat, Grace")).to_contain_text("Member: Grace Hopper")


def test_an_sms_is_counted_while_it_is_written_and_sent_from_the_record(page):
    page.goto(MEMBERS)
    open_record(page, "Katherine Johnson")
    page.get_by_role("link", name="SMS", exact=True).click()
    page.get_by_label("Message").press_sequentially("Ahoy 🛶")
    expect(page.locator("#sms-count")).to_contain_text("UCS-2")
    page.get_by_label("Message").fill("Ahoy {{first_name}}, the lake is calm.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(said(page, "SMS to Katherine Johnson is on its way.")).to_be_visible()
    expect(page.locator(".bubble--out")).to_have_text("Ahoy Katherine, the lake is calm.")
    expect(page.locator("#details-status")).to_contain_text("Sent")


def change(page, record, **fields):
    page.goto(f"{record}/edit")
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save member").click()
    expect(page).to_have_url(record)


def test_a_receiver_stays_as_they_were_added_and_values_as_they_were_sent(page):
    page.goto(MEMBERS)
    open_record(page, "Karen Jones")
    record = page.url

    page.goto(f"{BULK}/new")
    page.get_by_label("Name", exact=True).fill("Lockers")
    page.get_by_label("Message template").select_option(label="Locker")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Add from search").click()
    page.get_by_role("searchbox", name="Search members").fill("Karen Jones")
    found = page.get_by_role("list", name="Found").get_by_role("listitem")
    expect(found).to_have_count(1)
    found.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add selected").click()
    expect(said(page, "1 receiver was added.")).to_be_visible()
    page.get_by_role("link", name="Lockers").click()
    bulk = page.url
    receiver = page.get_by_role("row").filter(has_text="Karen Jones")
    expect(receiver).to_contain_text("+27825550121")

    # Between the adding and the sending: the address is kept, the values are not taken yet.
    change(page, record, Mobile="+27825550122", Attributes="locker = 13")
    page.goto(bulk)
    expect(receiver).to_contain_text("+27825550121")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish now").click()
    reload_until(page, receiver.filter(has_text="Sent"))
    change(page, record, **{"First name": "Carol", "Attributes": "locker = 14"})

    page.goto(bulk)
    expect(receiver).to_contain_text("+27825550121")
    receiver.get_by_role("link", name=re.compile("^Sent")).click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel.locator(".bubble--out")).to_have_text("Karen, your locker is 13.")
    kept = panel.get_by_role("region", name="Receiver")
    expect(kept).to_contain_text("Karen Jones")
    expect(kept).to_contain_text("+27825550121")
    expect(kept).to_contain_text("Mobile: +27825550121 at the time; now +27825550122")
    expect(kept).to_contain_text("First name: Karen at the time; now Carol")
    panel.locator("summary", has_text="Merge values at the time").click()
    values = panel.get_by_role("region", name="Merge values")
    expect(values.get_by_role("row").filter(has_text="member.locker")).to_contain_text("13")
    expect(values.get_by_role("row").filter(has_text="member.first_name")).to_contain_text("Karen")
