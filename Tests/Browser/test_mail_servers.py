"""Settings → Communication → Mail Servers, against a mail server that this project did not write."""

import pytest
from playwright.sync_api import expect

from mail_server import WORDS, MailServer
from people import OWNER
from wizard import Wizard

SERVERS = "/app/settings/communication/mail-servers"
PASSWORD = "not in any page"

# On loopback, and on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(scope="module")
def server():
    with MailServer(user="club", password=PASSWORD) as server:
        yield server


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"#f-{name}").fill(str(value))


def test_a_mail_server_is_set_up_mended_and_tried(own_empty, visit, server):
    page = visit(own_empty, refused=[rf"422 {SERVERS}"])
    page.goto(SERVERS)
    expect(page.get_by_role("heading", name="No mail server yet")).to_be_visible()
    page.locator("summary", has_text="Add mail server").click()
    page.get_by_role("link", name="SMTP").click()

    fill(page, name="Harbour mail", host="http://mail", port="99999", from_address="hello@harbour.example")
    page.get_by_role("button", name="Add mail server").click()
    # Every problem at once, each beside its field, and nothing that was typed is gone.
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet")
    expect(page.locator("#f-host-error")).to_contain_text("without a scheme")
    expect(page.locator("#f-port-error")).to_contain_text("from 1 to 65535")
    expect(page.locator("#f-name")).to_have_value("Harbour mail")
    expect(page.locator("#f-host")).to_have_value("http://mail")
    expect(page.locator("#f-host")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("alert").get_by_role("link").last.click()
    expect(page.locator("#f-port")).to_be_focused()

    page.get_by_label("Encryption").select_option(label="None")
    fill(page, host="127.0.0.1", port=server.port, username="club", password=PASSWORD, from_name="Harbour Rowing Club")
    page.get_by_role("button", name="Add mail server").click()
    expect(page.get_by_role("status").filter(has_text="Harbour mail is set up.")).to_be_visible()
    expect(page.locator("#f-password")).to_have_value("")
    assert PASSWORD not in page.content()

    # An edit that says nothing about the password keeps it: the server still lets us in.
    fill(page, name="Harbour post")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Harbour post")).to_be_visible()
    page.get_by_label("To", exact=True).fill("ada@members.example")
    page.get_by_role("button", name="Send a test message").click()
    result = page.locator("#test-result")
    expect(result).to_contain_text("Accepted by the server")
    expect(result).to_contain_text(WORDS)
    assert server.sign_ins[-1] == ("club", PASSWORD)
    assert server.mails[-1]["To"] == "ada@members.example"
    assert server.mails[-1]["From"] == "Harbour Rowing Club <hello@harbour.example>"

    page.goto(SERVERS)
    row = page.get_by_role("row").filter(has_text="Harbour post")
    expect(row).to_contain_text("Ready")


def test_a_refused_test_message_shows_the_words_of_the_server(own_empty, visit, server):
    page = visit(own_empty)
    page.goto(f"{SERVERS}/new?kind=smtp")
    page.get_by_label("Encryption").select_option(label="None")
    fill(page, name="Wrong key", host="127.0.0.1", port=server.port, from_address=OWNER.email)
    fill(page, username="club", password="the key of another door")
    page.get_by_role("button", name="Add mail server").click()
    page.get_by_role("button", name="Send a test message").click()
    result = page.locator("#test-result")
    expect(result).to_contain_text("Not accepted")
    expect(result).to_contain_text("535")

    page.get_by_role("link", name="Delete", exact=True).click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Delete Wrong key?")
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").filter(has_text="Wrong key is deleted.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Wrong key")).to_have_count(0)


def test_a_pending_row_turns_to_sent_without_a_reload_when_the_server_answers(own_empty, visit, server):
    """Runs after the first test of this file, which set the server up."""
    page = visit(own_empty)
    wizard = Wizard(page)
    server.hold()
    wizard.begin("Email")
    wizard.write_html("<p>Tide is at six, {{member.first_name}}.</p>")
    wizard.name.fill("Tide table")
    wizard.subject.fill("Tide table for {{member.first_name}}")
    wizard.next("recipients")
    wizard.add_by_hand("Hedy", "Lamarr", email="hedy@guests.example")
    wizard.next("confirm")
    expect(wizard.preview.locator("body")).to_contain_text("Tide is at six, Hedy.")
    wizard.send()

    row = page.get_by_role("row").filter(has_text="Tide table for Hedy")
    expect(row).to_contain_text("Pending")
    page.evaluate("window.unreloaded = true")
    row.get_by_role("link", name="View Details").click()
    panel = page.get_by_role("dialog", name="Details")
    expect(panel).to_contain_text("Pending")
    server.release()
    expect(panel.get_by_role("region", name="Attempts")).to_contain_text(WORDS)
    expect(panel.locator("#details-status")).to_contain_text("Sent")
    panel.get_by_role("button", name="Close").click()
    expect(row).to_contain_text("Sent")
    expect(row).not_to_contain_text("Pending")
    assert page.evaluate("window.unreloaded"), "the row turned by loading the page again"
    received = server.mails[-1]
    assert received["Subject"] == "Tide table for Hedy"
    assert "Tide is at six, Hedy." in received.get_body(("html",)).get_content()
    assert "Tide is at six, Hedy." in received.get_body(("plain",)).get_content()
