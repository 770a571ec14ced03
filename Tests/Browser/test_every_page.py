"""Every page in both themes, on a desk and on a phone: no barrier, no overflow, no complaint of the browser."""

from dataclasses import dataclass
from typing import Callable

import pytest
from playwright.sync_api import expect

from audit import COLOUR_RULES, DESK, PHONE, barriers, overflow, wear
from furnish import furnish
from installation import Installation
from people import sign_in_by_link
from watch import enter
from wizard import CANVAS

COMPOSE = "/app/communications/compose"
LOGS = "/app/communications/send-logs"
SETTINGS = "/app/settings/communication"
CHANNELS = "/app/settings/communication-channels"
ACCESS = "/app/settings"
BULK = "/app/communications/bulk"
DIRECTORY = "/app/directory"


@dataclass(frozen=True)
class Stop:
    """One page, in one state."""

    path: str
    # What is opened first, where the state is more than the address.
    then: Callable | None = None
    status: int = 200


def open_first_details(page):
    page.get_by_role("link", name="View Details").first.click()
    expect(page.get_by_role("dialog", name="Details").get_by_role("region", name="Attempts")).to_be_visible()


def open_question(page):
    row = page.get_by_role("row").filter(has_text="Regatta with a rather long name")
    row.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete this draft?")


def open_filter(page):
    page.locator("summary", has_text="Add filter").first.click()


def open_schedule(page):
    page.locator("summary", has_text="Schedule Message").click()


def open_menu(page):
    page.locator("summary:visible").first.click()


def wait_for_builder(page):
    expect(page.frame_locator(CANVAS).locator(".sb-slot, .sb-raw").first).to_be_visible()


def open_html(page):
    wait_for_builder(page)
    page.get_by_role("button", name="HTML", exact=True).click()


def open_saving(page):
    page.locator("summary", has_text="Save filter").click()
    page.get_by_label("Name", exact=True).focus()


def open_values(page):
    page.locator("summary", has_text="Merge values").click()


def open_permissions(page):
    page.get_by_role("table", name="Tokens in use, newest first").locator("summary").first.click()


def open_audit_filter(page):
    page.locator("summary", has_text="Filter").first.click()


OWNER = {
    "overview": Stop("/app/communications/overview"),
    "send-logs": Stop(LOGS),
    "send-logs-menu": Stop(LOGS, open_menu),
    "send-logs-filter": Stop(f"{LOGS}?status=sent&q=a", open_filter),
    "send-logs-failed": Stop(f"{LOGS}?status=failed"),
    "send-logs-nothing": Stop(f"{LOGS}?q=nobody-of-that-name"),
    "send-logs-picks": Stop(f"{LOGS}?entity_kind=member&entity_find=an"),
    "send-logs-saving": Stop(f"{LOGS}?status=sent&type=bulk", open_saving),
    "saved-filters": Stop(f"{LOGS}/filters"),
    "in-doubt-nothing": Stop("/app/communications/in-doubt"),
    "directory-members": Stop(DIRECTORY + "/members"),
    "directory-locations": Stop(DIRECTORY + "/locations"),
    "directory-accounts": Stop(DIRECTORY + "/accounts"),
    "directory-transactions": Stop(DIRECTORY + "/transactions"),
    "directory-filter": Stop(DIRECTORY + "/members?field=tier&value=gold", open_filter),
    "directory-nothing": Stop(DIRECTORY + "/members?q=nobody-of-that-name"),
    "directory-record": Stop(DIRECTORY + "/members/{member}"),
    "directory-location": Stop(DIRECTORY + "/locations/{location}"),
    "directory-new": Stop(DIRECTORY + "/members/new"),
    "directory-edit": Stop(DIRECTORY + "/members/{member}/edit"),
    "directory-delete": Stop(DIRECTORY + "/members/{member}/delete"),
    "directory-email": Stop(DIRECTORY + "/members/{member}/email"),
    "directory-sms": Stop(DIRECTORY + "/members/{member}/sms"),
    "directory-import": Stop(DIRECTORY + "/members/import"),
    "directory-import-columns": Stop(DIRECTORY + "/members/import/{waiting_import}"),
    "directory-import-done": Stop(DIRECTORY + "/members/import/{done_import}"),
    "send-logs-panel": Stop(LOGS, open_first_details),
    "details-email": Stop(LOGS + "/{email}"),
    "details-values": Stop(LOGS + "/{email}", open_values),
    "details-sms": Stop(LOGS + "/{sms}"),
    "details-failed": Stop(LOGS + "/{failed}"),
    "compose-new": Stop(COMPOSE + "/new"),
    "compose-delivery": Stop(COMPOSE + "/{draft}/delivery"),
    "compose-message": Stop(COMPOSE + "/{draft}/message", wait_for_builder),
    "compose-message-html": Stop(COMPOSE + "/{draft}/message", open_html),
    "compose-recipients": Stop(COMPOSE + "/{draft}/recipients"),
    "compose-recipients-filter": Stop(COMPOSE + "/{draft}/recipients?kind=accounts&field=balance&value=1"),
    "compose-recipients-filters": Stop(
        COMPOSE + "/{draft}/recipients?kind=members&field=first_name&value=a&field=email&value=members"
    ),
    "compose-channels": Stop(COMPOSE + "/{draft}/recipients/channels"),
    "compose-channels-none": Stop(COMPOSE + "/{draft}/recipients/channels?q=none-of-that-name"),
    "compose-channel-new": Stop(COMPOSE + "/{draft}/recipients/channels/new"),
    "compose-confirm": Stop(COMPOSE + "/{draft}/confirm"),
    "compose-schedule": Stop(COMPOSE + "/{draft}/confirm", open_schedule),
    "drafts": Stop(COMPOSE + "/drafts"),
    "drafts-question": Stop(COMPOSE + "/drafts", open_question),
    "draft-delete": Stop(COMPOSE + "/{draft}/delete"),
    "draft-unschedule": Stop(COMPOSE + "/{scheduled}/unschedule"),
    "bulk-list": Stop(BULK),
    "bulk-list-nothing": Stop(BULK + "?q=nobody-of-that-name"),
    "bulk-new": Stop(BULK + "/new?template={template}"),
    "bulk-draft": Stop(BULK + "/{draft_bulk}"),
    "bulk-edit": Stop(BULK + "/{draft_bulk}/edit"),
    "bulk-delete": Stop(BULK + "/{draft_bulk}/delete"),
    "bulk-preview": Stop(BULK + "/{draft_bulk}/preview"),
    "bulk-publish": Stop(BULK + "/{draft_bulk}/publish"),
    "bulk-nobody": Stop(BULK + "/{empty_bulk}"),
    "bulk-publish-nobody": Stop(BULK + "/{empty_bulk}/publish"),
    "bulk-scheduled": Stop(BULK + "/{scheduled_bulk}"),
    "bulk-unschedule": Stop(BULK + "/{scheduled_bulk}/unschedule"),
    "bulk-published": Stop(BULK + "/{published_bulk}"),
    "bulk-failed": Stop(BULK + "/{failed_bulk}"),
    "bulk-failed-resend": Stop(BULK + "/{failed_bulk}/resend-failed"),
    "sandbox": Stop("/app/sandbox"),
    "sandbox-email": Stop("/app/sandbox/{kept_email}"),
    "sandbox-sms": Stop("/app/sandbox/{kept_sms}"),
    "sandbox-settings": Stop("/app/sandbox/settings"),
    "mail-servers": Stop(SETTINGS + "/mail-servers"),
    "mail-server": Stop(SETTINGS + "/mail-servers/{server}"),
    "mail-server-new": Stop(SETTINGS + "/mail-servers/new?kind=smtp"),
    "mail-server-delete": Stop(SETTINGS + "/mail-servers/{server}/delete"),
    "sms-gateways": Stop(SETTINGS + "/sms-gateways"),
    "omni-channels": Stop(SETTINGS + "/omni-channels"),
    "push": Stop(SETTINGS + "/push"),
    "in-app": Stop(SETTINGS + "/in-app"),
    "voice": Stop(SETTINGS + "/voice"),
    "wrappers": Stop(SETTINGS + "/email-wrappers"),
    "wrapper": Stop(SETTINGS + "/email-wrappers/{wrapper}"),
    "wrapper-new": Stop(SETTINGS + "/email-wrappers/new"),
    "wrapper-in-use": Stop(SETTINGS + "/email-wrappers/{wrapper}/delete", status=409),
    "mail-templates": Stop(SETTINGS + "/mail-templates"),
    "mail-template": Stop(SETTINGS + "/mail-templates/{mail_template}"),
    "mail-template-new": Stop(SETTINGS + "/mail-templates/new"),
    "message-templates": Stop(SETTINGS + "/message-templates"),
    "message-template": Stop(SETTINGS + "/message-templates/{template}"),
    "message-template-edit": Stop(SETTINGS + "/message-templates/{template}/edit", wait_for_builder),
    "message-template-new": Stop(SETTINGS + "/message-templates/new", wait_for_builder),
    "channels": Stop(CHANNELS),
    "channels-nothing": Stop(CHANNELS + "?q=nobody-of-that-name"),
    "channel": Stop(CHANNELS + "/{channel}"),
    "channel-nobody": Stop(CHANNELS + "/{empty_channel}"),
    "channel-new": Stop(CHANNELS + "/new"),
    "channel-edit": Stop(CHANNELS + "/{channel}/edit"),
    "channel-delete": Stop(CHANNELS + "/{channel}/delete"),
    "subscriber-adhoc": Stop(CHANNELS + "/{channel}/subscribers/new"),
    "subscriber-entity": Stop(CHANNELS + "/{channel}/subscribers/new?source=entity&kind=member&q=an"),
    "suppressions": Stop(SETTINGS + "/suppressions"),
    "suppressions-nothing": Stop(SETTINGS + "/suppressions?q=nobody-of-that-name"),
    "suppression-new": Stop(SETTINGS + "/suppressions/new"),
    "suppression-remove": Stop(SETTINGS + "/suppressions/{suppression}/remove"),
    "suppressions-import": Stop(SETTINGS + "/suppressions/import"),
    "general-settings": Stop(SETTINGS + "/general"),
    "users": Stop(ACCESS + "/users"),
    "user": Stop(ACCESS + "/users/{user}"),
    "user-disable": Stop(ACCESS + "/users/{user}/disable"),
    "user-new": Stop(ACCESS + "/users/new"),
    "roles": Stop(ACCESS + "/roles"),
    "role": Stop(ACCESS + "/roles/{role}"),
    "role-delete": Stop(ACCESS + "/roles/{role}/delete"),
    "role-new": Stop(ACCESS + "/roles/new"),
    "tokens": Stop(ACCESS + "/api-tokens", open_permissions),
    "token-new": Stop(ACCESS + "/api-tokens/new"),
    "modules": Stop(ACCESS + "/modules"),
    "audit": Stop(ACCESS + "/audit"),
    "audit-filter": Stop(ACCESS + "/audit?actor=demo%40example.org", open_audit_filter),
    "account": Stop("/app/account"),
    "sign-out": Stop("/logout"),
    "not-found": Stop("/app/nowhere", status=404),
}

NOBODY = {
    "sign-in": Stop("/login"),
    "set-up": Stop("{link}"),
    "set-up-spent": Stop("/setup/spent", status=410),
}

EMPTY = {
    "empty-overview": Stop("/app/communications/overview"),
    "empty-send-logs": Stop(LOGS),
    "empty-saved-filters": Stop(f"{LOGS}/filters"),
    "empty-compose": Stop(COMPOSE + "/new"),
    "empty-bulk": Stop(BULK),
    "empty-bulk-new": Stop(BULK + "/new"),
    "empty-directory": Stop(DIRECTORY + "/members"),
    "empty-channels": Stop(CHANNELS),
    "empty-wrappers": Stop(SETTINGS + "/email-wrappers"),
    "empty-mail-templates": Stop(SETTINGS + "/mail-templates"),
    "empty-suppressions": Stop(SETTINGS + "/suppressions"),
    "empty-message-templates": Stop(SETTINGS + "/message-templates"),
    "empty-tokens": Stop(ACCESS + "/api-tokens"),
    "empty-drafts": Stop(COMPOSE + "/drafts"),
    "empty-sandbox": Stop("/app/sandbox"),
    "empty-mail-servers": Stop(SETTINGS + "/mail-servers"),
}


@pytest.fixture(scope="module")
def furnished(browser, tmp_path_factory):
    """A demo with something to show on every page, and the numbers of what it shows."""
    with Installation(tmp_path_factory.mktemp("furnished"), demo=True) as installation:
        installation.session = sign_in_by_link(browser, installation)
        page = enter(browser, installation)
        installation.numbers = furnish(page)
        page.watch.check()
        page.context.close()
        yield installation


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """Started, and nobody has used its link yet."""
    with Installation(tmp_path_factory.mktemp("untouched"), demo=False) as installation:
        installation.session = {}
        installation.numbers = {"link": installation.link}
        yield installation


@pytest.fixture(scope="module")
def stroll(browser):
    """One page for all stops at an installation: a browser that keeps the scripts between them, as people's do."""
    pages = {}

    def page_at(installation):
        if installation not in pages:
            pages[installation] = page = enter(browser, installation)
            page.context.add_cookies([{"name": "theme", "value": "light", "url": installation.address}])
        return pages[installation]

    yield page_at
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("name", OWNER)
def test_a_page_is_in_order(furnished, stroll, artifacts, name):
    look(stroll(furnished), OWNER[name], artifacts / name)


@pytest.mark.parametrize("name", NOBODY)
def test_a_page_for_anybody_is_in_order(untouched, stroll, artifacts, name):
    look(stroll(untouched), NOBODY[name], artifacts / name)


@pytest.mark.parametrize("name", EMPTY)
def test_a_page_with_nothing_on_it_is_in_order(empty, stroll, artifacts, name):
    look(stroll(empty), EMPTY[name], artifacts / name)


def look(page, stop, picture):
    page.watch.forget()
    page.watch.expect([rf"{stop.status} .*"])
    findings = []
    for place, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        if place == "desk" or stop.then:
            arrive(page, stop)
        page.watch.check()
        for theme in ("light", "dark"):
            # Every rule in either theme and at either size; all four pairs need the rules about colours alone.
            rules = None if (theme, place) in (("light", "desk"), ("dark", "phone")) else COLOUR_RULES
            wear(page, theme)
            page.screenshot(path=f"{picture}-{theme}-{place}.jpg", full_page=True, type="jpeg", quality=80)
            found = barriers(page, rules) + overflow(page)
            findings += [f"{theme}, {place}: {finding}" for finding in found]
        # axe tries out styles, which the policy of an open dialog refuses: that is its trouble, not the page's.
        page.watch.forget()
    assert not findings, "\n".join(findings)


def arrive(page, stop):
    answer = page.goto(stop.path.format(**page.watch.installation.numbers))
    assert answer.status == stop.status
    if stop.then:
        stop.then(page)
