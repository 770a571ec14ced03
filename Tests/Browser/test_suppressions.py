"""Settings → Communication → Suppressions: who must not be written to, and what is not sent because of it."""

import csv
import re

import pytest
from playwright.sync_api import expect

from audit import findings
from campaigns import MEMBERS, SETTINGS
from mail_servers import MailServer
from people import INSIDE, Person, sign_in
from wizard import Wizard, reload_until

LIST = f"{SETTINGS}/suppressions"
LOGS = "/app/communications/send-logs"
OPERATOR = Person("Barbara Liskov", "barbara@harbour.example")
VIEWER = Person("Donald Knuth", "donald@harbour.example")


@pytest.fixture
def page(own_demo, visit):
    page = visit(own_demo, refused=[rf"422 {LIST}"])
    page.goto(LIST)
    return page


def said(page, words):
    return page.get_by_role("status").filter(has_text=words)


def rows(page):
    return page.get_by_role("table", name="Suppressions, newest first").locator("tbody tr")


def row(page, address):
    return rows(page).filter(has_text=address)


def standing(page, address, **filters):
    """What the API says stands against an address."""
    query = "&".join(f"{name}={value}" for name, value in {"q": address, **filters}.items())
    return page.watch.installation.call("GET", f"/suppressions?{query}")["items"]


def suppress(page, **what):
    return page.watch.installation.call("POST", "/suppressions", **what)


def add(page, address, scope, reason):
    page.get_by_role("link", name="Add suppression").first.click()
    page.get_by_label("Address").fill(address)
    page.get_by_label("Covers").select_option(label=scope)
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Add suppression").click()


def test_an_address_is_put_on_the_list_for_everything_for_broadcasts_and_for_a_channel(page):
    """The first test of this file: nobody is on the list yet."""
    expect(page.get_by_role("heading", name="No suppressions")).to_be_visible()
    expect(page.get_by_role("link", name="Export")).to_have_count(0)
    add(page, "ada@left.example, or so", "The channel Newsletter", "")
    # Both problems at once, and nothing that was chosen is gone.
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("#f-address-error")).not_to_be_empty()
    expect(page.locator("#f-reason-error")).to_have_text("Enter a reason.")
    expect(page.get_by_label("Address")).to_have_value("ada@left.example, or so")
    expect(page.get_by_label("Covers").locator("option:checked")).to_have_text("The channel Newsletter")
    assert findings(page) == []

    page.goto(LIST)
    add(page, "Ada@Left.example", "Everything: nothing is sent to the address", "She moved to another club.")
    expect(said(page, "is on the list. From this moment nothing that the scope covers is sent there.")).to_be_visible()
    add(page, "+27 82 555 0141", "Broadcasts: single messages such as invoices still leave", "Asked on the phone.")
    expect(row(page, "+27825550141")).to_be_visible()
    add(page, "grace@left.example", "The channel Newsletter", "Reads it at her desk.")
    expect(rows(page)).to_have_count(3)
    headings = page.get_by_role("table", name="Suppressions, newest first").get_by_role("columnheader")
    assert headings.all_inner_texts()[:5] == ["Address", "Covers", "Reason", "Source", "Since"]

    for address, kind, covers, scope, reason in (
        ("ada@left.example", "email", "Everything", "everything", "She moved to another club."),
        ("+27825550141", "mobile", "All broadcasts", "broadcasts", "Asked on the phone."),
        ("grace@left.example", "email", "The channel Newsletter", "channel", "Reads it at her desk."),
    ):
        shown = row(page, address)
        for words in (covers, reason, "Added by hand"):
            expect(shown).to_contain_text(words)
        [kept] = standing(page, address.replace("+", "%2B"))
        assert (kept[kind], kept["scope"], kept["reason"], kept["source"]) == (address, scope, reason, "user")
    [kept] = standing(page, "grace@left.example")
    assert kept["channel"]["name"] == "Newsletter"
    expect(row(page, "ada@left.example")).to_contain_text(kept["created_by"])

    add(page, "ada@left.example", "Everything: nothing is sent to the address", "Once more.")
    expect(page.locator("#f-address-error")).to_have_text("This address was suppressed for that by hand already.")
    assert len(standing(page, "ada@left.example")) == 1


def test_the_list_is_filtered_by_words_scope_and_source(page):
    suppress(page, email="all@filter.example", scope="everything")
    suppress(page, email="news@filter.example", scope="broadcasts", reason="Too many of them.")
    add(page, "hand@filter.example", "Broadcasts: single messages such as invoices still leave", "By hand.")
    page.get_by_role("searchbox", name="Search suppressions").fill("filter.example")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(rows(page)).to_have_count(3)
    assert findings(page) == []
    # The lists send themselves, and keep what was searched for.
    page.get_by_label("Scope").select_option(label="Broadcasts")
    expect(page).to_have_url(re.compile("scope=broadcasts"))
    expect(rows(page)).to_have_count(2)
    expect(row(page, "all@filter.example")).to_have_count(0)
    page.get_by_label("Source").select_option(label="API")
    expect(page).to_have_url(re.compile("source=api"))
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("news@filter.example")
    expect(rows(page)).to_contain_text("Too many of them.")
    expect(page.get_by_role("searchbox", name="Search suppressions")).to_have_value("filter.example")
    page.get_by_label("Source").select_option(label="Bounce")
    expect(page.get_by_role("heading", name="No suppressions found")).to_be_visible()
    expect(page.get_by_role("link", name="Export")).to_have_count(0)
    page.get_by_role("link", name="Clear").click()
    expect(page).to_have_url(re.compile(f"{LIST}$"))
    expect(row(page, "all@filter.example")).to_be_visible()


FILE = """address,why,scope
rosa@import.example,Old list,
+27825550142,Asked us,broadcasts
Rosa@Import.example,Twice in the file,everything
not an address,Nobody,everything
ines@import.example,Wrong word,sometimes
"""


def upload(page, name, content):
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("CSV or NDJSON file").set_input_files(
        files=[{"name": name, "mimeType": "text/csv", "buffer": content}])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Column mapping")).to_be_visible()


def count(page, label):
    stat = page.locator("#import-progress .stat").filter(has=page.locator("dt").get_by_text(label, exact=True))
    return stat.locator("dd").first


def export(page):
    """The file, and its lines by the names of its columns."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    assert re.fullmatch(r"suppressions-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        return download.value.path(), list(csv.DictReader(file))


def test_a_file_is_imported_exported_and_adds_nobody_twice(page):
    upload(page, "those who left.csv", FILE.encode())
    page.get_by_label("Field for why").select_option(label="Reason")
    expect(page.get_by_label("Field for address").locator("option:checked")).to_have_text("Address (email or mobile)")
    assert findings(page) == []
    page.get_by_role("button", name="Import suppressions").click()
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()
    expect(count(page, "Suppressed")).to_have_text("2")
    expect(count(page, "Already listed")).to_have_text("1")
    expect(count(page, "Rejected")).to_have_text("2")
    with page.expect_download() as download:
        page.locator("#import-progress a[download]").click()
    rejected = open(download.value.path(), encoding="utf-8-sig").read()
    assert "not an address" in rejected and "sometimes" in rejected and "rosa" not in rejected.lower()
    page.get_by_role("link", name="Back to the list").click()
    for address, covers, reason in (
        ("rosa@import.example", "Everything", "Old list"), ("+27825550142", "All broadcasts", "Asked us")
    ):
        for words in (covers, reason, "Import"):
            expect(row(page, address)).to_contain_text(words)
    [kept] = standing(page, "rosa@import.example")
    assert (kept["scope"], kept["reason"], kept["source"]) == ("everything", "Old list", "import")

    # What is filtered away stays away, and the file can be imported as it is.
    page.goto(f"{LIST}?source=import")
    path, lines = export(page)
    # A spreadsheet would take the plus for a sum; the quote says that it is none.
    assert sorted((line["address"], line["scope"], line["reason"], line["source"]) for line in lines) == [
        ("'+27825550142", "broadcasts", "Asked us", "import"),
        ("rosa@import.example", "everything", "Old list", "import")]
    page.goto(LIST)
    upload(page, "again.csv", path.read_bytes())
    page.get_by_role("button", name="Import suppressions").click()
    expect(count(page, "Already listed")).to_have_text("2")
    expect(count(page, "Suppressed")).to_have_text("0")
    assert len(standing(page, "rosa@import.example")) == 1


def remove(page, address, covers):
    """Asks for it; answers the question that this opens."""
    row(page, address).filter(has_text=covers).get_by_role("link", name=f"Remove {address}").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(f"Write to {address} again?")
    return question


def test_what_was_added_by_hand_is_lifted_after_one_question(page):
    add(page, "lifted@guests.example", "Everything: nothing is sent to the address", "By mistake.")
    add(page, "lifted@guests.example", "Broadcasts: single messages such as invoices still leave", "On purpose.")
    question = remove(page, "lifted@guests.example", "Everything")
    for words in ("Everything", "By mistake.", "Added by hand"):
        expect(question).to_contain_text(words)
    question.get_by_role("link", name="Cancel").click()
    expect(question).to_be_hidden()
    assert len(standing(page, "lifted@guests.example")) == 2
    question = remove(page, "lifted@guests.example", "Everything")
    question.get_by_role("button", name="Remove").click()
    # Taking one back leaves the other standing, and says so.
    still = "is no longer suppressed for everything. It is still on the list for all broadcasts."
    expect(said(page, still)).to_be_visible()
    expect(row(page, "lifted@guests.example")).to_have_count(1)
    assert [kept["scope"] for kept in standing(page, "lifted@guests.example")] == ["broadcasts"]
    page.goto("/app/settings/audit")
    expect(page.get_by_role("row").filter(has_text="elete suppression").first).to_contain_text("lifted@guests.example")


def test_an_address_that_bounced_is_lifted_only_when_it_is_meant(page):
    server = MailServer()
    server.recipient_answers["gone@guests.example"] = ["550 5.1.1 Nobody lives here"]
    installation = page.watch.installation
    installation.call(
        "POST", "/providers", delivery_channel="email", kind="smtp", name="Pier", default=True, settings={
            "host": "127.0.0.1", "port": server.port, "tls": "none", "from_address": "club@harbour.example"})

    def send(subject):
        return installation.call(
            "POST", "/messages", delivery_channel="email", to={"email": "gone@guests.example"}, subject=subject,
            text="Ahoy.")["id"]

    message = send("Is anybody there?")
    page.goto(f"{LOGS}/{message}")
    expect(page.locator("#details-status")).to_contain_text("Failed")
    page.goto(LIST)
    reload_until(page, row(page, "gone@guests.example"))
    for words in ("Everything", "Bounce", "550 5.1.1 Nobody lives here"):
        expect(row(page, "gone@guests.example")).to_contain_text(words)
    row(page, "gone@guests.example").get_by_role("link", name="Message that led to it").click()
    expect(page.get_by_role("heading", name="Is anybody there?")).to_be_visible()

    page.goto(LIST)
    question = remove(page, "gone@guests.example", "Everything")
    expect(question).to_contain_text("The provider refused this address for good.")
    question.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Really write to gone@guests.example again?")).to_be_visible()
    assert len(standing(page, "gone@guests.example")) == 1
    assert findings(page) == []
    page.get_by_role("button", name="Yes, remove it").click()
    expect(said(page, "gone@guests.example is no longer suppressed for everything.")).to_be_visible()
    assert standing(page, "gone@guests.example") == []
    del server.recipient_answers["gone@guests.example"]
    page.goto(f"{LOGS}/{send('Welcome back')}")
    expect(page.locator("#details-status")).to_contain_text("Sent")
    assert [mail.parsed["Subject"] for mail in server.received] == ["Welcome back"]


def test_the_log_says_why_a_suppressed_receiver_got_nothing(page):
    suppress(page, mobile="+27825550143", scope="everything", reason="Changed to another number.")
    wizard = Wizard(page)
    wizard.sms_draft("High water")
    wizard.add_by_hand("Mary", "Shaw", mobile="+27825550143")
    wizard.add_by_hand("Alan", "Kay", mobile="+27825550144")
    wizard.next("confirm")
    preflight = page.get_by_role("region", name="Preflight")
    expect(preflight).to_contain_text("1 recipient must not be written to by SMS")
    wizard.send()
    skipped = page.get_by_role("row").filter(has_text="Mary Shaw")
    reload_until(page, skipped.filter(has_text="Skipped"))
    expect(skipped).to_contain_text("suppressed for everything since")
    expect(skipped).to_contain_text("Changed to another number.")
    reload_until(page, page.get_by_role("row").filter(has_text="Alan Kay").filter(has_text="Sent"))

    skipped.get_by_role("link", name="View Details").click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel.locator("#details-status")).to_contain_text("Not sent")
    expect(panel.get_by_role("region", name="Attempts")).to_contain_text("Not handed to a provider yet.")
    consent = panel.get_by_role("region", name="Suppressions")
    expect(consent).to_contain_text("Suppressed for everything since")
    expect(consent).to_contain_text("(API)")
    consent.get_by_role("link", name="Manage").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("+27825550143")


def test_a_record_says_what_must_not_be_sent_to_it(page):
    installation = page.watch.installation
    installation.call(
        "PUT", "/entities/members/s-1", first_name="Emmy", last_name="Noether", email="emmy@members.example")
    suppress(page, email="emmy@members.example", scope="broadcasts", reason="Wants letters alone.")
    page.goto(f"{MEMBERS}?q=Noether")
    page.get_by_role("link", name="Emmy Noether", exact=True).click()
    notice = page.locator(".notice").filter(has_text="Some messages may not be sent")
    expect(notice).to_contain_text("emmy@members.example: suppressed for all broadcasts since")
    expect(notice).to_contain_text("Wants letters alone. (API)")
    assert findings(page) == []
    notice.get_by_role("link", name="See the suppressions").click()
    expect(rows(page)).to_have_count(1)
    remove(page, "emmy@members.example", "All broadcasts").get_by_role("button", name="Remove").click()
    expect(said(page, "emmy@members.example is no longer suppressed for all broadcasts.")).to_be_visible()
    page.goto(f"{MEMBERS}?q=Noether")
    page.get_by_role("link", name="Emmy Noether", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emmy Noether")
    expect(page.get_by_text("Some messages may not be sent")).to_have_count(0)


def test_an_operator_adds_and_takes_nothing_back(own_demo, visit):
    own_demo.add_user(OPERATOR.email, "operator", OPERATOR.password, OPERATOR.name)
    page = visit(own_demo, session={}, refused=[rf"403 {LIST}/\d+/remove"])
    sign_in(page, OPERATOR)
    expect(page).to_have_url(INSIDE)
    page.goto(LIST)
    add(page, "crew@operator.example", "Everything: nothing is sent to the address", "Went ashore.")
    expect(said(page, "crew@operator.example is on the list.")).to_be_visible()
    expect(row(page, "crew@operator.example")).to_contain_text(OPERATOR.name)
    expect(rows(page).get_by_role("link", name=re.compile("^Remove"))).to_have_count(0)
    [kept] = standing(page, "crew@operator.example")
    page.goto(f"{LIST}/{kept['id']}/remove")
    expect(page.get_by_role("main")).to_contain_text("403")
    assert len(standing(page, "crew@operator.example")) == 1


def test_a_viewer_is_not_shown_who_left(own_demo, visit):
    own_demo.add_user(VIEWER.email, "viewer", VIEWER.password, VIEWER.name)
    page = visit(own_demo, session={}, refused=[rf"403 {LIST}(/export\.csv)?"])
    sign_in(page, VIEWER)
    expect(page).to_have_url(INSIDE)
    for address in (LIST, f"{LIST}/export.csv"):
        page.goto(address)
        expect(page.get_by_role("main")).to_contain_text("403")


def test_it_is_searched_and_lifted_by_forms_alone(own_demo, visit):
    page = visit(own_demo, java_script_enabled=False)
    for scope in ("everything", "broadcasts"):
        suppress(page, email=f"{scope}@plain.example", scope=scope)
    page.goto(LIST)
    page.get_by_role("searchbox", name="Search suppressions").fill("plain.example")
    page.get_by_label("Scope").select_option(label="Everything")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(rows(page)).to_have_count(1)
    row(page, "everything@plain.example").get_by_role("link", name="Remove everything@plain.example").click()
    expect(page.get_by_role("heading", name="Write to everything@plain.example again?")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(said(page, "everything@plain.example is no longer suppressed for everything.")).to_be_visible()
    assert standing(page, "everything@plain.example") == []
    assert len(standing(page, "broadcasts@plain.example")) == 1
