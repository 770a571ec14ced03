"""Two thousand messages through Postfix's smtp-sink, and the books afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mail_servers import PostfixSink
from program import Switchboard
from waiting import wait_for

MESSAGES = 2000
ADDRESSES = [f"member{number}@example.org" for number in range(MESSAGES)]


def test_two_thousand_messages_arrive_once_each_and_the_books_balance(
    switchboard: Switchboard, tmp_path: Path
) -> None:
    sink = PostfixSink(dump=tmp_path / "mails")
    try:
        switchboard.add_mail_server(sink.port, max_connections=20)
        with ThreadPoolExecutor(8) as callers:
            sent = list(callers.map(lambda address: switchboard.send(address, html="<p>Ahoy.</p>" * 100), ADDRESSES))
        assert len({one["id"] for one in sent}) == MESSAGES
        wait_for("all have ended", lambda: switchboard.ended() == MESSAGES, 60)
        assert switchboard.counts()["sent"] == MESSAGES
    finally:
        sink.stop()
    received = sink.recipients()
    assert set(received) == set(ADDRESSES)
    assert max(received.values()) == 1
    checked = switchboard.check()
    assert checked.returncode == 0, checked.stdout
    assert "the books balance" in checked.stdout
    statuses = {(shown["to"]["email"], shown["status"]) for shown in switchboard.messages()}
    assert statuses == {(address, "sent") for address in ADDRESSES}
    # Two thousand of them are about 5 MB of HTML; a debug build with its pages and threads is far under this.
    assert switchboard.peak_memory_kilobytes < 400_000
