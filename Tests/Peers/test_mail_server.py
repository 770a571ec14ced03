"""A real mail server, aiosmtpd with STARTTLS and AUTH, receives what the console and the API sent."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from forms import Console, Page, Wizard
from mail_servers import MailServer, ReceivedMail
from program import Switchboard
from waiting import wait_for

SUBJECT = "Regatta: Grüße, Привет, こんにちは 🚣🏽‍♀️ & <all>"
LONG_LINE = "x" * 498 + " " + "y" * 499
RIGHT, WRONG = "tide-and-0ar", "tide-and-oar"
DOTS = ".\n..\n.hidden\n...\nFrom here on\n."


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> MailServer:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(tls)
    return MailServer(tls=tls, users={"harbour": "s3cret pass"})


@pytest.fixture(scope="module")
def secure(
    shared_switchboard: Switchboard, server: MailServer, authority: trustme.CA, shared_folder: Path
) -> Switchboard:
    """A program that delivers through the server: encrypted, the certificate checked, logged in."""
    authority_file = shared_folder / "authority.pem"
    authority.cert_pem.write_to_path(str(authority_file))
    shared_switchboard.add_mail_server(
        server.port, tls="starttls", username="harbour", password="s3cret pass", ca_file=str(authority_file),
        from_name="Hafenklub Ж", reply_to="answers@example.org")
    return shared_switchboard


@pytest.fixture(scope="module")
def wizard(secure: Switchboard) -> Wizard:
    return Wizard(Console(secure).sign_in(secure.add_user()))


def assert_wire_form(mail: ReceivedMail) -> None:
    """RFC 5322 section 2.1.1 and 2.3: CRLF ends every line and stands nowhere else; no line is over 998 octets."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail.data), "a bare CR or LF"
    assert max(map(len, mail.data.split(b"\r\n"))) <= 998
    assert not mail.parsed.defects
    assert [part.defects for part in mail.parsed.walk()] == [[]] * len(list(mail.parsed.walk()))


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").strip("\n").split("\n")


def test_the_wizard_s_mail_arrives_as_it_was_written(wizard: Wizard, server: MailServer) -> None:
    html = f"<p>Ahoi {{{{member.first_name}}}}, ça va? 🚣</p>\n<pre>{DOTS}\n{LONG_LINE}</pre>"
    draft = wizard.begin("email")
    assert wizard.write(draft, name="Regatta", email_subject=SUBJECT, email_html=html).status_code == 303
    added = wizard.add_recipient(draft, first_name="Ada <Ж>", last_name="O'Hara, \"Ace\"", email="wizard@example.org")
    assert added.status_code == 303
    assert wizard.send(draft).headers["Location"] == "/app/communications/send-logs"

    mail = server.wait_for_mail("wizard@example.org")
    assert_wire_form(mail)
    assert (mail.is_encrypted, mail.login) == (True, "harbour")
    assert (mail.sender, mail.recipients) == ("hello@example.org", ["wizard@example.org"])
    parsed = mail.parsed
    assert parsed["Subject"] == SUBJECT
    assert parsed["From"].addresses[0].display_name == "Hafenklub Ж"
    assert parsed["From"].addresses[0].addr_spec == "hello@example.org"
    assert parsed["Reply-To"].addresses[0].addr_spec == "answers@example.org"
    assert parsed["To"].addresses[0].display_name == "Ada <Ж> O'Hara, \"Ace\""
    assert parsed["To"].addresses[0].addr_spec == "wizard@example.org"
    assert parsed["Date"].datetime is not None
    assert re.fullmatch(r"<[^<>@\s]+@example\.org>", mail.message_id)
    assert parsed.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert "Ahoi Ada &lt;Ж&gt;, ça va? 🚣" in mail.part("html")
    written = lines(mail.part("html"))
    start = written.index("..") - 1
    assert written[start].endswith("."), "the line of one dot"
    assert written[start + 1:start + 6] == ["..", ".hidden", "...", "From here on", "."]
    assert any(LONG_LINE in line for line in written)
    assert "Ahoi Ada <Ж>, ça va? 🚣" in mail.part("plain")
    assert LONG_LINE in mail.part("plain").replace("\r\n", "\n")


def test_the_wizard_s_mail_is_in_the_log_with_the_server_s_words(wizard: Wizard, server: MailServer) -> None:
    draft = wizard.begin("email")
    wizard.write(draft, name="Log", email_subject="In the log", email_html="<p>Read me again.</p>")
    wizard.add_recipient(draft, first_name="Grace", email="log@example.org")
    wizard.send(draft)
    server.wait_for_mail("log@example.org")
    switchboard = wizard.console.switchboard
    identifier = next(switchboard.messages(q="log@example.org"))["id"]
    shown = switchboard.wait_for_status(identifier, "sent")
    assert shown["attempts"][0]["outcome"] == "accepted"
    assert re.match(r"250 2\.0\.0 Ok: queued as P\d+", shown["attempts"][0]["detail"])
    page = wizard.console.page(f"/app/communications/send-logs/{identifier}")
    for words in ("In the log", "log@example.org", "Sent", "queued as P"):
        assert words in page.text
    content = wizard.console.page(f"/app/communications/send-logs/{identifier}/content")
    assert "Read me again." in content.text


def test_text_sent_by_the_api_arrives_to_the_letter(secure: Switchboard, server: MailServer) -> None:
    text = f"{DOTS}\n{LONG_LINE}\n\ttab and trailing blank \nüber Ж こ 🚣\n"
    sent = secure.send(
        {"email": "text@example.org", "name": "Zoë"}, subject="{{greeting}}, Zoë", html=None, text=text,
        variables={"greeting": "¡Hola!"}, type="invoice")
    assert sent["subject"] == "¡Hola!, Zoë"
    mail = server.wait_for_mail("text@example.org")
    assert_wire_form(mail)
    assert mail.parsed["Subject"] == "¡Hola!, Zoë"
    assert mail.parsed.get_content_type() == "text/plain"
    assert lines(mail.part("plain")) == lines(text)
    assert mail.parsed["Auto-Submitted"] == "auto-generated"


def test_a_text_part_is_made_from_the_html(secure: Switchboard, server: MailServer) -> None:
    html = (
        "<h1>Renewal</h1><p>Dear <b>{{member.first_name}}</b>,<br>please renew.</p><ul><li>one</li><li>two</li></ul>"
        '<p><a href="https://example.org/renew?a=1&amp;b=2">Renew now</a></p><style>p { color: red }</style>')
    secure.send("plain@example.org", html=html, variables={"member": {"first_name": "Ada & Co"}})
    mail = server.wait_for_mail("plain@example.org")
    assert_wire_form(mail)
    plain = mail.part("plain")
    for words in ("Renewal", "Dear Ada & Co,", "please renew.", "one", "two", "https://example.org/renew?a=1&b=2"):
        assert words in plain
    assert "<" not in plain and "color" not in plain
    assert "<b>Ada &amp; Co</b>" in mail.part("html")


def test_line_ends_never_begin_a_header(secure: Switchboard, server: MailServer, wizard: Wizard) -> None:
    attack = "Ada\r\nBcc: evil@example.org\r\n\r\nBody"
    for body in (
        {"to": {"email": "in@example.org", "name": attack}}, {"subject": attack},
        {"to": {"email": "in@example.org>\r\nRCPT TO:<evil@example.org"}},
    ):
        refused = secure.call("POST", "/api/v1/messages", json={
            "delivery_channel": "email", "to": {"email": "in@example.org"}, "subject": "x", "html": "<p>x</p>", **body})
        assert refused.status_code == 422, refused.text
    draft = wizard.begin("email")
    answer = wizard.write(draft, name="x", email_subject=attack, email_html="<p>x</p>")
    assert answer.status_code in (303, 422)
    assert wizard.add_recipient(draft, first_name=attack, email="in@example.org").status_code == 422

    # A value merged in at the last moment goes another way than a field.
    secure.send("in@example.org", subject="Hi {{name}}", html="<p>Hi {{name}}</p>", variables={"name": attack})
    mail = server.wait_for_mail("in@example.org")
    assert_wire_form(mail)
    assert mail.parsed["Bcc"] is None
    assert mail.recipients == ["in@example.org"]
    assert mail.parsed["Subject"].split() == ["Hi", "Ada", "Bcc:", "evil@example.org", "Body"]


def test_an_address_in_another_script_goes_by_smtputf8(secure: Switchboard, server: MailServer) -> None:
    address = "δοκιμή@παράδειγμα.example"
    secure.send({"email": address, "name": "Δοκιμή"})
    mail = server.wait_for_mail(address)
    assert "SMTPUTF8" in [option.upper() for option in mail.mail_options]
    assert_wire_form(mail)
    assert mail.recipients == [address]


def test_a_server_without_smtputf8_refuses_such_an_address_alone(switchboard: Switchboard) -> None:
    plain = MailServer(smtputf8=False)
    switchboard.add_mail_server(plain.port)
    impossible = switchboard.send("δοκιμή@example.org")
    possible = switchboard.send("ada@bücher.example")
    assert "SMTPUTF8" in switchboard.wait_for_status(impossible["id"], "failed")["error"].upper()
    switchboard.wait_for_status(possible["id"], "sent")
    assert plain.received[0].recipients == ["ada@xn--bcher-kva.example"]


def test_a_dead_address_fails_with_the_server_s_words_and_is_not_written_to_again(
    secure: Switchboard, server: MailServer
) -> None:
    server.recipient_answers["gone@example.org"] = ["550 5.1.1 No such mailbox here"]
    failed = secure.wait_for_status(secure.send("gone@example.org")["id"], "failed")
    assert failed["error"] == "550 5.1.1 No such mailbox here"
    assert failed["attempts"][0]["outcome"] == "refused"
    skipped = secure.wait_for_status(secure.send("Gone@example.org")["id"], "skipped")
    assert "No such mailbox here" in skipped["error"]
    assert not server.mails_to("gone@example.org")


def test_a_full_mailbox_fails_and_the_address_stays_usable(secure: Switchboard, server: MailServer) -> None:
    server.data_answers["full@example.org"] = ["552 5.2.2 Mailbox full"]
    assert secure.wait_for_status(secure.send("full@example.org")["id"], "failed")["error"] == "552 5.2.2 Mailbox full"
    secure.wait_for_status(secure.send("full@example.org")["id"], "sent")


def test_a_failed_message_can_be_tried_again_and_keeps_its_name(secure: Switchboard, server: MailServer) -> None:
    server.data_answers["again@example.org"] = ["554 5.7.1 Not today"]
    sent = secure.send("again@example.org")
    secure.wait_for_status(sent["id"], "failed")
    assert secure.call("POST", f"/api/v1/messages/{sent['id']}/retry").status_code == 200
    shown = secure.wait_for_status(sent["id"], "sent")
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["refused", "accepted"]
    first, second = server.mails_to("again@example.org")
    assert first.data == second.data


@pytest.fixture
def wrong_password(switchboard: Switchboard) -> Iterator[tuple[Switchboard, MailServer, str]]:
    guarded = MailServer(users={"harbour": RIGHT})
    yield switchboard, guarded, switchboard.add_mail_server(guarded.port, username="harbour", password=WRONG)


def test_a_wrong_password_holds_the_message_until_it_is_corrected(
    wrong_password: tuple[Switchboard, MailServer, str]
) -> None:
    switchboard, guarded, provider = wrong_password
    sent = switchboard.send("ada@example.org")
    shown = wait_for(
        "the provider shows its trouble",
        lambda: found if (found := switchboard.provider(provider))["trouble"] else None)
    assert "Wrong user name or password" in shown["trouble"] and "535" in shown["trouble"]
    assert shown["ready"] is False
    assert switchboard.message(sent["id"])["status"] == "pending"
    console = Console(switchboard).sign_in(switchboard.add_user())
    assert "Wrong user name or password" in console.page("/app/communications/overview").text
    assert "Wrong user name or password" in console.page("/app/settings/communication/mail-servers").text
    assert switchboard.check().returncode == 1

    form = console.page(f"/app/settings/communication/mail-servers/{provider}").form(f"/mail-servers/{provider}")
    assert form["password"] == "", "a stored password is never shown"
    saved = console.submit(form, password=RIGHT)
    assert saved.status_code == 303, Page(saved).text[:600]
    switchboard.wait_for_status(sent["id"], "sent")
    wait_for("the provider is ready", lambda: switchboard.provider(provider)["ready"])
    # Each wrong guess counts against the account somewhere: there was one, not one a second.
    assert [is_right for _, is_right in guarded.logins].count(False) == 1
    assert WRONG not in switchboard.log() and RIGHT not in switchboard.log()


def test_a_test_message_shows_the_server_s_answer(secure: Switchboard, server: MailServer, wizard: Wizard) -> None:
    server.recipient_answers["refused@example.org"] = ["550 5.7.1 Relaying denied"]
    console = wizard.console
    form = console.page("/app/settings/communication/mail-servers/1").form("/1/test")
    field = next(name for name in form.names() if name != "csrf")
    good = Page(console.submit(form, **{field: "try@example.org"}))
    assert good.status == 200 and "queued as" in good.text
    bad = Page(console.submit(form, **{field: "refused@example.org"}))
    assert "550 5.7.1 Relaying denied" in bad.text


def test_an_untrusted_certificate_is_named_and_nothing_is_sent(switchboard: Switchboard, server: MailServer) -> None:
    provider = switchboard.add_mail_server(server.port, tls="starttls", username="harbour", password="s3cret pass")
    sent = switchboard.send("untrusted@example.org")
    shown = wait_for(
        "the provider shows its trouble",
        lambda: found if (found := switchboard.provider(provider))["trouble"] else None)
    assert "certificate" in shown["trouble"]
    assert switchboard.message(sent["id"])["status"] == "pending"
    assert not server.mails_to("untrusted@example.org")


def test_a_server_that_says_later_is_asked_again_with_the_same_mail(secure: Switchboard, server: MailServer) -> None:
    server.data_answers["later@example.org"] = ["451 4.3.0 Try again later"]
    sent = secure.send("later@example.org")
    shown = wait_for(
        "the first attempt has ended",
        lambda: found if (found := secure.message(sent["id"]))["error"] else None)
    assert (shown["status"], shown["error"]) == ("pending", "451 4.3.0 Try again later")
    assert shown["attempts"][0]["outcome"] == "deferred"
    assert shown["attempts"][0]["detail"] == "451 4.3.0 Try again later"
    assert shown["due_at"] > shown["attempts"][0]["ended_at"]
    # The first retry is due after 24 to 36 seconds.
    shown = secure.wait_for_status(sent["id"], "sent", seconds=60)
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["deferred", "accepted"]
    assert shown["error"] is None
    first, second = server.mails_to("later@example.org")
    assert first.message_id == second.message_id
    assert first.data == second.data
