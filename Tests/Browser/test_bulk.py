"""Communications → Bulk Communications, from Add Bulk to the last receiver's outcome, with the sandbox delivering."""

import csv
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from audit import barriers, overflow
from campaigns import BULK, SETTINGS, made
from furnish import Clerk
from mail_server import MailServer
from people import INSIDE, Person, sign_in
from test_schedule import ZONE, local
from wizard import reload_until

OPERATOR = Person("Barbara Liskov", "barbara@harbour.example")
SERVERS = f"{SETTINGS}/mail-servers"
EMAIL = 'iframe[title^="Email"]'
PEOPLE = [
    {"first_name": "Ada", "last_name": "Byron", "email": "ada.byron@guests.example", "mobile": "+27825550111"},
    {"first_name": "Zoë", "last_name": "Ōshima", "email": "zoe@guests.example"},
    {"first_name": "Kwame", "last_name": "Boateng", "email": "kwame@guests.example", "mobile": "+27825550113"},
]


@pytest.fixture(scope="module")
def club(own_demo, browser):
    """The demo with a template for email and SMS."""
    context = browser.new_context(base_url=own_demo.address, storage_state=own_demo.session)
    own_demo.numbers["template"] = made(
        Clerk(context.new_page()), f"{SETTINGS}/message-templates", name="Regatta", priority="normal", is_active="1",
        email_subject="Regatta for {{first_name}}", email_html="<p>Dear {{first_name}}, the boats are ready.</p>",
        sms_text="Regatta on Saturday, {{first_name}}")
    context.close()
    return own_demo


@pytest.fixture
def page(club, visit, request):
    """Somebody at the list of bulk communications; `page.bulk` is what this test calls its own."""
    page = visit(club, refused=[rf"422 {BULK}/\d+/schedule"])
    page.goto(BULK)
    page.bulk = f"July of {request.node.name}"
    return page


def add_bulk(page, *unwanted):
    """Through the form; answers the number of the draft."""
    page.get_by_role("link", name="Add Bulk").first.click()
    page.get_by_label("Name", exact=True).fill(page.bulk)
    page.get_by_label("Message template").select_option(label="Regatta")
    expect(channel(page, "WhatsApp")).to_be_disabled()
    for name in unwanted:
        channel(page, name).uncheck()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=page.bulk)).to_contain_text("Draft")
    return re.search(r"/bulk/(\d+)$", page.url)[1]


def channel(page, name):
    return page.get_by_role("group", name="Channels").get_by_role("checkbox", name=re.compile(rf"^{name}\b"))


def add_people(page, bulk, people=None):
    page.watch.installation.call("POST", f"/broadcasts/{bulk}/receivers", people=people or PEOPLE)
    page.goto(f"{BULK}/{bulk}")


def publish(page):
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish now").click()


def card(page, label):
    """The number on one of the cards."""
    stat = page.locator("#bulk-progress .stat").filter(has=page.locator("dt").get_by_text(label, exact=True))
    return stat.locator("dd").first


def receivers(page):
    return page.get_by_role("table", name="Receivers, most recently added first").locator("tbody tr")


def said(page, words):
    return page.get_by_role("status").filter(has_text=words)


def answer(page, button):
    """Confirms the question that a button opened."""
    page.get_by_role("dialog").get_by_role("button", name=button).click()


def test_the_channels_follow_the_template(page):
    page.get_by_role("link", name="Add Bulk").first.click()
    page.get_by_label("Message template").select_option(label="Regatta")
    expect(channel(page, "WhatsApp")).to_be_disabled()
    expect(channel(page, "Email")).to_be_checked()
    expect(channel(page, "SMS")).to_be_checked()
    page.get_by_label("Message template").select_option(label="Choose a template")
    expect(channel(page, "WhatsApp")).to_be_enabled()


def test_a_bulk_is_made_looked_at_published_and_accounted_for(page):
    bulk = add_bulk(page)
    expect(page.get_by_role("heading", name="No receivers yet")).to_be_visible()
    add_people(page, bulk)
    expect(card(page, "Total recipients")).to_have_text("3")
    headings = page.get_by_role("table", name="Receivers, most recently added first").get_by_role("columnheader")
    assert headings.all_inner_texts()[:5] == ["Name", "Email", "Mobile", "Origin", "Status"]
    receivers(page).filter(has_text="Kwame").get_by_role("button", name="Remove").click()
    expect(said(page, "The receiver was removed.")).to_be_visible()
    expect(receivers(page)).to_have_count(2)

    page.get_by_role("link", name="Preview").click()
    expect(said(page, "Shown with sample values.")).to_be_visible()
    page.get_by_label("As seen by").select_option(label="Zoë Ōshima")
    expect(said(page, "Shown with Zoë Ōshima.")).to_be_visible()
    expect(page.frame_locator(EMAIL).locator("body")).to_contain_text("Dear Zoë, the boats are ready.")
    expect(page.locator(".bubble--out")).to_have_text("Regatta on Saturday, Zoë")

    page.goto(f"{BULK}/{bulk}")
    publish(page)
    expect(said(page, "Published: 4 messages on the way.")).to_be_visible()
    page.evaluate("window.unreloaded = true")
    expect(card(page, "Sent")).to_have_text("3")
    expect(card(page, "Pending")).to_have_text("0")
    expect(card(page, "Failed")).to_have_text("0")
    expect(page.get_by_text("The books balance")).to_be_visible()
    assert page.evaluate("window.unreloaded"), "the cards turned by loading the page again"
    look_at_outcomes(page, bulk)
    look_at_what_is_locked(page, bulk)


def look_at_outcomes(page, bulk):
    page.get_by_label("Status").select_option(label="Sent")
    expect(page).to_have_url(re.compile("status=sent"))
    expect(receivers(page)).to_have_count(3)
    expect(page.get_by_text("One row for each message with this status")).to_be_visible()
    page.get_by_label("Status").select_option(label="Skipped")
    expect(page).to_have_url(re.compile("status=skipped"))
    expect(receivers(page)).to_have_count(1)
    expect(receivers(page)).to_contain_text("Zoë")
    page.get_by_label("Status").select_option(label="Failed")
    expect(page.get_by_role("heading", name="No receivers found")).to_be_visible()

    page.goto(f"{BULK}/{bulk}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert download.value.suggested_filename == f"bulk-{bulk}-receivers.csv"
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    told = sorted((line["first_name"], line["delivery_channel"], line["status"]) for line in lines)
    assert told == [
        ("Ada", "email", "sent"), ("Ada", "sms", "sent"), ("Zoë", "email", "sent"), ("Zoë", "sms", "skipped")]


def look_at_what_is_locked(page, bulk):
    actions = page.locator(".page-header").first
    for name in ("Edit", "Delete", "Publish…", "Preview"):
        expect(actions.get_by_role("link", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    for address in ("edit", "delete", "publish"):
        page.goto(f"{BULK}/{bulk}/{address}")
        expect(page).to_have_url(re.compile(rf"/bulk/{bulk}$"))
        expect(said(page, "It can no longer be changed.")).to_be_visible()
    page.goto(BULK)
    row = page.get_by_role("row").filter(has_text=page.bulk)
    expect(row).to_contain_text("Published")
    expect(row.get_by_role("link", name="Delete")).to_have_count(0)


def test_receivers_come_from_channels_and_from_a_search(page):
    bulk = add_bulk(page, "SMS")
    page.get_by_role("link", name="Add from channels").click()
    page.get_by_role("checkbox", name=re.compile("^Newsletter")).check()
    page.get_by_role("button", name="Add all subscribers").click()
    expect(said(page, "receivers were added.")).to_be_visible()
    page.goto(f"{BULK}/{bulk}")
    expect(receivers(page).first).to_contain_text("Channel · Newsletter")
    subscribers = receivers(page).count()
    page.get_by_role("link", name="Add from search").click()
    page.get_by_role("searchbox", name="Search members").fill("Priya Raman")
    found = page.get_by_role("list", name="Found").get_by_role("listitem")
    expect(found).to_have_count(1)
    found.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add selected").click()
    page.goto(f"{BULK}/{bulk}")
    expect(receivers(page).filter(has_text="Priya Raman")).to_contain_text("Search · Member")
    expect(card(page, "Total recipients")).to_have_text(str(subscribers + 1))


def test_the_preflight_of_many_goes_on_by_itself(page):
    bulk = add_bulk(page, "SMS")
    crowd = [{"first_name": f"Guest {number}", "email": f"guest{number}@crowd.example"} for number in range(1200)]
    for start in range(0, len(crowd), 400):
        add_people(page, bulk, crowd[start:start + 400])
    add_people(page, bulk, [{"email": "nameless@crowd.example"}])
    page.get_by_role("link", name="Publish…").click()
    preflight = page.get_by_role("region", name="Preflight")
    # Only a look at all of them finds the last.
    expect(preflight.get_by_text("{{first_name}} is empty for 1 recipient")).to_be_visible()
    expect(preflight.get_by_text("Checking all recipients")).to_have_count(0)
    expect(page.get_by_role("button", name="Publish now")).to_be_enabled()
    assert not barriers(page) and not overflow(page)


def test_a_duplicate_is_a_draft_with_the_same_receivers(page):
    bulk = add_bulk(page, "SMS")
    add_people(page, bulk)
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", name=f"Copy of {page.bulk}")).to_contain_text("Draft")
    expect(card(page, "Total recipients")).to_have_text("3")
    assert not page.url.endswith(f"/{bulk}")


def test_a_draft_is_changed_and_deleted_after_a_question(page):
    add_bulk(page)
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Another name")
    channel(page, "SMS").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Another name")).to_be_visible()
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete this bulk?")
    answer(page, re.compile("^Delete "))
    expect(said(page, "“Another name” was deleted.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Another name")).to_have_count(0)


def test_a_bulk_is_scheduled_and_taken_back(page):
    bulk = add_bulk(page, "SMS")
    add_people(page, bulk)
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Or send at").fill(local(datetime.now(ZONE)))
    page.get_by_role("button", name="Schedule").click()
    expect(page.locator("#bulk-send-at-error")).to_have_text("Choose a time at least 60 seconds from now.")
    tomorrow = datetime.now(ZONE) + timedelta(days=1)
    page.get_by_label("Or send at").fill(f"{tomorrow:%Y-%m-%d}T09:30")
    page.get_by_role("button", name="Schedule").click()
    expect(said(page, "Scheduled: it will be sent on")).to_be_visible()
    expect(page.get_by_role("heading", name=page.bulk)).to_contain_text("Scheduled")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Cancel schedule").click()
    answer(page, "Cancel schedule")
    expect(page.get_by_role("heading", name=page.bulk)).to_contain_text("Draft")
    expect(page.get_by_role("link", name="Publish…")).to_be_visible()


@pytest.fixture(scope="module")
def slow(club, browser):
    """A mail server that may take one message in a hundred seconds, and the template that goes through it."""
    with MailServer() as server:
        provider = club.call(
            "POST", "/providers", delivery_channel="email", kind="smtp", name="Slow pier", settings={
                "host": "127.0.0.1", "port": server.port, "tls": "none", "from_address": "club@harbour.example",
                "rate_per_second": 0.01})
        club.call(
            "POST", "/templates", name="By the slow pier",
            email={"subject": "Tide for {{first_name}}", "html": "<p>Six.</p>", "provider_id": provider["id"]})
        server.provider = provider["id"]
        yield server


def begin_slowly(page, slow):
    """Published, with one message out and the others waiting for the rate."""
    page.get_by_role("link", name="Add Bulk").first.click()
    page.get_by_label("Name", exact=True).fill(page.bulk)
    page.get_by_label("Message template").select_option(label="By the slow pier")
    expect(channel(page, "SMS")).to_be_disabled()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=page.bulk)).to_contain_text("Draft")
    add_people(page, re.search(r"/bulk/(\d+)$", page.url)[1])
    publish(page)
    expect(said(page, "Published: 3 messages on the way.")).to_be_visible()


def change_rate(page, slow, rate):
    page.goto(f"{SERVERS}/{slow.provider}")
    page.locator("#f-rate_per_second").fill(rate)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(said(page, "Saved.")).to_be_visible()


def test_a_bulk_is_paused_and_resumed_and_nobody_is_left_out(page, slow):
    begin_slowly(page, slow)
    address = page.url
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name=page.bulk)).to_contain_text("Paused")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    # The rate would let them go now; the pause does not.
    change_rate(page, slow, "")
    page.goto(address)
    expect(card(page, "Pending")).not_to_have_text("0")
    page.get_by_role("button", name="Resume").click()
    expect(said(page, "Resumed. The remaining messages will be sent.")).to_be_visible()
    expect(card(page, "Sent")).to_have_text("3")
    mails = sorted(mail["To"] for mail in slow.mails)
    assert [re.search(r"[\w.]+@[\w.]+", mail)[0] for mail in mails] == sorted(person["email"] for person in PEOPLE)
    change_rate(page, slow, "0.01")


def test_what_has_not_left_is_cancelled_after_a_question(page, slow):
    before = len(slow.mails)
    begin_slowly(page, slow)
    address = page.url
    # The first is out, or will be: the rate lets one go at once.
    page.get_by_role("link", name="Cancel the rest").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nothing more of")
    answer(page, "Cancel the rest")
    expect(said(page, "Cancelled.")).to_be_visible()
    expect(page.get_by_role("heading", name=page.bulk)).to_contain_text("Cancelled")
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    page.goto(f"{address}?status=cancelled")
    expect(receivers(page).first).to_be_visible()
    cancelled = receivers(page).count()
    page.goto(address)
    expect(page.get_by_text("The books balance")).to_be_visible()
    assert cancelled >= 2 and len(slow.mails) - before == 3 - cancelled


def test_only_those_that_failed_go_out_again(page):
    clerk = Clerk(page)
    page.goto(BULK)
    bulk = add_bulk(page, "Email")
    add_people(page, bulk)
    clerk.post("/app/sandbox/settings", refuse_percent="100")
    publish(page)
    expect(card(page, "Failed")).to_have_text("2")
    page.goto(f"{BULK}/{bulk}?status=failed")
    expect(receivers(page)).to_have_count(2)
    expect(receivers(page).first.locator(".cell-sub")).not_to_be_empty()
    clerk.post("/app/sandbox/settings", refuse_percent="0")
    page.goto(f"{BULK}/{bulk}")
    page.get_by_role("link", name="Resend failed").click()
    expect(page.get_by_role("dialog")).to_contain_text("2 messages")
    answer(page, "Resend failed")
    expect(said(page, "These messages are being sent again.")).to_be_visible()
    expect(card(page, "Sent")).to_have_text("2")
    expect(card(page, "Failed")).to_have_text("0")


def test_an_operator_makes_a_bulk_and_sees_no_settings(club, visit):
    club.add_user(OPERATOR.email, "operator", OPERATOR.password, OPERATOR.name)
    page = visit(club, session={}, refused=[rf"403 {SETTINGS}/.*", rf"403 {BULK}/\d+/delete"])
    sign_in(page, OPERATOR)
    expect(page).to_have_url(INSIDE)
    menu = page.get_by_role("navigation", name="Main")
    menu.get_by_role("link", name="Bulk Communications").click()
    page.bulk = "July of the operator"
    bulk = add_bulk(page, "SMS")
    # The template is named, and where it is written is not the operator's business.
    expect(page.get_by_text("Regatta", exact=True)).to_be_visible()
    expect(page.locator(f'a[href^="{SETTINGS}/"]')).to_have_count(0)
    expect(page.get_by_role("link", name="Delete", exact=True)).to_have_count(0)
    for address in (f"{BULK}/{bulk}/delete", f"{SETTINGS}/message-templates", SERVERS):
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text("403")
    add_people(page, bulk, PEOPLE[:1])
    publish(page)
    expect(card(page, "Sent")).to_have_text("1")
    page.goto(BULK)
    reload_until(page, page.get_by_role("row").filter(has_text=page.bulk).filter(has_text="Published"))
