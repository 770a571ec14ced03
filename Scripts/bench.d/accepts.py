"""Calls that accept a message at a steady pace, beside other work, and how long each took."""

from __future__ import annotations

import http.client
import json
import threading
import time
from urllib.parse import urlsplit

from program import Switchboard, message

CALLERS = 4
PER_SECOND = 100


class PacedAccepts:
    """While the block runs: so many calls a second by a few callers; `took` is in milliseconds."""

    def __init__(self, switchboard: Switchboard, per_second: int = PER_SECOND, **fields: object) -> None:
        self.took: list[float] = []
        self.fields = fields
        self._pause = CALLERS / per_second
        self._address = urlsplit(switchboard.url).netloc
        self._headers = {"Authorization": f"Bearer {switchboard.token}", "Content-Type": "application/json"}
        self._is_over = threading.Event()
        self._failures: list[str] = []
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(CALLERS)]

    def __enter__(self) -> PacedAccepts:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()
        assert not self._failures, self._failures[0]

    def _work(self, caller: int) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=30)
        due = time.monotonic() + self._pause * caller / CALLERS
        count = 0
        while not self._is_over.wait(max(0.0, due - time.monotonic())):
            count += 1
            address = f"accept{caller}x{time.time_ns()}@example.org"
            body = json.dumps(message(address, **self.fields)).encode()
            started = time.monotonic()
            connection.request("POST", "/api/v1/messages", body, self._headers)
            answer = connection.getresponse()
            text = answer.read()
            self.took.append((time.monotonic() - started) * 1000)
            if answer.status != 202:
                self._failures.append(f"{answer.status} {text[:300]!r}")
                return
            # Late calls are not made up for: they would come all at once.
            due = max(due + self._pause, started)

    @property
    def p99(self) -> float:
        took = sorted(self.took)
        return took[len(took) * 99 // 100]
