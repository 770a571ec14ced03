"""Sudden death and orderly stops while mails are on the wire: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

import pytest

from forms import Console, Wizard
from mail_servers import CountingSink
from program import Switchboard
from waiting import wait_for

MESSAGES = 2000
KILLS = 20
CONNECTIONS = 5
# DESIGN: about four hand-offs a connection, so that the store stays ahead of the wire.
SLOTS = CONNECTIONS * 4
SEED = int(os.environ.get("SWITCHBOARD_SEED", "20261121"))
ADDRESSES = [f"member{number}@example.org" for number in range(MESSAGES)]


def accept_broadcast(switchboard: Switchboard, addresses: list[str]) -> None:
    """One message to many, written and sent in the wizard."""
    wizard = Wizard(Console(switchboard).sign_in(switchboard.add_user()))
    draft = wizard.begin("email")
    wizard.write(draft, name="Regatta", email_subject="Hi {{first_name}}", email_html="<p>Ahoy.</p>" * 50)
    wizard.add_recipients(draft, addresses)
    assert wizard.send(draft).headers["Location"] == "/app/communications/send-logs"


def assert_each_ended_once(switchboard: Switchboard, sink: CountingSink, addresses: list[str]) -> dict[str, str]:
    """Nobody is lost and nobody was written to twice. Answers with the states by address."""
    shown = list(switchboard.messages())
    states = {message["to"]["email"]: message["status"] for message in shown}
    assert len(shown) == len(states) == len(addresses), "a message for each address, no second one"
    assert set(states) == set(addresses)
    assert set(states.values()) <= {"sent", "unknown"}
    assert not sink.twice, "nothing may be sent again unless a person asks for it"
    lost = [address for address, state in states.items() if state == "sent" and not sink.recipients[address]]
    assert not lost, "shown as sent and never received"
    return states


def assert_books_balance(switchboard: Switchboard) -> None:
    checked = switchboard.check()
    assert "ok   the books balance" in checked.stdout, checked.stdout + checked.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr


def deliver_through(
    moments: list[int], switchboard: Switchboard, sink: CountingSink, addresses: list[str], die: Callable[[], None]
) -> None:
    """Delivers a broadcast over lines of `CONNECTIONS`, and dies whenever so many messages have ended."""
    unknown = ended = 0
    for moment in moments:
        switchboard.start()
        counts = switchboard.counts()
        assert counts["unknown"] - unknown <= SLOTS, f"more in doubt than slots, after the death before {moment}"
        unknown, ended = counts["unknown"], switchboard.ended()
        assert_books_balance(switchboard)
        assert sink.wait_for_total(sink.total + max(0, moment - switchboard.ended())), "delivery stands still"
        die()
        assert_books_balance(switchboard)

    switchboard.start()
    assert switchboard.counts()["unknown"] - unknown <= SLOTS
    wait_for("all have ended", lambda: switchboard.ended() == len(addresses), 60)
    assert ended < len(addresses), "the deaths came too late to mean anything"
    states = assert_each_ended_once(switchboard, sink, addresses)
    assert_books_balance(switchboard)
    doubtful = list(states.values()).count("unknown")
    print(f"unknown after {len(moments)} deaths: {doubtful} of at most {len(moments) * SLOTS}")
    assert doubtful <= len(moments) * SLOTS
    assert doubtful, "deaths under load leave some in doubt; did they fall into idle time?"


def test_twenty_sudden_deaths_lose_nothing_and_send_nothing_twice(
    make_switchboard: Callable[..., Switchboard]
) -> None:
    print(f"SWITCHBOARD_SEED={SEED}")
    chance = random.Random(SEED)
    # Slow enough that a look at the books beside the delivery does not outlast it.
    sink = CountingSink(delay=0.03)
    switchboard = make_switchboard().start("--no-delivery")
    switchboard.add_mail_server(sink.port, max_connections=CONNECTIONS)
    accept_broadcast(switchboard, ADDRESSES)
    switchboard.kill()

    # In ended messages. The first ones fall into the start, the fan-out and the opening of the lines.
    moments = [0, 1] + sorted(chance.sample(range(2, MESSAGES - 2 * SLOTS), KILLS - 2))
    deliver_through(moments, switchboard, sink, ADDRESSES, switchboard.kill)
    page = Console(switchboard).sign_in("ada@example.org").page("/app/communications/send-logs?status=unknown")
    assert "Unknown" in page.text


def test_a_person_may_send_an_unknown_one_again(make_switchboard: Callable[..., Switchboard]) -> None:
    sink = CountingSink()
    sink.hold()
    switchboard = make_switchboard().start()
    switchboard.add_mail_server(sink.port)
    sent = switchboard.send("ada@example.org")
    assert sink.wait_for_total(1)
    switchboard.kill()
    sink.release()
    switchboard.start()
    shown = switchboard.message(sent["id"])
    assert shown["status"] == "unknown"
    assert shown["attempts"][0]["outcome"] == "in_doubt"
    assert shown["attempts"][0]["detail"], "the evidence"
    assert switchboard.call("POST", f"/api/v1/messages/{sent['id']}/retry").status_code == 200
    switchboard.wait_for_status(sent["id"], "sent")
    assert sink.recipients["ada@example.org"] == 2


def test_an_accepted_call_survives_the_death_that_follows_it(make_switchboard: Callable[..., Switchboard]) -> None:
    """Each answer is a promise: killed right after it, the message is there, once, under the same key."""
    switchboard = make_switchboard()
    accepted: dict[str, str] = {}
    for round_ in range(5):
        switchboard.start("--no-delivery")
        address = f"round{round_}@example.org"
        body = {"delivery_channel": "email", "to": {"email": address}, "subject": "x", "html": "<p>x</p>"}
        answer = switchboard.call(
            "POST", "/api/v1/messages", json=body, headers={"Idempotency-Key": f"round-{round_}"})
        switchboard.kill()
        assert answer.status_code == 202, answer.text
        accepted[address] = answer.json()["id"]
        switchboard.start("--no-delivery")
        again = switchboard.call(
            "POST", "/api/v1/messages", json=body, headers={"Idempotency-Key": f"round-{round_}"})
        assert (again.status_code, again.json()["id"]) == (200, accepted[address])
        switchboard.kill()
    switchboard.start("--no-delivery")
    shown = {message["to"]["email"]: message["id"] for message in switchboard.messages()}
    assert shown == accepted


@pytest.fixture
def loaded(make_switchboard: Callable[..., Switchboard]) -> tuple[Switchboard, CountingSink, list[str]]:
    """Delivery in full swing: 400 messages, a quarter of them gone."""
    sink = CountingSink(delay=0.01)
    addresses = ADDRESSES[:400]
    switchboard = make_switchboard().start("--no-delivery")
    switchboard.add_mail_server(sink.port, max_connections=CONNECTIONS)
    accept_broadcast(switchboard, addresses)
    assert switchboard.terminate() == 0
    switchboard.start()
    assert sink.wait_for_total(100)
    return switchboard, sink, addresses


def test_a_stop_under_load_waits_for_the_server_s_answers(
    loaded: tuple[Switchboard, CountingSink, list[str]]
) -> None:
    switchboard, sink, addresses = loaded
    started = time.monotonic()
    assert switchboard.terminate(seconds=25) == 0
    assert time.monotonic() - started < 25
    assert sink.total < len(addresses), "the stop came after the last message"
    switchboard.start()
    assert switchboard.counts()["unknown"] == 0
    wait_for("all have ended", lambda: switchboard.ended() == len(addresses), 60)
    states = assert_each_ended_once(switchboard, sink, addresses)
    assert set(states.values()) == {"sent"}
    assert_books_balance(switchboard)


def test_a_stop_that_the_server_does_not_answer_ends_in_time_and_says_what_is_unknown(
    loaded: tuple[Switchboard, CountingSink, list[str]]
) -> None:
    switchboard, sink, addresses = loaded
    sink.hold()
    assert switchboard.terminate(seconds=25) == 0
    sink.release()
    switchboard.start("--no-delivery")
    counts = switchboard.counts()
    assert counts["sending"] == 0
    # Only a mail whose last byte had gone out can be in doubt: one a connection.
    assert 1 <= counts["unknown"] <= CONNECTIONS, counts
    assert_books_balance(switchboard)
    assert switchboard.terminate() == 0
    switchboard.start()
    wait_for("all have ended", lambda: switchboard.ended() == len(addresses), 60)
    states = assert_each_ended_once(switchboard, sink, addresses)
    assert list(states.values()).count("unknown") == counts["unknown"]
