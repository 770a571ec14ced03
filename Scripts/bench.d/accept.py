"""Calls that accept a message, each on disk before its answer, beside what the disk can do."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from figures import Figure
from load import Load, put_load
from program import Switchboard, message

CONNECTIONS = 32
HTML = "<p>Dear {{member.first_name}}, the boats leave at nine.</p>"
SCRIPT = """
local counter = 0
function setup(thread) counter = counter + 1; thread:set("number", counter) end
function init(arguments) count = 0 end
function request()
    count = count + 1
    return wrk.format("POST", nil, nil, string.format('%s', number .. "x" .. count))
end
"""


def body(address: str) -> str:
    return json.dumps(message(address, html=HTML, variables={"member": {"first_name": "Ada"}}))


def measure(folder: Path, seconds: int, rounds: int) -> list[Figure]:
    switchboard = Switchboard(folder / "data").start("--no-delivery")
    try:
        switchboard.add_mail_server(9)
        done = [
            (_load(switchboard, folder, seconds, number), _syncs(folder / "syncs", min(seconds, 3)))
            for number in range(rounds)]
        memory = switchboard.peak_memory_kilobytes / 1024
    finally:
        switchboard.kill()
    return [
        Figure.medians(
            "accept", f"POST /messages, {CONNECTIONS} connections", "messages/s", "fdatasync/s of the disk, one writer",
            [(load.per_second, syncs) for load, syncs in done]).at_least(2000),
        Figure.median("accept", "99th percentile", "ms", [load.p99 for load, _ in done]).at_most(25),
        Figure("accept", "peak memory (VmHWM)", memory, "MB")]


def _load(switchboard: Switchboard, folder: Path, seconds: int, number: int) -> Load:
    script = folder / "accept.lua"
    script.write_text(SCRIPT % body(f"%s.{number}@example.org"), encoding="utf-8")
    headers = {"Authorization": f"Bearer {switchboard.token}", "Content-Type": "application/json"}
    before = switchboard.counts()["pending"]
    load = put_load(
        switchboard.url + "/api/v1/messages", connections=CONNECTIONS, seconds=seconds, headers=headers,
        script=script, body=lambda call: body(f"{call}.{number}@example.org"))
    accepted = switchboard.counts()["pending"] - before
    assert accepted >= load.per_second * seconds * 0.9, "fewer messages are there than calls were accepted"
    return load


def _syncs(path: Path, seconds: float) -> float:
    """What somebody gets who writes a page and waits for the disk, again and again."""
    page = b"\0" * 4096
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    count, started = 0, time.monotonic()
    while time.monotonic() - started < seconds:
        os.write(file, page)
        os.fdatasync(file)
        count += 1
    rate = count / (time.monotonic() - started)
    os.close(file)
    return rate
