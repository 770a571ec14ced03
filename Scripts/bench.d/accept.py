"""Calls that accept a message, each on disk before its answer, beside bare commits of one row."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

from figures import Figure
from load import put_load
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


def measure(folder: Path, seconds: int) -> list[Figure]:
    switchboard = Switchboard(folder / "data").start("--no-delivery")
    try:
        switchboard.add_mail_server(9)
        script = folder / "accept.lua"
        script.write_text(SCRIPT % body("%s@example.org"), encoding="utf-8")
        headers = {"Authorization": f"Bearer {switchboard.token}", "Content-Type": "application/json"}
        before = switchboard.counts()["pending"]
        load = put_load(
            switchboard.url + "/api/v1/messages", connections=CONNECTIONS, seconds=seconds, headers=headers,
            script=script, body=lambda number: body(f"{number}@example.org"))
        accepted = switchboard.counts()["pending"] - before
        assert accepted >= load.per_second * seconds * 0.9, "fewer messages are there than calls were accepted"
        memory = switchboard.peak_memory_kilobytes / 1024
    finally:
        switchboard.kill()
    commits = _commits(folder / "commits.sqlite", seconds)
    return [
        Figure.compared(
            "accept", f"POST /messages, {CONNECTIONS} connections", load.per_second, "messages/s",
            "durable commits of one row, one by one", commits),
        Figure("accept", "99th percentile", load.p99, "ms"),
        Figure("accept", "peak memory meanwhile (VmHWM)", memory, "MB")]


def _commits(path: Path, seconds: int) -> float:
    """What the disk gives somebody who commits each row by itself, with the same promise."""
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (text TEXT)")
    text = body("ada@example.org")
    count, deadline = 0, time.monotonic() + min(seconds, 3)
    started = time.monotonic()
    while time.monotonic() < deadline:
        store.execute("INSERT INTO rows (text) VALUES (?)", (text,))
        count += 1
    rate = count / (time.monotonic() - started)
    store.close()
    return rate
