"""A fresh installation: every list says what to do next, and offers it."""

import pytest
from playwright.sync_api import expect

from wizard import Wizard

COMPOSE = ("link", "Compose a message")
SETTINGS = "/app/settings/communication"

EMPTY = {
    "/app/communications/send-logs": ("Nothing sent yet", COMPOSE),
    "/app/communications/compose/drafts": ("No saved drafts", ("link", "New Compose Wizard")),
    "/app/sandbox": ("The sandbox is empty", COMPOSE),
    f"{SETTINGS}/mail-servers": ("No mail server yet", ("menu", "Add mail server")),
    f"{SETTINGS}/sms-gateways": ("No SMS gateway yet", ("menu", "Add SMS gateway")),
    f"{SETTINGS}/omni-channels": ("No omni channel yet", ("menu", "Add omni channel")),
    f"{SETTINGS}/push": ("No push provider yet", ("menu", "Add push provider")),
    f"{SETTINGS}/voice": ("No voice provider yet", ("menu", "Add voice provider")),
}


@pytest.mark.parametrize("path", EMPTY)
def test_an_empty_list_says_what_to_do_next(empty, visit, path):
    title, (kind, label) = EMPTY[path]
    page = visit(empty)
    page.goto(path)
    place = page.locator(".empty")
    expect(place.get_by_role("heading", name=title)).to_be_visible()
    if kind == "link":
        place.get_by_role("link", name=label).click()
        expect(page.get_by_role("heading", name="Compose Wizard")).to_be_visible()
        return
    place.locator("summary", has_text=label).click()
    place.get_by_role("link", name="Sandbox").click()
    expect(page.get_by_role("button", name=label)).to_be_visible()


def test_the_overview_says_what_is_missing(empty, visit):
    page = visit(empty)
    page.goto("/app/communications/overview")
    email = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Email"))
    expect(email).to_contain_text("Setup pending")
    expect(page.get_by_text("No messages were sent in the last 14 days.")).to_be_visible()
    email.get_by_role("link").click()
    expect(page.get_by_role("heading", name="No mail server yet")).to_be_visible()


def test_the_wizard_says_before_composing_what_cannot_be_delivered(own_empty, visit):
    page = visit(own_empty)
    page.goto("/app/communications/compose/new")
    channels = page.get_by_role("group", name="Delivery Channels")
    for channel in ("Email", "SMS", "WhatsApp"):
        expect(channels.get_by_role("link", name=f"set up {channel}")).to_be_visible()
    page.get_by_role("radio", name="Saved Draft").check()
    expect(page.get_by_role("heading", name="No saved drafts")).to_be_visible()

    wizard = Wizard(page)
    wizard.sms_draft("To nobody yet")
    expect(page.get_by_role("heading", name="No recipients yet")).to_be_visible()
    expect(page.get_by_text("The directory has no members yet.")).to_be_visible()
    wizard.add_by_hand("John", "Backus", mobile="+27 82 555 0106")
    wizard.next("confirm")
    preflight = page.get_by_role("region", name="Preflight")
    expect(preflight).to_contain_text("SMS has no provider")
    preflight.get_by_role("link", name="SMS Gateways").click()
    expect(page.get_by_role("heading", name="No SMS gateway yet")).to_be_visible()
