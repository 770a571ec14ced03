"""The directory: how fast a file becomes records, and what a list, a search or a filter costs with many behind it."""

from __future__ import annotations

import csv
import os
import subprocess
import time
from pathlib import Path

import filling
from figures import Figure
from forms import Console
from load import Load, put_load
from program import Switchboard

FEW = 10_000
CONNECTIONS = 8
MEMBERS = "/app/directory/members"


def write_file(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["external_id", "first_name", "last_name", "email", "mobile", "tier"])
        for number in range(rows):
            first, last, email = filling.person(number)
            tier = ["gold", "silver", "bronze"][number % 3]
            lines.writerow([f"m-{number}", first, last, email, f"+2782{number % 10_000_000:07}", tier])


def run_import(data: Path, file: Path) -> tuple[float, float]:
    """Seconds, and megabytes at the most."""
    began = time.monotonic()
    child = subprocess.Popen(
        [os.environ["SWITCHBOARD_BINARY"], "import", "members", str(file), "--data", str(data)],
        stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, f"the import ended with {child.returncode}"
    return time.monotonic() - began, usage.ru_maxrss / 1024


def measure_import(folder: Path, rows: int) -> list[Figure]:
    results = {}
    for count in (FEW, rows):
        file = folder / f"{count}.csv"
        write_file(file, count)
        results[count] = run_import(folder / str(count), file)
    again = run_import(folder / str(rows), folder / f"{rows}.csv")
    (few_seconds, few_peak), (seconds, peak) = results[FEW], results[rows]
    return [
        Figure.compared(
            "import", f"{rows:,} new members from CSV", rows / seconds, "rows/s", f"{FEW:,} rows", FEW / few_seconds),
        Figure.compared("import", f"{rows:,} new members, peak memory", peak, "MB", f"{FEW:,} rows", few_peak),
        Figure.compared(
            "import", "the same file again", rows / again[0], "rows/s", "the first time", rows / seconds),
    ]


def pages(rows: int) -> dict[str, str]:
    middle = rows // 2
    return {
        "the newest 50": "",
        "one word": "?q=lovelace",
        "two words": "?q=grace+hopper",
        "a word few have": f"?q=member{middle}@",
        "a word nobody has": "?q=qqzzxx",
        "an attribute": "?field=tier&value=gold",
        "two filters and a word": "?q=ada&field=tier&value=silver&field=last_name&value=hopper",
        "a field no index holds": "?field=language&value=fr",
        "deep": f"?after={middle}",
        "deep in a search": f"?q=lovelace&after={middle}",
    }


def measure(folder: Path, rows: int, seconds: int) -> list[Figure]:
    few, many = _measure(folder / "few", FEW, seconds), _measure(folder / "many", rows, seconds)
    return [
        Figure.compared(
            "directory", f"{name}, {rows:,} members, 99th percentile", many[name].p99, "ms",
            f"{FEW:,} members", few[name].p99)
        for name in many]


def _measure(data: Path, rows: int, seconds: int) -> dict[str, Load]:
    switchboard = Switchboard(data).start("--no-delivery")
    try:
        email = switchboard.add_user()
        switchboard.terminate()
        filling.add_members(data, rows)
        switchboard.start("--no-delivery")
        console = Console(switchboard).sign_in(email)
        assert "m-" in console.page(MEMBERS).text
        cookie = "; ".join(f"{one.name}={one.value}" for one in console.session.cookies)
        return {
            name: put_load(
                switchboard.url + MEMBERS + query, connections=CONNECTIONS, seconds=seconds, headers={"Cookie": cookie})
            for name, query in pages(rows).items()}
    finally:
        switchboard.kill()
