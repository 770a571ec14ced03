"""A broadcast to a million by two delivery channels: writing its messages, accepts meanwhile, and delivering them all.

The messages are written first, with no provider that could take them, and compared with SQLite taking the same rows;
then the sandbox takes them.
"""

from __future__ import annotations

import time
from pathlib import Path

import bulk
import native
from accepts import PER_SECOND, PacedAccepts
from figures import Figure
from program import Switchboard
from stores import Stores

CHANNELS = ("email", "sms")
# As many as the program writes in one commit: 250 receivers by two delivery channels.
ROWS_A_COMMIT = 500


def measure(stores: Stores, folder: Path, receivers: int) -> list[Figure]:
    switchboard = Switchboard(stores.members(receivers, folder / "data")).start()
    try:
        return _measure(switchboard, folder, receivers)
    finally:
        switchboard.kill()


def _measure(switchboard: Switchboard, folder: Path, receivers: int) -> list[Figure]:
    messages = receivers * len(CHANNELS)
    patience = 120 + messages / 500
    broadcast = bulk.Broadcast(switchboard, bulk.add_template(switchboard, **bulk.SHORT), *CHANNELS)
    started = time.monotonic()
    broadcast.add_everybody(receivers)
    added = receivers / (time.monotonic() - started)
    with PacedAccepts(switchboard) as idle:
        time.sleep(5)

    with PacedAccepts(switchboard) as busy:
        started = time.monotonic()
        broadcast.publish()
        broadcast.wait("all are written down", broadcast.is_published, patience)
        written = messages / (time.monotonic() - started)
    memory = switchboard.peak_memory_kilobytes / 1024
    switchboard.terminate()

    store = switchboard.data / "switchboard.sqlite"
    native.settle(store)
    raw = native.raw_inserts(store, folder / "raw.sqlite", ROWS_A_COMMIT, "messages", "message_keys", "addresses")

    switchboard.start()
    bulk.add_sandboxes(switchboard, *CHANNELS)
    started = time.monotonic()
    broadcast.wait("all have ended", lambda: broadcast.ended() == messages, patience)
    delivered = messages / (time.monotonic() - started)
    assert broadcast.sent() == messages, broadcast.stats()
    memory = max(memory, switchboard.peak_memory_kilobytes / 1024)
    checked = switchboard.check()
    assert checked.returncode == 0, checked.stdout
    return [
        Figure("million", f"{receivers:,} receivers, added", added, "receivers/s"),
        Figure("million", "their messages written, by two delivery channels", written, "messages/s").at_least(25_000),
        Figure.compared(
            "million", "the same, beside SQLite itself", written, "messages/s", "the same rows by the C API",
            raw["rows"] / raw["seconds"]).ratio_at_least(0.4),
        Figure.compared(
            "million", f"{PER_SECOND} accepts/s meanwhile, 99th percentile", busy.p99, "ms", "without it", idle.p99
        ).at_most(25),
        Figure("million", "all of them delivered to the sandbox", delivered, "messages/s"),
        Figure("million", "peak memory (VmHWM)", memory, "MB").at_most(96)]
