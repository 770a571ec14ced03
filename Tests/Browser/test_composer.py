"""An operator who may only compose: what is there for her, what is not, and what an address answers that is not hers."""

from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import expect

from audit import barriers
from furnish import Clerk
from people import INSIDE, Person, finish, sign_in
from watch import enter
from wizard import DRAFTS, Wizard, reload_until

COMPOSER = Person("Radia Perlman", "radia@harbour.example")
COMPOSE_SEND = "communication:compose:send"

COMMUNICATIONS = "/app/communications"
LOGS = f"{COMMUNICATIONS}/send-logs"
BULK = f"{COMMUNICATIONS}/bulk"
DIRECTORY = "/app/directory"
SETTINGS = "/app/settings/communication"
CHANNELS = "/app/settings/communication-channels"
ACCESS = "/app/settings"

# By the part of the console: addresses, and the permission that each names to whoever lacks it.
REFUSED = {
    "directory": {
        f"{DIRECTORY}/members": "directory:read:all",
        f"{DIRECTORY}/transactions": "directory:read:all",
        f"{DIRECTORY}/members/new": "directory:create:all",
        f"{DIRECTORY}/members/import": "directory:create:all",
        f"{DIRECTORY}/members/1/edit": "directory:update:all",
        f"{DIRECTORY}/members/1/email": "communication:send:email",
        f"{DIRECTORY}/members/1/sms": "communication:send:sms",
    },
    "channels": {
        CHANNELS: "communication:channels:read:all",
        f"{CHANNELS}/new": "communication:channels:create:all",
        f"{CHANNELS}/1/subscribers/new": "communication:channels:update:all",
        f"{COMMUNICATIONS}/channels": "communication:channels:read:all",
    },
    "wrappers and mail templates": {
        f"{SETTINGS}/email-wrappers": "communication:email_wrapper_templates:read:all",
        f"{SETTINGS}/email-wrappers/new": "communication:email_wrapper_templates:create:all",
        f"{SETTINGS}/mail-templates": "communication:mail_templates:read:all",
    },
    "message templates": {
        f"{SETTINGS}/message-templates": "communication:message_templates:read:all",
        f"{SETTINGS}/message-templates/1": "communication:message_templates:read:all",
        f"{SETTINGS}/message-templates/1/edit": "communication:message_templates:update:all",
    },
    "transports": {
        f"{SETTINGS}/mail-servers": "communication:mail_servers:read:all",
        f"{SETTINGS}/sms-gateways": "communication:sms_gateways:read:all",
        f"{SETTINGS}/omni-channels": "communication:omni_channels:read:all",
    },
    "bulk": {
        BULK: "communication:bulk_communications:read:all",
        f"{BULK}/new": "communication:bulk_communications:create:all",
        f"{BULK}/1/publish": "communication:bulk_communications:update:all",
    },
    "what became of a message": {
        LOGS: "communication:read:history",
        f"{LOGS}/1": "communication:read:history",
        f"{LOGS}/filters": "communication:read:history",
        "/app/sandbox": "communication:read:history",
    },
    "access": {
        f"{ACCESS}/users": "access:users:read:all",
        f"{ACCESS}/roles": "access:roles:read:all",
        f"{ACCESS}/modules": "access:modules:read:all",
        f"{ACCESS}/audit": "access:audit:read:all",
        f"{ACCESS}/api-tokens": "access:api_tokens:read:all",
    },
}

# Forms that nobody shows her, posted as somebody would who knows their addresses.
POSTED = {
    f"{DIRECTORY}/members": "directory:create:all",
    CHANNELS: "communication:channels:create:all",
    f"{SETTINGS}/email-wrappers": "communication:email_wrapper_templates:create:all",
    f"{SETTINGS}/message-templates": "communication:message_templates:create:all",
    BULK: "communication:bulk_communications:create:all",
    f"{ACCESS}/roles": "access:roles:create:all",
    f"{ACCESS}/modules": "access:modules:update:all",
}

CALLS = {
    ("GET", "/entities/members"): "directory:read:all",
    ("PUT", "/entities/members/m-1"): "directory:update:all",
    ("GET", "/channels"): "communication:channels:read:all",
    ("GET", "/wrappers"): "communication:email_wrapper_templates:read:all",
    ("GET", "/mail-templates"): "communication:mail_templates:read:all",
    ("POST", "/templates"): "communication:message_templates:create:all",
    ("POST", "/broadcasts"): "communication:bulk_communications:create:all",
    ("GET", "/messages"): "communication:read:history",
    ("POST", "/messages"): "communication:send:email",
    ("GET", "/providers"): "communication:mail_servers:read:all",
}


@pytest.fixture(scope="module")
def club(own_demo, browser):
    """The demo with somebody whose role is to compose and nothing else; `club.composer` is her browser."""
    page = enter(browser, own_demo)
    Clerk(page).post(f"{ACCESS}/roles", name="Composer", permission=[COMPOSE_SEND])
    page.context.close()
    own_demo.add_user(COMPOSER.email, "Composer", COMPOSER.password, COMPOSER.name)
    page = enter(browser, own_demo, session={})
    sign_in(page, COMPOSER)
    expect(page).to_have_url(INSIDE)
    own_demo.composer = finish(page.context)
    return own_demo


@pytest.fixture
def page(club, visit):
    return visit(club, session=club.composer)


def expect_no_dead_end(page):
    """Every address that this page offers answers her."""
    links = page.locator("a[href^='/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links
    refused = [link for link in set(links) if page.context.request.get(link).status >= 400]
    assert refused == []


def test_the_menu_has_what_is_hers_and_no_more(page):
    page.goto("/")
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert [text.strip() for text in links.all_inner_texts()] == ["Overview", "Compose", "Saved Drafts"]
    for address in (f"{COMMUNICATIONS}/overview", "/app/account", DRAFTS):
        page.goto(address)
        expect_no_dead_end(page)
        assert barriers(page) == []


@pytest.mark.parametrize("part", REFUSED)
def test_an_address_that_is_not_hers_says_which_permission_it_takes(club, visit, part):
    page = visit(club, session=club.composer, refused=[r"403 .*"])
    for address, permission in REFUSED[part].items():
        answer = page.goto(address)
        assert answer.status == 403, address
        main = page.get_by_role("main")
        expect(main.get_by_role("heading", name="You do not have permission")).to_be_visible()
        expect(main).to_contain_text(permission)
        expect(main.get_by_role("link", name="Go to Communications")).to_be_visible()
    page.get_by_role("link", name="Go to Communications").click()
    expect(page).to_have_url(INSIDE)
    expect(page.get_by_role("heading", name="You do not have permission")).to_have_count(0)


def test_a_form_that_is_not_hers_is_refused_and_changes_nothing(club, page):
    page.goto("/app/account")
    token = page.locator("input[name=csrf]").first.input_value()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for address, permission in POSTED.items():
        fields = urlencode({"csrf": token, "name": "Smuggled", "external_id": "smuggled", "module": "communication", "turn": "off"})
        answer = page.context.request.post(address, data=fields, headers=headers)
        assert answer.status == 403, address
        assert permission in answer.text()
    assert "Smuggled" not in str(club.call("GET", "/channels"))
    assert club.call("GET", "/entities/members?q=smuggled")["items"] == []


def test_she_sends_from_a_template_to_whom_the_search_finds(club, page, visit):
    wizard = Wizard(page)
    page.goto(f"{COMMUNICATIONS}/compose/new")
    expect_no_dead_end(page)
    page.get_by_role("radio", name="Template").check()
    row = page.get_by_role("row").filter(has_text="Storm warning")
    # The template is hers to use; what stands in the settings is not hers to open.
    expect(row.get_by_role("link", name="View")).to_have_count(0)
    page.get_by_role("checkbox", name="SMS", exact=True).check()
    row.get_by_role("button", name="Use Template").click()
    wizard.sms.fill("Storm at noon, {{member.first_name}}. Boats in.")
    wizard.next("recipients")

    expect(page.get_by_role("heading", name="Add From Search")).to_be_visible()
    expect(page.get_by_role("heading", name="Add From Channels")).to_have_count(0)
    wizard.add_from_search("Grace Hopper")
    expect(wizard.recipient("Grace Hopper").get_by_role("link")).to_have_count(0)
    expect_no_dead_end(page)
    draft = wizard.draft
    page.watch.expect([r"403 .*/recipients/channels"])
    page.goto(f"{COMMUNICATIONS}/compose/{draft}/recipients/channels")
    expect(page.get_by_role("main")).to_contain_text("communication:channels:read:all")

    page.goto(f"{COMMUNICATIONS}/compose/{draft}/confirm")
    preflight = page.get_by_role("region", name="Preflight")
    expect(preflight).to_contain_text("SMS goes to the sandbox")
    expect(preflight.get_by_role("link", name="SMS Gateways")).to_have_count(0)
    expect_no_dead_end(page)
    assert barriers(page) == []
    page.get_by_role("button", name="Send Message").click()
    expect(page).to_have_url(f"{club.address}{DRAFTS}")
    expect(page.get_by_role("status").filter(has_text="is on its way: 1 message to 1 recipient.")).to_be_visible()

    owner = visit(club)
    owner.goto(f"{LOGS}?delivery_channel=sms")
    sent = owner.get_by_role("row").filter(has_text="Storm at noon, Grace").filter(has_text="Sent")
    reload_until(owner, sent)
    sent.get_by_role("link", name="View Details").click()
    facts = owner.get_by_role("dialog", name="Details").get_by_role("complementary", name="Facts")
    expect(facts).to_contain_text(COMPOSER.name)


def test_a_token_that_may_only_compose_is_refused_by_the_calls_for_anything_else(club):
    token = club.command("token", "create", "composer", "--permission", COMPOSE_SEND).strip()
    headers = {"Authorization": f"Bearer {token}"}
    for (method, path), permission in CALLS.items():
        answer = requests.request(method, f"{club.address}/api/v1{path}", headers=headers, json={}, timeout=60)
        assert answer.status_code == 403, (method, path, answer.text)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert permission in answer.json()["detail"]
    assert requests.get(f"{club.address}/api/v1/overview", headers=headers, timeout=60).ok
