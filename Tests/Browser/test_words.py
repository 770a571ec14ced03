"""What the pages call their columns, fields and buttons: people write these words to each other."""

import re

import pytest
from playwright.sync_api import expect

from campaigns import BULK, CHANNELS, SETTINGS, furnish_campaigns
from furnish import COMPOSE, LOGS, Clerk
from people import Person, sign_in
from watch import enter

READER = Person("Donald Knuth", "donald@harbour.example")

COLUMNS = {
    "templates of the wizard": (
        COMPOSE + "/new?start=template", "Active templates that support the chosen delivery channels", ["Template", "Channels", "Priority"]),
    "drafts of the wizard": (
        COMPOSE + "/new?start=saved", "Saved drafts, newest first", ["Draft Name", "Channels", "Updated", "Status"]),
    "recipients": (
        COMPOSE + "/{draft}/recipients", "Recipients of this message", ["Name", "Email", "Mobile", "Origin", "Status"]),
    "drafts": (COMPOSE + "/drafts", "Saved drafts, newest first", ["Draft Name", "Channels", "Updated", "Status"]),
    "send logs": (LOGS, "Messages, newest first", ["Status", "Channel", "Date", "Entity", "Recipient"]),
    "channels": (CHANNELS, "Channels, newest first", ["Name", "Description", "Subscribers"]),
    "receivers": (
        BULK + "/{draft_bulk}", "Receivers, most recently added first", ["Name", "Email", "Mobile", "Origin", "Status"]),
}


@pytest.fixture(scope="module")
def club(own_demo, browser):
    page = enter(browser, own_demo)
    clerk = Clerk(page)
    own_demo.numbers = furnish_campaigns(clerk)
    own_demo.numbers["draft"] = draft = clerk.draft(
        "Regatta", ["email", "sms", "whatsapp"], email_subject="Regatta", email_html="<p>Ahoy</p>", email_project="",
        sms_text="Ahoy", whatsapp_text="Ahoy")
    clerk.recipient(draft, "Zoë", "Ōshima", email="zoe@guests.example")
    page.watch.check()
    page.context.close()
    return own_demo


@pytest.fixture
def page(club, visit):
    return visit(club)


def go(page, path):
    page.goto(path.format(**page.watch.installation.numbers))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_list_has_its_columns(page, name):
    path, caption, columns = COLUMNS[name]
    go(page, path)
    headings = page.get_by_role("table", name=caption).get_by_role("columnheader")
    expect(headings.first).to_be_visible()
    assert headings.all_inner_texts()[: len(columns)] == columns


def test_the_menu_lands_on_the_send_logs_and_names_every_part(page):
    page.goto("/app/communications")
    expect(page).to_have_url(re.compile(r"/app/communications/send-logs$"))
    menu = page.get_by_role("navigation", name="Main")
    for name, path in (
        ("Send Logs", LOGS), ("Compose", COMPOSE + "/new"), ("Bulk Communications", BULK),
        ("Saved Drafts", COMPOSE + "/drafts"),
    ):
        expect(menu.get_by_role("link", name=name, exact=True)).to_have_attribute("href", path)


def test_the_settings_have_a_tab_for_everything_that_is_set_up(page):
    page.goto(SETTINGS)
    tabs = page.get_by_role("navigation", name="Communication settings")
    for name in (
        "Mail Servers", "SMS Gateways", "Omni Channels", "Email Wrappers", "Mail Templates", "Message Templates",
        "Channels", "Suppressions",
    ):
        expect(tabs.get_by_role("link", name=name, exact=True)).to_be_visible()
    tabs.get_by_role("link", name="Channels", exact=True).click()
    expect(page).to_have_url(re.compile(CHANNELS + "$"))


@pytest.mark.parametrize("section", ["mail-servers", "sms-gateways", "omni-channels"])
def test_a_transport_is_listed_and_the_sandbox_is_offered(page, section):
    page.goto(f"{SETTINGS}/{section}")
    expect(page.get_by_role("row").filter(has_text="Sandbox")).to_contain_text("nothing leaves")
    page.locator("summary", has_text=re.compile("^Add ")).click()
    page.get_by_role("main").locator("details a", has_text="Sandbox").first.click()
    expect(page.get_by_label("From address")).to_be_visible()


def test_an_old_address_of_channels_leads_to_the_settings(page):
    page.goto("/app/communications/channels")
    expect(page).to_have_url(re.compile(CHANNELS + "$"))
    go(page, "/app/communications/channels/{channel}")
    expect(page).to_have_url(re.compile(CHANNELS + r"/\d+$"))


def test_the_wizard_is_begun_by_channels_and_a_starting_point(page):
    go(page, COMPOSE + "/new")
    channels = page.get_by_role("group", name="Delivery Channels")
    for name in ("Email", "SMS", "WhatsApp"):
        expect(channels.get_by_role("checkbox", name=name, exact=True)).to_be_visible()
    for name in ("Blank Draft", "Template", "Saved Draft"):
        expect(page.get_by_role("radio", name=name)).to_be_visible()
    page.get_by_role("radio", name="Template").check()
    row = page.get_by_role("row").filter(has_text="Harvest supper")
    expect(row.get_by_role("button", name="Use Template")).to_be_visible()
    row.get_by_role("link", name="View").click()
    expect(page.get_by_role("heading", name="Harvest supper", exact=True)).to_be_visible()
    go(page, COMPOSE + "/new?start=template")
    page.get_by_role("searchbox", name="Search templates").fill("nothing of that name")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No template", exact=True)).to_be_visible()


def test_the_message_step_has_a_field_for_each_channel(page):
    go(page, COMPOSE + "/{draft}/message")
    details = page.get_by_role("region", name="Draft Details")
    for label in ("Draft name", "Email subject", "SMS content", "WhatsApp content"):
        expect(details.get_by_label(label)).to_be_visible()
    expect(details.get_by_placeholder("Write the SMS content here")).to_be_visible()
    expect(details.get_by_placeholder("Write the WhatsApp content here")).to_be_visible()
    placeholders = page.get_by_role("region", name="Quick Placeholders").get_by_role("button")
    assert placeholders.all_inner_texts() == [
        "{{member.first_name}}", "{{member.last_name}}", "{{location.name}}", "{{account.account_name}}",
        "{{unsubscribe_url}}"]
    summary = page.get_by_role("region", name="Channel Summary")
    for name in ("Email", "SMS", "WhatsApp"):
        expect(summary.get_by_text(name, exact=True)).to_be_visible()


def test_the_search_of_the_wizard_knows_four_kinds_of_record(page):
    for kind in ("Members", "Locations", "Accounts", "Transactions"):
        go(page, COMPOSE + "/{draft}/recipients")
        tabs = page.get_by_role("navigation", name="What to search")
        tabs.get_by_role("link", name=kind).click()
        expect(tabs.get_by_role("link", name=kind)).to_have_attribute("aria-current", "page")
        expect(page.locator("summary", has_text="Add filter")).to_be_visible()
        expect(page.get_by_role("list", name="Found").get_by_role("checkbox").first).to_be_visible()


def test_the_confirm_step_shows_a_preview_for_each_channel_and_knows_no_cc(page):
    go(page, COMPOSE + "/{draft}/confirm")
    for name in ("Email Preview", "SMS Preview", "WhatsApp Preview"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("region", name="Summary")).to_contain_text("CC is not supported")
    expect(page.get_by_role("button", name="Send Message")).to_be_visible()
    expect(page.get_by_role("button", name="Send Message")).to_have_attribute("data-busy", "Sending…")
    expect(page.locator("summary", has_text="Schedule Message")).to_be_visible()


def test_a_draft_is_resumed_or_duplicated_from_its_row(page):
    go(page, COMPOSE + "/drafts")
    row = page.get_by_role("row").filter(has_text="Regatta")
    expect(row.get_by_role("link", name="Resume Editing")).to_be_visible()
    expect(row.get_by_role("button", name="Duplicate Draft")).to_be_visible()
    expect(page.get_by_role("link", name="New Compose Wizard")).to_be_visible()


def test_a_message_template_has_content_for_each_channel_and_what_goes_with_it(page):
    go(page, SETTINGS + "/message-templates/{template}/edit")
    for label in (
        "Email subject", "Mail Server", "Email Wrapper", "Mail Template", "SMS content", "SMS Gateway",
        "WhatsApp content", "Omni Channel", "Provider template name", "Declared variables", "Priority",
    ):
        expect(page.get_by_label(label, exact=label != "Declared variables").first).to_be_attached()
    priorities = page.get_by_label("Priority").locator("option").all_inner_texts()
    assert priorities == ["Low", "Normal", "High", "Urgent"]
    expect(page.get_by_role("checkbox", name=re.compile("^Active"))).to_be_attached()


def test_a_wrapper_has_its_parts_and_colours(page):
    go(page, SETTINGS + "/email-wrappers/{wrapper}")
    for part in ("Header", "Body", "Content", "Footer"):
        expect(page.get_by_label(f"{part} background")).to_be_attached()
        expect(page.get_by_label(f"{part} text")).to_be_attached()
    for label in ("Header HTML", "Wrapper HTML", "Footer HTML"):
        expect(page.get_by_label(label)).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("default", re.IGNORECASE))).to_be_visible()


def test_a_bulk_shows_its_cards(page):
    go(page, BULK + "/{draft_bulk}")
    assert page.locator("#bulk-progress dt").all_inner_texts() == ["Total recipients", "Sent", "Pending", "Failed"]


def test_the_details_of_a_message_name_every_fact(page):
    page.goto(LOGS + "?delivery_channel=email")
    page.get_by_role("link", name="View Details").first.click()
    panel = page.get_by_role("dialog", name="Details")
    facts = panel.get_by_role("complementary", name="Facts")
    for name in ("Subject", "Recipients", "Sent By", "Sent At", "Linked Entity"):
        expect(facts.get_by_text(name, exact=True)).to_be_visible()
    expect(panel.get_by_text("Email", exact=True).first).to_be_visible()
    expect(panel.locator('iframe[title="Content as rendered"]')).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_without_the_permission_the_button_is_not_there(club, visit):
    club.add_user(READER.email, "viewer", READER.password, READER.name)
    page = visit(club, session={}, refused=[rf"403 {BULK}"])
    sign_in(page, READER)
    page.goto(LOGS)
    expect(page.get_by_role("link", name="Compose", exact=True)).to_have_count(0)
    page.goto(BULK)
    expect(page.get_by_role("main")).to_contain_text("communication:bulk_communications:read:all")
