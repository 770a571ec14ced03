"""Bulk broadcasts as another program makes them: template, broadcast, receivers, publish, by the API."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from program import Switchboard

# Between two looks at a broadcast: rarely enough to cost what is measured nothing, often enough for what takes seconds.
PAUSE = 0.05
ENDED = ("sent", "failed", "skipped", "cancelled", "unknown")


def post(switchboard: Switchboard, what: str, body: dict | None = None) -> dict:
    answer = switchboard.call("POST", f"/api/v1/{what}", json=body)
    assert answer.status_code < 300, f"{what}: {answer.status_code} {answer.text}"
    return answer.json()


def add_sandboxes(switchboard: Switchboard, *channels: str) -> None:
    for channel in channels:
        post(switchboard, "providers", {
            "delivery_channel": channel, "kind": "sandbox", "name": channel, "default": True, "settings": {}})


def add_template(switchboard: Switchboard, **texts: dict) -> str:
    return post(switchboard, "templates", {"name": "Bench", **texts})["id"]


SHORT = {
    "email": {"subject": "Ahoy {{member.first_name}}", "html": "<p>Dear {{member.first_name}}</p>"},
    "sms": {"text": "Ahoy {{member.first_name}}"}}


class Broadcast:
    """A draft to start with."""

    def __init__(self, switchboard: Switchboard, template: str, *channels: str) -> None:
        self.switchboard = switchboard
        self.id = post(switchboard, "broadcasts", {
            "name": "Bench", "template_id": template, "delivery_channels": list(channels)})["id"]
        self.channels = len(channels)

    @property
    def path(self) -> str:
        return f"/api/v1/broadcasts/{self.id}"

    def add_everybody(self, receivers: int) -> None:
        post(self.switchboard, f"broadcasts/{self.id}/receivers", {"search": {"kind": "member", "filters": []}})
        self.wait("everybody is added", lambda: self.stats()["adding"] is None, 120 + receivers / 1000)
        assert self.stats()["receivers"] == receivers, self.stats()

    def wait(self, what: str, look: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}; {self.stats()}"
            time.sleep(PAUSE)

    def stats(self) -> dict:
        return self._get(self.path + "/stats")

    def publish(self) -> None:
        answer = self.switchboard.call("POST", self.path + "/publish")
        assert answer.status_code < 300, answer.text

    def is_published(self) -> bool:
        """Whether every message of it is a row by now."""
        return self.stats()["status"] == "published"

    def sent(self) -> int:
        return self.stats()["messages"]["sent"]

    def ended(self) -> int:
        messages = self.stats()["messages"]
        return sum(messages[status] for status in ENDED)

    def _get(self, path: str) -> dict:
        """A connection of its own each time, but none of the work that a client for everything does."""
        connection = http.client.HTTPConnection(urlsplit(self.switchboard.url).netloc, timeout=30)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.switchboard.token}"})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, f"{path}: {answer.status} {text[:300]!r}"
            return json.loads(text)
        finally:
            connection.close()
