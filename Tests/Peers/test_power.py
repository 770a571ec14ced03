"""The power goes: what was answered is there afterwards, and what was on the wire is not sent again."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mail_servers import CountingSink
from power import MainsSupply
from program import Switchboard, message
from test_kill import CONNECTIONS, SEED, SLOTS, accept_broadcast, assert_books_balance, deliver_through

CUTS = 6
MESSAGES = 300
CALLERS = 8


@pytest.fixture
def plugged(make_switchboard: Callable[..., Switchboard], tmp_path: Path) -> tuple[Switchboard, MainsSupply]:
    switchboard = make_switchboard()
    return switchboard, MainsSupply(switchboard, tmp_path / "mains")


def test_what_was_never_synced_is_gone(plugged: tuple[Switchboard, MainsSupply]) -> None:
    """The counterpart itself: a file that was only written is empty after a cut, the store is as it was synced."""
    switchboard, mains = plugged
    switchboard.start("--no-delivery")
    (switchboard.data / "note.txt").write_text("never synced", encoding="ascii")
    assert switchboard.token
    mains.cut()
    assert (switchboard.data / "note.txt").read_bytes() == b""
    assert list(mains.kept.glob("switchboard.sqlite-wal")), "no commit was ever synced"


def test_accepted_calls_survive_the_power_that_fails_right_after_them(
    plugged: tuple[Switchboard, MainsSupply]
) -> None:
    switchboard, mains = plugged
    accepted: set[str] = set()
    for cut in range(4):
        switchboard.start("--no-delivery")

        def accept(number: int) -> str:
            answer = switchboard.call("POST", "/api/v1/messages", json=message(f"c{cut}n{number}@example.org"))
            assert answer.status_code == 202, answer.text
            return answer.json()["id"]

        assert switchboard.token
        # Many at once share commits; the last one of all is answered alone.
        with ThreadPoolExecutor(CALLERS) as callers:
            accepted.update(callers.map(accept, range(5 * CALLERS)))
        accepted.add(accept(5 * CALLERS))
        mains.cut()
    switchboard.start("--no-delivery")
    assert {shown["id"] for shown in switchboard.messages()} == accepted
    assert_books_balance(switchboard)


def test_a_broadcast_loses_nobody_and_reaches_nobody_twice(plugged: tuple[Switchboard, MainsSupply]) -> None:
    print(f"SWITCHBOARD_SEED={SEED}")
    switchboard, mains = plugged
    chance = random.Random(SEED)
    sink = CountingSink(delay=0.1)
    addresses = [f"member{number}@example.org" for number in range(MESSAGES)]
    switchboard.start("--no-delivery")
    switchboard.add_mail_server(sink.port, max_connections=CONNECTIONS)
    accept_broadcast(switchboard, addresses)
    mains.cut()

    moments = [0, *sorted(chance.sample(range(1, MESSAGES - 4 * SLOTS), CUTS - 1))]
    deliver_through(moments, switchboard, sink, addresses, mains.cut)


def test_the_key_is_on_the_disk_before_it_encrypts_anything(
    plugged: tuple[Switchboard, MainsSupply]
) -> None:
    switchboard, mains = plugged
    sink = CountingSink()
    switchboard.start("--no-delivery")
    switchboard.add_gateway(sink.port)
    mains.cut()
    switchboard.start("--no-delivery")
    checked = switchboard.check()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert switchboard.call("GET", "/api/v1/providers").status_code == 200


def test_the_store_and_its_key_are_the_owner_s_alone(plugged: tuple[Switchboard, MainsSupply]) -> None:
    switchboard, _ = plugged
    switchboard.data.mkdir(mode=0o755)
    switchboard.start("--no-delivery")
    modes = {path.name: path.stat().st_mode & 0o777 for path in switchboard.data.iterdir() if path.is_file()}
    assert {"switchboard.sqlite", "switchboard.sqlite-wal", "secret.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}, modes
