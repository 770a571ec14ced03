"""A broadcast to many by two delivery channels through the sandbox: adding, fan-out and delivery, and its page meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import filling
from figures import Figure
from forms import Console
from program import Switchboard
from waiting import wait_for

ENDED = ("sent", "failed", "skipped", "cancelled", "unknown")


def measure(folder: Path, receivers: int) -> list[Figure]:
    switchboard = Switchboard(folder / "data").start("--no-delivery")
    try:
        return _measure(switchboard, receivers)
    finally:
        switchboard.kill()


def _measure(switchboard: Switchboard, receivers: int) -> list[Figure]:
    email = switchboard.add_user()
    switchboard.terminate()
    filling.add_members(switchboard.data, receivers, mobile=True)
    switchboard.start()
    for channel in ("email", "sms"):
        _post(switchboard, "providers", {
            "delivery_channel": channel, "kind": "sandbox", "name": channel, "default": True, "settings": {}})
    template = _post(switchboard, "templates", {
        "name": "Bench", "email": {"subject": "Ahoy {{member.first_name}}", "html": "<p>Dear {{member.first_name}}</p>"},
        "sms": {"text": "Ahoy {{member.first_name}}"}})
    broadcast = _post(switchboard, "broadcasts", {
        "name": "Bench", "template_id": template["id"], "delivery_channels": ["email", "sms"]})["id"]
    path = f"/api/v1/broadcasts/{broadcast}"
    patience = 120 + receivers / 50

    started = time.monotonic()
    _post(switchboard, f"broadcasts/{broadcast}/receivers", {"search": {"kind": "member", "filters": []}})
    wait_for("everybody is added", lambda: switchboard.call("GET", path + "/stats").json()["adding"] is None, patience)
    added = receivers / (time.monotonic() - started)
    console = Console(switchboard).sign_in(email)
    page = f"/app/communications/bulk/{broadcast}"
    idle = _times(console, page, lambda: False, 50)

    published = time.monotonic()
    answer = switchboard.call("POST", path + "/publish")
    assert answer.status_code < 300, answer.text
    done = threading.Event()
    busy: list[float] = []
    looking = threading.Thread(target=lambda: busy.extend(_times(console, page, done.is_set, 100_000)))
    looking.start()
    try:
        wait_for("all have ended", lambda: _ended(switchboard, path) == receivers * 2, patience)
    finally:
        done.set()
        looking.join()
    rate = receivers * 2 / (time.monotonic() - published)
    checked = switchboard.check()
    assert checked.returncode == 0, checked.stdout
    words = f"{receivers:,} receivers, two delivery channels, sandbox"
    return [
        Figure("broadcast", f"{words}: receivers added", added, "receivers/s"),
        Figure("broadcast", f"{words}: from publish to the last outcome", rate, "messages/s"),
        Figure("broadcast", f"{words}: peak memory (VmHWM)", switchboard.peak_memory_kilobytes / 1024, "MB"),
        Figure.compared(
            "broadcast", "its page while it runs, median", _median(busy), "ms", "the page of the draft", _median(idle)),
        Figure("broadcast", "its page while it runs, 99th percentile", sorted(busy)[len(busy) * 99 // 100], "ms"),
    ]


def _post(switchboard: Switchboard, what: str, body: dict) -> dict:
    answer = switchboard.call("POST", f"/api/v1/{what}", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()


def _ended(switchboard: Switchboard, path: str) -> int:
    messages = switchboard.call("GET", path + "/stats").json()["messages"]
    return sum(messages[status] for status in ENDED)


def _times(console: Console, page: str, is_over, most: int) -> list[float]:
    """How long each look took, in milliseconds, one after the other; at least one."""
    took: list[float] = []
    while not took or (len(took) < most and not is_over()):
        started = time.monotonic()
        assert console.page(page).status == 200
        took.append((time.monotonic() - started) * 1000)
    return took


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
