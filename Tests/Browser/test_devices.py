"""The devices of a record, as its app registers them and its page shows them, and what is sent to them and in-app."""

import pytest
from playwright.sync_api import expect

from audit import findings
from campaigns import MEMBERS
from wizard import reload_until

LOGS = "/app/communications/send-logs"
TOKEN = "fcm-0123456789abcdefghijklmnopqrstuvwxyz-first"
TABLET = "fcm-0123456789abcdefghijklmnopqrstuvwxyz-other"


@pytest.fixture(scope="module")
def club(own_empty):
    """With a way to deliver push and in-app, and three members."""
    for channel, kind, name in (("push", "sandbox", "Sandbox push"), ("in_app", "in_app", "Member portal")):
        own_empty.call("POST", "/providers", delivery_channel=channel, kind=kind, name=name, default=True, settings={})
    members = (("d-1", "Radia", "Perlman"), ("d-2", "Ken", "Thompson"), ("d-3", "Joan", "Clarke"))
    for number, first, last in members:
        own_empty.call("PUT", f"/entities/members/{number}", first_name=first, last_name=last)
    return own_empty


@pytest.fixture
def page(club, visit):
    return visit(club)


def open_record(page, name):
    page.goto(MEMBERS)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def devices(page):
    return page.get_by_role("region", name="Devices").locator("tbody tr")


def said(page, words):
    return page.get_by_role("status").filter(has_text=words)


def registered(club, number):
    return [device["token"] for device in club.call("GET", f"/entities/members/{number}/devices")["items"]]


def send(club, channel, number, **content):
    return club.call(
        "POST", "/messages", delivery_channel=channel, to={"entity": {"kind": "member", "external_id": number}},
        **content)["id"]


def test_a_device_is_registered_by_the_app_shown_reached_and_removed(page, club):
    open_record(page, "Radia Perlman")
    record = page.url
    expect(page.get_by_role("region", name="Devices")).to_have_count(0)
    club.call("PUT", f"/entities/members/d-1/devices/{TABLET}", platform="android")
    club.call("PUT", f"/entities/members/d-1/devices/{TOKEN}", platform="ios", name="Radia's iPhone")
    page.goto(record)
    expect(devices(page)).to_have_count(2)
    phone, tablet = devices(page).filter(has_text="Radia's iPhone"), devices(page).filter(has_text="Android device")
    expect(phone).to_contain_text("iOS")
    expect(tablet).to_contain_text("Android")
    # Its end tells two apart; all of it is for programs.
    expect(phone).to_contain_text("…" + TOKEN[-12:])
    assert TOKEN not in page.content()
    # Push goes where the app was seen last.
    expect(phone).to_contain_text("Receives push")
    expect(tablet).not_to_contain_text("Receives push")
    assert findings(page) == []

    number = send(club, "push", "d-1", subject="Lock opens", text="At six, {{first_name}}.")
    page.goto(f"{LOGS}/{number}")
    expect(page.locator("#details-status")).to_contain_text("Sent")
    expect(page.get_by_role("complementary", name="Facts")).to_contain_text(TOKEN)
    expect(page.locator(".bubble--out")).to_contain_text("At six, Radia.")

    page.goto(record)
    phone.get_by_role("button", name="Remove").click()
    expect(said(page, "Radia's iPhone was removed. It no longer receives push messages.")).to_be_visible()
    expect(devices(page)).to_have_count(1)
    expect(tablet).to_contain_text("Receives push")
    assert registered(club, "d-1") == [TABLET]
    number = send(club, "push", "d-1", subject="Lock closes", text="At eight.")
    page.goto(f"{LOGS}/{number}")
    expect(page.locator("#details-status")).to_contain_text("Sent")
    expect(page.get_by_role("complementary", name="Facts")).to_contain_text(TABLET)
    page.goto("/app/settings/audit")
    removal = page.get_by_role("row").filter(has_text="emove device").first
    expect(removal).to_contain_text("member d-1")
    expect(removal).to_contain_text("Radia's iPhone")


def test_a_removal_that_came_too_late_says_so_and_the_last_one_leaves_no_card(page, club):
    club.call("PUT", "/entities/members/d-2/devices/web-token", platform="web", name="Ken's browser")
    club.call("PUT", "/entities/members/d-2/devices/old-token", platform="web", name="Ken's old browser")
    open_record(page, "Ken Thompson")
    club.call("DELETE", "/entities/members/d-2/devices/old-token")
    devices(page).filter(has_text="Ken's old browser").get_by_role("button", name="Remove").click()
    expect(said(page, "This device was removed already.")).to_be_visible()
    assert registered(club, "d-2") == ["web-token"]
    devices(page).get_by_role("button", name="Remove").click()
    expect(said(page, "Ken's browser was removed.")).to_be_visible()
    expect(page.get_by_role("region", name="Devices")).to_have_count(0)
    # From then on push passes him by, and says why.
    notice = {"title": "Lock opens", "body": "At six."}
    bulk = club.call(
        "POST", "/broadcasts", name="Lock", content={"push": notice, "in_app": notice},
        delivery_channels=["push", "in_app"])["id"]
    club.call("POST", f"/broadcasts/{bulk}/receivers", search={"kind": "member", "q": "Thompson"})
    club.call("POST", f"/broadcasts/{bulk}/publish")
    row = page.get_by_role("region", name="Messages").get_by_role("row").filter(has_text="Push")
    reload_until(page, row.filter(has_text="Skipped"))
    expect(row).to_contain_text("no device is registered")


def test_an_in_app_message_stands_on_the_page_of_its_reader_and_turns_to_read(page, club):
    number = send(club, "in_app", "d-3", subject="Ahoy {{first_name}}", text="The lock is closed on Monday.")
    open_record(page, "Joan Clarke")
    messages = page.get_by_role("region", name="Messages")
    row = messages.get_by_role("row").filter(has_text="Ahoy Joan")
    reload_until(page, row.filter(has_text="Sent"))
    expect(row).to_contain_text("In-app")
    row.get_by_role("link", name="View Details").click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel.locator(".bubble--out")).to_contain_text("The lock is closed on Monday.")
    expect(panel.get_by_role("complementary", name="Facts")).to_contain_text("Member portal")
    assert findings(page) == []
    panel.get_by_role("button", name="Close").click()

    [kept] = club.call("GET", "/entities/members/d-3/inbox")["items"]
    assert (kept["message_id"], kept["title"], kept["text"], kept["read_at"]) == (
        number, "Ahoy Joan", "The lock is closed on Monday.", None)
    club.call("POST", f"/entities/members/d-3/inbox/{kept['id']}/read")
    page.reload()
    expect(row).to_contain_text("Sent · read")
    row.get_by_role("link", name="View Details").click()
    expect(panel.get_by_role("region", name="Receipts")).to_contain_text("Read")
    assert club.call("GET", f"/messages/{number}")["status"] == "read"
    # Nobody else reads it.
    assert club.call("GET", "/entities/members/d-1/inbox")["items"] == []
    panel.get_by_role("link", name="Member: Joan Clarke").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Joan Clarke")
