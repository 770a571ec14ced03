"""Sudden death of a broadcast by mail and text message: at every commit, at random moments, and by order.

SWITCHBOARD_RECEIVERS and SWITCHBOARD_KILLS make the random deaths more, SWITCHBOARD_SEED draws others.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from crash_boundaries import CrashTrial, Tally, at_boundaries, at_random
from forms import Console
from mail_servers import CountingSink
from program import Switchboard, message
from waiting import wait_for

RECEIVERS = int(os.environ.get("SWITCHBOARD_RECEIVERS", "1500"))
KILLS = int(os.environ.get("SWITCHBOARD_KILLS", "5"))
SEED = int(os.environ.get("SWITCHBOARD_SEED", "20261121"))

KEYS = pytest.mark.parametrize("knows_keys", [True, False], ids=["keys", "no-keys"])


@KEYS
def test_a_death_at_any_commit_loses_nothing_and_sends_nothing_twice(tmp_path: Path, knows_keys: bool) -> None:
    """A sample of the commits; the bench dies at each of them."""
    trial = CrashTrial(tmp_path, 60, knows_keys=knows_keys)
    # The first are those of the start, then publish, fan-out, and one for each claim and record.
    numbers = sorted(random.Random(SEED + knows_keys).sample(range(2, 24), 6))
    print(f"SWITCHBOARD_SEED={SEED}, commits {numbers}")
    total = Tally(slots=trial.slots)
    for boundary in at_boundaries(trial, numbers):
        total.add(boundary.tally)
        assert boundary.tally.is_well, f"{boundary.when} commit {boundary.number}: {boundary.tally.problems}"
    print(total)
    assert total.kills >= len(numbers), "the commits lie beyond the broadcast's end"


@KEYS
def test_deaths_at_random_moments_lose_nothing_and_send_nothing_twice(tmp_path: Path, knows_keys: bool) -> None:
    trial = CrashTrial(
        tmp_path, RECEIVERS, knows_keys=knows_keys, delay=0.002, mail_connections=4, gateway_connections=8)
    chance = random.Random(SEED)
    # In messages that reached somebody. What is in the slots when the last kill comes must leave something to do.
    moments = chance.sample(range(1, trial.planned - KILLS - 200), KILLS)
    tally = at_random(trial, moments)
    print(f"SWITCHBOARD_SEED={SEED}, {RECEIVERS:,} receivers by two delivery channels: {tally}")
    assert tally.is_well, tally.problems[:20]
    assert tally.unknown <= tally.kills * tally.slots
    assert tally.kills == KILLS
    if knows_keys:
        assert tally.repeated, "no request was repeated; did the kills fall into idle time?"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[CrashTrial, Switchboard]]:
    """A broadcast in full swing, to a gateway that recognises no keys."""
    trial = CrashTrial(tmp_path, 200, knows_keys=False, delay=0.02)
    switchboard = trial.copy("running")
    try:
        switchboard.start()
        trial.publish(switchboard)
        wait_for(
            "delivery has begun", lambda: trial.counters.texts.total > 40 and trial.counters.mails.total > 40, 60)
        yield trial, switchboard
    finally:
        switchboard.kill()


def test_a_stop_by_order_waits_for_the_answers_and_leaves_nothing_unknown(
    running: tuple[CrashTrial, Switchboard]
) -> None:
    trial, switchboard = running
    assert switchboard.terminate(seconds=25) == 0
    assert trial.counters.total < trial.planned, "the stop came after the last message"
    switchboard.start("--no-delivery")
    counts = switchboard.counts()
    assert counts["sending"] == counts["unknown"] == 0, counts
    assert counts["sent"] == trial.counters.total
    assert switchboard.terminate() == 0
    switchboard.start()
    trial.finish(switchboard)
    tally = trial.audit(switchboard, Tally(slots=0))
    assert tally.is_well and tally.unknown == 0, tally.problems


def test_a_stop_that_a_gateway_does_not_answer_ends_in_time_and_says_what_is_unknown(
    running: tuple[CrashTrial, Switchboard]
) -> None:
    trial, switchboard = running
    trial.counters.texts.hold()
    known = trial.counters.texts.total
    wait_for("its slots are taken", lambda: trial.counters.texts.total >= known, 10)
    started = time.monotonic()
    assert switchboard.terminate(seconds=30) == 0
    assert time.monotonic() - started < 28, "a drain takes twenty seconds at most"
    trial.counters.texts.release()
    switchboard.start("--no-delivery")
    counts = switchboard.counts()
    assert counts["sending"] == 0
    assert 1 <= counts["unknown"] <= trial.gateway_slots, counts
    trial_tally = Tally(slots=trial.slots)
    trial.note_books(switchboard, trial_tally)
    assert not trial_tally.problems


class TestGateway:
    """What the answers of a gateway do, through the whole program."""

    @pytest.fixture
    def trial(self, tmp_path: Path) -> CrashTrial:
        return CrashTrial(tmp_path, 8, knows_keys=True)

    def test_a_gateway_that_asks_to_wait_gets_nothing_meanwhile(self, trial: CrashTrial) -> None:
        texts = trial.counters.texts
        switchboard = trial.copy("busy").start()
        first = "+27821000000"
        texts.answers[first] = [(429, {"Retry-After": "2"}), (202, {})]
        try:
            trial.publish(switchboard)
            wait_for("the others have ended", lambda: texts.total >= 7, 60)
            shown = next(one for one in switchboard.messages(delivery_channel="sms") if one["to"]["mobile"] == first)
            assert shown["status"] == "pending"
            assert switchboard.message(shown["id"])["attempts"][0]["outcome"] == "deferred"
            assert "429" in switchboard.message(shown["id"])["attempts"][0]["detail"]
        finally:
            switchboard.kill()

    def test_a_wrong_token_pauses_the_gateway_and_holds_its_messages(self, trial: CrashTrial) -> None:
        texts = trial.counters.texts
        switchboard = trial.copy("refused").start()
        for number in range(8):
            texts.answers[f"+2782{1_000_000 + number}"] = [(401, {})]
        try:
            trial.publish(switchboard)
            wait_for("the mails have left", lambda: trial.counters.mails.total == 8, 60)
            gateway = next(
                one for one in switchboard.call("GET", "/api/v1/providers").json()["items"] if one["kind"] == "generic_http")
            trouble = wait_for("the trouble is told", lambda: switchboard.provider(gateway["id"])["trouble"], 30)
            assert "does not accept the token" in trouble and "t0ken" not in trouble
            counts = switchboard.counts()
            assert (counts["pending"] + counts["sending"], counts["failed"]) == (8, 0)
            # No more than its connections, once: it is not asked again by every message.
            assert len(texts.requests) <= 4
        finally:
            switchboard.kill()


# The database file held by another program.


@contextlib.contextmanager
def locked(switchboard: Switchboard, seconds: float) -> Iterator[threading.Event]:
    """Another program writes to the store and does not come to an end; the event says that it has."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(switchboard.data / "switchboard.sqlite", timeout=30, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        begun.set()
        over.wait(seconds)
        over.set()
        connection.execute("ROLLBACK")
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert begun.wait(30)
    yield over
    over.set()
    holder.join()


def test_a_store_held_by_another_program_for_ten_seconds_loses_nothing(
    make_switchboard: Callable[..., Switchboard]
) -> None:
    sink = CountingSink(delay=0.01)
    switchboard = make_switchboard().start()
    switchboard.add_mail_server(sink.port)
    console = Console(switchboard).sign_in(switchboard.add_user())
    accepted = [f"early{number}@example.org" for number in range(100)]
    for address in accepted:
        switchboard.send(address)
    with locked(switchboard, 10.5):
        # Whoever reads is not held up.
        assert console.page("/app/communications/send-logs").status == 200
        answer = switchboard.call("POST", "/api/v1/messages", json=message("meanwhile@example.org"))
        assert answer.status_code in (202, 503), answer.text
        if answer.status_code == 202:
            accepted.append("meanwhile@example.org")
        else:
            assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert switchboard.is_alive
    wait_for("it is ready", lambda: requests.get(switchboard.url + "/readyz", timeout=30).status_code == 200)
    switchboard.send("after@example.org")
    accepted.append("after@example.org")
    wait_for("all have ended", lambda: switchboard.ended() == len(accepted), 60)
    shown = {one["to"]["email"]: one["status"] for one in switchboard.messages()}
    assert shown == {address: "sent" for address in accepted}, "what was accepted, and nothing else"
    assert sorted(sink.recipients) == sorted(accepted) and not sink.twice
    assert switchboard.check().returncode == 0


def test_a_program_that_starts_while_the_store_is_held_waits_or_says_why(
    make_switchboard: Callable[..., Switchboard]
) -> None:
    switchboard = make_switchboard().start("--no-delivery")
    sent = switchboard.send("ada@example.org")
    switchboard.kill()
    with locked(switchboard, 3):
        switchboard.start("--no-delivery")
    assert switchboard.message(sent["id"])["status"] == "pending"
