"""Requests as fast as the server takes them: by wrk where it is installed, else by threads of this program."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

Body = Callable[[int], str]


@dataclass
class Load:
    per_second: float
    """In milliseconds."""
    p99: float
    tool: str


def put_load(
    url: str, *, connections: int, seconds: int, headers: dict[str, str] | None = None, script: Path | None = None,
    body: Body | None = None
) -> Load:
    """GETs, or POSTs of what `script` (wrk) and `body` (threads) make. An answer that is no success is an error."""
    if program := shutil.which("wrk"):
        return _wrk(program, url, connections, seconds, headers or {}, script)
    return _threads(url, connections, seconds, headers or {}, body)


UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def _wrk(
    program: str, url: str, connections: int, seconds: int, headers: dict[str, str], script: Path | None
) -> Load:
    command = [
        program, "--threads", "2", "--connections", str(connections), "--duration", f"{seconds}s",
        "--latency", "--timeout", "30s"]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    if script:
        command += ["--script", str(script)]
    ended = subprocess.run([*command, url], capture_output=True, text=True, check=False)
    text = ended.stdout
    if ended.returncode != 0 or "Non-2xx" in text or "Socket errors" in text:
        raise AssertionError(f"{url} did not answer well:\n{text}{ended.stderr}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text)
    assert rate and late and float(rate.group(1)), text
    return Load(float(rate.group(1)), float(late.group(1)) * UNITS[late.group(2)], "wrk")


def _threads(url: str, connections: int, seconds: int, headers: dict[str, str], body: Body | None) -> Load:
    address = urlsplit(url)
    path = address.path + (f"?{address.query}" if address.query else "")
    deadline = time.monotonic() + seconds
    took: list[list[float]] = [[] for _ in range(connections)]
    failures: list[int] = []

    def work(number: int) -> None:
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        while (started := time.monotonic()) < deadline:
            if body:
                text = body(number * 10_000_000 + len(took[number]))
                connection.request("POST", path, text.encode(), headers)
            else:
                connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 300:
                failures.append(answer.status)
                return
            took[number].append(time.monotonic() - started)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise AssertionError(f"{url} answered {failures[0]}")
    all_ = sorted(one for line in took for one in line)
    return Load(len(all_) / seconds, all_[len(all_) * 99 // 100] * 1000, "threads")
