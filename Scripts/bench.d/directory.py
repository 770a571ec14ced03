"""The directory: how fast a file becomes records, and what a list, a search or a filter costs with many behind it."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import time
from pathlib import Path

import filling
import native
from figures import Figure
from forms import Console
from load import Load, put_load
from program import Switchboard
from stores import EMAIL, Stores

FEW = 10_000
# Seconds between two looks at an import.
LOOK = 0.05
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
    peak = 0.0
    # Asked while it runs: what the system tells afterwards counts the memory of this program before it became that one.
    while child.poll() is None:
        peak = peak_megabytes(child.pid) or peak
        time.sleep(LOOK)
    assert child.returncode == 0, f"the import ended with {child.returncode}"
    return time.monotonic() - began, peak


def peak_megabytes(pid: int) -> float:
    """Nothing once it is gone."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found.group(1)) / 1024 if found else 0.0


def measure_import(folder: Path, rows: int) -> list[Figure]:
    file = folder / "members.csv"
    write_file(file, rows)
    data = folder / "data"
    seconds, peak = run_import(data, file)
    raw = native.raw_inserts(data / "switchboard.sqlite", folder / "raw.sqlite", 500, "entities")
    again, _ = run_import(data, file)
    words = f"{rows:,} members from CSV"
    return [
        Figure.compared(
            "import", words, rows / seconds, "rows/s", "the same rows by the C API",
            raw["rows"] / raw["seconds"]).at_least(50_000),
        Figure("import", f"{words}, peak memory", peak, "MB").at_most(96),
        Figure.compared(
            "import", "the same file again", rows / again, "rows/s", "the first time", rows / seconds)]


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


def measure(stores: Stores, folder: Path, rows: int, seconds: int) -> list[Figure]:
    few, many = (
        _measure(stores.members(count, folder / str(count)), count, seconds) for count in (FEW, rows))
    return [
        Figure.compared(
            "directory", f"{name}, {rows:,} members, 99th percentile", many[name].p99, "ms",
            f"{FEW:,} members", few[name].p99)
        for name in many]


def _measure(data: Path, rows: int, seconds: int) -> dict[str, Load]:
    switchboard = Switchboard(data).start("--no-delivery")
    try:
        console = Console(switchboard).sign_in(EMAIL)
        assert "m-" in console.page(MEMBERS).text
        cookie = "; ".join(f"{one.name}={one.value}" for one in console.session.cookies)
        return {
            name: put_load(
                switchboard.url + MEMBERS + query, connections=CONNECTIONS, seconds=seconds, headers={"Cookie": cookie})
            for name, query in pages(rows).items()}
    finally:
        switchboard.kill()
