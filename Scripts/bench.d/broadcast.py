"""A broadcast to many by two delivery channels through the sandbox, all at once as in earnest, and its page meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from statistics import median

import bulk
from figures import Figure
from forms import Console
from program import Switchboard
from stores import EMAIL, Stores

CHANNELS = ("email", "sms")


def measure(stores: Stores, folder: Path, receivers: int) -> list[Figure]:
    switchboard = Switchboard(stores.members(receivers, folder / "data")).start()
    try:
        return _measure(switchboard, receivers)
    finally:
        switchboard.kill()


def _measure(switchboard: Switchboard, receivers: int) -> list[Figure]:
    bulk.add_sandboxes(switchboard, *CHANNELS)
    broadcast = bulk.Broadcast(switchboard, bulk.add_template(switchboard, **bulk.SHORT), *CHANNELS)
    messages = receivers * len(CHANNELS)
    started = time.monotonic()
    broadcast.add_everybody(receivers)
    added = receivers / (time.monotonic() - started)
    console = Console(switchboard).sign_in(EMAIL)
    page = f"/app/communications/bulk/{broadcast.id}"
    idle = _times(console, page, lambda: False, 50)

    published = time.monotonic()
    broadcast.publish()
    done = threading.Event()
    busy: list[float] = []
    looking = threading.Thread(target=lambda: busy.extend(_times(console, page, done.is_set, 100_000)))
    looking.start()
    try:
        broadcast.wait("all have ended", lambda: broadcast.ended() == messages, 120 + messages / 200)
    finally:
        done.set()
        looking.join()
    rate = messages / (time.monotonic() - published)
    checked = switchboard.check()
    assert checked.returncode == 0, checked.stdout
    return [
        Figure("broadcast", f"{receivers:,} receivers, added", added, "receivers/s"),
        Figure("broadcast", "by two delivery channels, from Publish to the last outcome", rate, "messages/s"),
        Figure("broadcast", "peak memory (VmHWM)", switchboard.peak_memory_kilobytes / 1024, "MB").at_most(96),
        Figure.compared(
            "broadcast", "its page while it runs, median", median(busy), "ms", "the page of the draft", median(idle)),
        Figure("broadcast", "its page while it runs, 99th percentile", sorted(busy)[len(busy) * 99 // 100], "ms")]


def _times(console: Console, page: str, is_over, most: int) -> list[float]:
    """How long each look took, in milliseconds, one after the other; at least one."""
    took: list[float] = []
    while not took or (len(took) < most and not is_over()):
        started = time.monotonic()
        assert console.page(page).status == 200
        took.append((time.monotonic() - started) * 1000)
    return took
