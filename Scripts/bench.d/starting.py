"""From the start of the process to the first page in somebody's hands, with many rows behind it."""

from __future__ import annotations

import time

import requests

from figures import Figure
from forms import Console
from program import Switchboard
from stores import EMAIL, Stores

FEW = 10_000
LOG = "/app/communications/send-logs"


def measure(stores: Stores, rows: int, rounds: int) -> list[Figure]:
    many, few = _Starts(Switchboard(stores.log(rows))), _Starts(Switchboard(stores.log(FEW)))
    done = [(many.milliseconds(), few.milliseconds()) for _ in range(rounds + 2)]
    return [
        Figure.medians(
            "start", f"process start to the first page of the log, {rows:,} rows", "ms", f"{FEW:,} rows", done
        ).at_most(200)]


class _Starts:
    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard.start("--no-delivery")
        self.cookies = Console(switchboard).sign_in(EMAIL).session.cookies
        switchboard.terminate()

    def milliseconds(self) -> float:
        started = time.monotonic()
        self.switchboard.start("--no-delivery")
        try:
            answer = requests.get(
                self.switchboard.url + LOG, cookies=self.cookies, timeout=30, allow_redirects=False)
            took = (time.monotonic() - started) * 1000
            assert answer.status_code == 200 and answer.text.count("View Details") == 50
            self.switchboard.terminate()
        finally:
            self.switchboard.kill()
        return took
