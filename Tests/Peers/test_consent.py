"""Consent at the instant of sending, through the whole program: who leaves is not written to, whatever waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from mail_servers import CountingSink, MailServer, ReceivedMail, free_port
from program import Switchboard
from waiting import wait_for

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reachable(make_switchboard: Callable[..., Switchboard]) -> Iterator[Switchboard]:
    """A program that knows where people reach it: here, so that the addresses in its mails lead back to it."""
    port = free_port()
    yield make_switchboard().start("--port", str(port), "--public-url", f"http://127.0.0.1:{port}")


def broadcast(switchboard: Switchboard, people: list[str], name: str = "News") -> str:
    """Publishes a mail to the subscribers of a new channel."""
    channel = switchboard.call("POST", "/api/v1/channels", json={"name": name}).json()["id"]
    for person in people:
        added = switchboard.call("POST", f"/api/v1/channels/{channel}/subscribers", json={"email": person})
        assert added.status_code == 201, added.text
    publish(switchboard, channel)
    return channel


def publish(switchboard: Switchboard, channel: str) -> str:
    html = "<p>Hello</p><p><a href=\"{{unsubscribe_url}}\">Leave</a></p>"
    made = switchboard.call("POST", "/api/v1/broadcasts", json={
        "name": "July", "content": {"email": {"subject": "July", "html": html}}, "delivery_channels": ["email"]})
    assert made.status_code == 201, made.text
    path = f"/api/v1/broadcasts/{made.json()['id']}"
    assert switchboard.call("POST", f"{path}/receivers", json={"channels": [channel]}).status_code in (200, 201, 202)
    done = switchboard.call("POST", f"{path}/publish")
    assert done.status_code == 200, done.text
    return path


def link(mail: ReceivedMail) -> str:
    header = mail.parsed["List-Unsubscribe"]
    assert header.startswith("<") and header.endswith(">"), header
    return header[1:-1]


def test_a_broadcast_says_where_to_leave_and_one_click_leaves_it(reachable: Switchboard) -> None:
    server = MailServer()
    reachable.add_mail_server(server.port)
    channel = broadcast(reachable, ["ada@example.org", "bob@example.org"])
    mail = server.wait_for_mail("ada@example.org")
    headers = mail.data.split(b"\r\n\r\n")[0].split(b"\r\n")
    for name in (b"List-Unsubscribe:", b"List-Unsubscribe-Post:", b"List-Id:", b"Precedence:"):
        assert len([line for line in headers if line.startswith(name)]) == 1, name
    assert mail.parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.parsed["List-Id"] == f"News <channel-{channel}.example.org>"
    assert mail.parsed["Precedence"] == "bulk"
    assert "ada" not in link(mail)
    assert link(mail) in mail.part("html")

    # Filters look at every address; that leaves nothing.
    shown = requests.get(link(mail), timeout=10)
    assert (shown.status_code, "News" in shown.text, "ada@example.org" in shown.text) == (200, True, False)
    assert reachable.call("GET", "/api/v1/suppressions").json()["items"] == []

    # RFC 8058 section 3.2: either form, no redirect, as often as it comes.
    first = requests.post(link(mail), data=ONE_CLICK, timeout=10, allow_redirects=False)
    again = requests.post(
        link(mail), files={name: (None, value) for name, value in ONE_CLICK.items()}, timeout=10,
        allow_redirects=False)
    assert (first.status_code, again.status_code) == (200, 200)
    [standing] = reachable.call("GET", "/api/v1/suppressions").json()["items"]
    assert (standing["email"], standing["scope"], standing["source"]) == ("ada@example.org", "channel", "person")
    assert standing["channel"]["id"] == channel

    publish(reachable, channel)
    server.wait_for_mail("bob@example.org", count=2)
    assert len(server.mails_to("ada@example.org")) == 1
    # What is her own business still comes, and says nothing of lists.
    invoice = reachable.send("ada@example.org", type="invoice", subject="Invoice")
    reachable.wait_for_status(invoice["id"], "sent")
    assert server.mails_to("ada@example.org")[1].parsed["List-Unsubscribe"] is None


def test_a_forged_address_is_refused(reachable: Switchboard) -> None:
    server = MailServer()
    reachable.add_mail_server(server.port)
    broadcast(reachable, ["ada@example.org", "bob@example.org"])
    url = link(server.wait_for_mail("ada@example.org"))
    forged = url[:-1] + ("A" if url[-1] != "A" else "B")
    assert requests.post(forged, data=ONE_CLICK, timeout=10).status_code == 404
    assert reachable.call("GET", "/api/v1/suppressions").json()["items"] == []


def test_without_a_public_address_no_mail_says_where_to_leave(switchboard: Switchboard) -> None:
    server = MailServer()
    switchboard.add_mail_server(server.port)
    channel = switchboard.call("POST", "/api/v1/channels", json={"name": "News"}).json()["id"]
    for person in ("ada@example.org", "bob@example.org"):
        switchboard.call("POST", f"/api/v1/channels/{channel}/subscribers", json={"email": person})
    publish(switchboard, channel)
    mail = server.wait_for_mail("ada@example.org")
    assert mail.parsed["List-Unsubscribe"] is None
    assert mail.parsed["List-Unsubscribe-Post"] is None
    assert mail.parsed["Precedence"] == "bulk"


@pytest.mark.parametrize("held", [1, 2])
def test_whoever_leaves_while_the_server_thinks_is_not_written_to(switchboard: Switchboard, held: int) -> None:
    """A line holds four messages. Those of which nothing was written are called back: what can still leave is the one
    whose end was written and the one whose envelope was."""
    sink = CountingSink()
    sink.hold()
    switchboard.add_mail_server(sink.port, max_connections=held)
    people = [f"p{number}@example.org" for number in range(12)]
    messages = [switchboard.send(person, type="bulk") for person in people]
    # Every line has a mail it waits an answer for; the slots behind it are full.
    assert sink.wait_for_total(held)
    wait_for("the slots are taken", lambda: switchboard.counts()["sending"] >= 3 * held or None)
    for person in people:
        made = switchboard.call("POST", "/api/v1/suppressions", json={"email": person, "scope": "broadcasts"})
        assert made.status_code == 201, made.text
    # The wake comes with the answer to the call; what it calls back is recorded while the sink still thinks.
    wait_for("the rest was called back", lambda: switchboard.counts()["skipped"] >= len(people) - 2 * held or None)
    sink.release()
    states = [switchboard.wait_for_status(shown["id"], "sent", "skipped")["status"] for shown in messages]
    assert states.count("sent") == sink.total <= 2 * held
    assert states.count("skipped") == len(people) - sink.total
    for shown in messages:
        after = switchboard.message(shown["id"])
        if after["status"] == "skipped":
            assert after["error"].startswith("suppressed for all broadcasts since "), after["error"]
    assert switchboard.check().returncode == 0


def test_an_address_that_bounced_is_on_the_list_and_written_to_no_more(switchboard: Switchboard) -> None:
    server = MailServer()
    server.recipient_answers["gone@example.org"] = ["550 5.1.1 No such mailbox here"]
    switchboard.add_mail_server(server.port)
    first = switchboard.send("gone@example.org")
    switchboard.wait_for_status(first["id"], "failed")
    [standing] = switchboard.call("GET", "/api/v1/suppressions?source=provider").json()["items"]
    assert (standing["email"], standing["scope"]) == ("gone@example.org", "everything")
    assert "5.1.1 No such mailbox here" in standing["reason"]
    assert standing["message"] == first["id"]
    second = switchboard.send("Gone@Example.org", type="invoice")
    shown = switchboard.wait_for_status(second["id"], "skipped")
    assert "5.1.1 No such mailbox here" in shown["error"]
    # A mailbox that is full is not a dead one.
    server.recipient_answers["full@example.org"] = ["552 5.2.2 Mailbox full"]
    third = switchboard.send("full@example.org")
    switchboard.wait_for_status(third["id"], "failed")
    assert len(switchboard.call("GET", "/api/v1/suppressions").json()["items"]) == 1
    # Taking a bounce back is meant, or refused.
    path = f"/api/v1/suppressions/{standing['id']}"
    assert switchboard.call("DELETE", path).status_code == 409
    assert switchboard.call("DELETE", f"{path}?sure=true").status_code == 204
