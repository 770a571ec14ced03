"""An hour's work in minutes: calls, broadcasts and pages through the sandbox, and whether memory grows with it."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import bulk
from accepts import PacedAccepts
from figures import Figure
from forms import Console
from program import Switchboard
from stores import EMAIL, Stores

MEMBERS = 1000
ACCEPTS_A_SECOND = 200
# Between two broadcasts, and between two looks at the pages.
BROADCASTS = 10.0
LOOKS = 0.5
PAGES = ["/app", "/app/communications/send-logs", "/app/communications/bulk", "/app/directory/members", "/app/sandbox"]


def measure(stores: Stores, folder: Path, minutes: float) -> list[Figure]:
    switchboard = Switchboard(stores.members(MEMBERS, folder / "data")).start()
    try:
        bulk.add_sandboxes(switchboard, "email", "sms")
        soak = _Soak(switchboard)
        # What a program keeps for good it has by then.
        early_at = min(120.0, minutes * 60 / 5)
        with PacedAccepts(switchboard, ACCEPTS_A_SECOND) as accepts, soak:
            time.sleep(early_at)
            early = _resident(switchboard)
            time.sleep(minutes * 60 - early_at)
            late = _resident(switchboard)
        soak.wait_for_the_end()
        messages = sum(switchboard.counts().values())
        checked = switchboard.check()
        assert checked.returncode == 0, checked.stdout
        words = f"{minutes:g} minutes, {messages:,} messages, {soak.pages:,} pages"
        return [
            Figure.compared(
                "soak", f"{words}: resident memory at the end", late, "MB", f"after {early_at:g} s", early
            ).ratio_at_most(1.05),
            Figure("soak", "peak memory (VmHWM)", switchboard.peak_memory_kilobytes / 1024, "MB"),
            Figure("soak", "accepts meanwhile, 99th percentile", accepts.p99, "ms")]
    finally:
        switchboard.kill()


def _resident(switchboard: Switchboard) -> float:
    assert switchboard.process
    status = Path(f"/proc/{switchboard.process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found.group(1)) / 1024


class _Soak:
    """While the block runs: a broadcast now and then, and somebody who walks the pages."""

    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard
        self.pages = 0
        self.broadcasts: list[bulk.Broadcast] = []
        self._template = bulk.add_template(switchboard, **bulk.SHORT)
        self._console = Console(switchboard).sign_in(EMAIL)
        self._is_over = threading.Event()
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._repeat, args=work) for work in ((BROADCASTS, self._send), (LOOKS, self._look))]

    def __enter__(self) -> _Soak:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _repeat(self, pause: float, work) -> None:
        try:
            while not self._is_over.wait(pause):
                work()
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            self._failures.append(error)

    def _send(self) -> None:
        broadcast = bulk.Broadcast(self.switchboard, self._template, "email", "sms")
        broadcast.add_everybody(MEMBERS)
        broadcast.publish()
        self.broadcasts.append(broadcast)

    def _look(self) -> None:
        page = PAGES[self.pages % len(PAGES)]
        assert self._console.page(page).status == 200, page
        self.pages += 1

    def wait_for_the_end(self) -> None:
        for broadcast in self.broadcasts:
            broadcast.wait("all are sent", lambda: broadcast.sent() == MEMBERS * 2, 120)
