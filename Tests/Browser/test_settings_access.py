"""Settings → Access: people, what they may do, what the installation uses, and who did what."""

import re

import pytest
from playwright.sync_api import expect

from audit import barriers, overflow
from people import INSIDE
from wizard import Wizard

ACCESS = "/app/settings"
CHANNELS = "/app/settings/communication-channels"
WRAPPERS = "/app/settings/communication/email-wrappers"
LOGS = "/app/communications/send-logs"
BULK = "/app/communications/bulk"
COMPOSE = "/app/communications/compose"
PASSWORD = "six oars and one boat"


@pytest.fixture
def page(own_demo, visit):
    return visit(own_demo, refused=[r"404 /app/(communications|settings/communication).*"])


def said(page, words):
    return page.get_by_role("status").filter(has_text=words)


def save(page):
    page.locator("main .btn--primary").click()


def menu(page):
    return page.get_by_role("navigation", name="Main")


def add_role(page, name, *permissions):
    page.goto(f"{ACCESS}/roles")
    page.get_by_role("link", name="Add Role").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    for permission in permissions:
        page.locator(f'input[value="{permission}"]').check()
    save(page)
    expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()


def invite(page, name, email, role):
    """Answers the link that is shown this once."""
    page.goto(f"{ACCESS}/users")
    page.get_by_role("link", name="Invite User").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Role").select_option(label=role)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", name=f"{name} is invited")).to_be_visible()
    assert barriers(page) + overflow(page) == []
    return page.get_by_label("One-time link").input_value()


def come_in(page, link):
    page.goto(link)
    page.get_by_label("Password").fill(PASSWORD)
    assert barriers(page) + overflow(page) == []
    page.get_by_role("button", name="Save and sign in").click()
    expect(page).to_have_url(INSIDE)


def test_somebody_invited_sees_what_their_role_allows_and_the_menu_follows_it(page, own_demo, visit):
    add_role(page, "Composer", "communication:compose:send")
    link = invite(page, "Radia Perlman", "radia@harbour.example", "Composer")
    theirs = visit(own_demo, session={}, refused=[rf"403 {LOGS}", rf"403 {BULK}", rf"403 {ACCESS}/.*", r"410 /setup/.*"])
    come_in(theirs, link)
    expect(menu(theirs).get_by_role("link", name="Compose", exact=True)).to_be_visible()
    expect(menu(theirs).get_by_role("link", name="Saved Drafts")).to_be_visible()
    for name in ("Send Logs", "Bulk Communications", "Members", "Communication", "Access"):
        expect(menu(theirs).get_by_role("link", name=name, exact=True)).to_have_count(0)
    for address, permission in (
        (LOGS, "communication:read:history"), (BULK, "communication:bulk_communications:read:all"),
        (f"{ACCESS}/users", "access:users:read:all"),
    ):
        theirs.goto(address)
        expect(theirs.get_by_role("main")).to_contain_text(permission)

    page.goto(f"{ACCESS}/roles")
    page.get_by_role("link", name="Composer", exact=True).click()
    page.locator('input[value="communication:bulk_communications:read:all"]').check()
    save(page)
    expect(said(page, "Saved.")).to_be_visible()
    theirs.goto("/app/communications/compose/drafts")
    menu(theirs).get_by_role("link", name="Bulk Communications").click()
    expect(theirs.get_by_role("heading", name="Bulk Communications", exact=True)).to_be_visible()
    expect(theirs.get_by_role("link", name="Add Bulk")).to_have_count(0)
    # The link has done its work.
    theirs.goto(link)
    expect(theirs.get_by_role("main")).to_contain_text("410")


def switch(page, verb):
    page.goto(f"{ACCESS}/modules")
    page.get_by_role("button", name=re.compile(rf"{verb} Channels")).click()


def test_channels_switched_off_are_gone_until_they_are_switched_on(page):
    page.goto(WRAPPERS)
    expect(page.locator(f'main a[href="{CHANNELS}"]')).to_be_visible()
    switch(page, "Turn off|Switch off")
    page.goto(WRAPPERS)
    expect(page.get_by_role("heading", name="Communication", exact=True)).to_be_visible()
    expect(page.locator(f'a[href="{CHANNELS}"]')).to_have_count(0)
    page.goto(CHANNELS)
    expect(page.get_by_role("main")).to_contain_text("404")
    draft = Wizard(page).sms_draft("While channels are off")
    expect(page.get_by_role("heading", name="Add From Search")).to_be_visible()
    expect(page.get_by_role("heading", name="Add From Channels")).to_have_count(0)
    page.goto(f"{COMPOSE}/{draft}/recipients/channels")
    expect(page.get_by_role("main")).to_contain_text("404")
    switch(page, "Turn on|Switch on")
    page.goto(CHANNELS)
    expect(page.get_by_role("heading", name="Channels", exact=True)).to_be_visible()


def test_with_communication_off_the_directory_and_access_are_left(page):
    page.goto(f"{ACCESS}/modules")
    page.get_by_role("button", name="Switch off Communication").click()
    expect(said(page, "Communication is switched off.")).to_be_visible()
    for name in ("Send Logs", "Compose", "Bulk Communications", "Saved Drafts", "Communication"):
        expect(menu(page).get_by_role("link", name=name, exact=True)).to_have_count(0)
    for address in (LOGS, f"{COMPOSE}/new", BULK, WRAPPERS, CHANNELS):
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text("404")
    menu(page).get_by_role("link", name="Members").click()
    page.get_by_role("link", name="Grace Hopper").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Hopper")
    expect(page.get_by_role("link", name="Email", exact=True)).to_have_count(0)
    page.goto(f"{ACCESS}/modules")
    page.get_by_role("button", name="Switch on Communication").click()
    page.goto(LOGS)
    expect(page.get_by_role("table", name="Messages, newest first")).to_be_visible()


def test_a_token_is_shown_once_and_revoked(page, own_demo):
    page.goto(f"{ACCESS}/api-tokens")
    page.get_by_role("link", name="Create Token").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Booking system")
    page.locator('input[value="communication:read:history"]').check()
    page.get_by_role("button", name="Create Token").click()
    token = page.get_by_label("Token", exact=True).input_value()
    assert len(token) > 30
    assert barriers(page) + overflow(page) == []
    authorization = {"Authorization": f"Bearer {token}"}
    assert page.context.request.get("/api/v1/messages", headers=authorization).status == 200
    page.get_by_role("link", name="Done").click()
    row = page.get_by_role("row").filter(has_text="Booking system")
    expect(row).to_be_visible()
    assert token not in page.content()
    row.get_by_role("link", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_have_count(0)
    assert page.context.request.get("/api/v1/messages", headers=authorization).status == 401


def test_the_audit_tells_who_did_it_and_is_filtered(page):
    add_role(page, "Watcher", "communication:read:history")
    page.goto(f"{ACCESS}/audit")
    entry = page.get_by_role("row").filter(has_text="Watcher")
    expect(entry).to_contain_text("demo@example.org")
    expect(entry).to_contain_text("127.0.0.1")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Who").fill("nobody@harbour.example")
    page.get_by_role("button", name="Apply filter").click()
    expect(page.get_by_role("heading", name="No entries found")).to_be_visible()
    page.get_by_role("link", name="Clear all filters").click()
    expect(entry).to_be_visible()
