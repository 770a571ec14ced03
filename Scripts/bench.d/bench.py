"""Runs the lines that were asked for, prints one table and keeps it as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import accept
import broadcast
import crash
import deliver
import directory
import million
import page
import serve_static
import soak
import starting
from figures import Figure, table
from stores import Stores

ARTIFACTS = Path(os.environ["SWITCHBOARD_HOME"]) / "Tests/.artifacts"
# Of the million and of a broadcast that is watched while it runs.
WATCHED = 10
# And of one that is killed again and again.
CRASHED = 50


@dataclass
class Bench:
    stores: Stores
    """Of one line, gone after it."""
    folder: Path
    given: argparse.Namespace


LINES: dict[str, Callable[[Bench], list[Figure]]] = {
    "deliver": lambda to: deliver.measure(to.stores, to.folder, to.given.messages, to.given.rounds),
    "plain": lambda to: deliver.measure_plain(to.stores, to.folder, to.given.messages, to.given.rounds),
    "million": lambda to: million.measure(to.stores, to.folder, to.given.receivers),
    "broadcast": lambda to: broadcast.measure(to.stores, to.folder, max(1, to.given.receivers // WATCHED)),
    "accept": lambda to: accept.measure(to.folder, to.given.seconds, to.given.rounds),
    "page": lambda to: page.measure(to.stores, to.folder, to.given.rows, to.given.seconds, to.given.rounds),
    "start": lambda to: starting.measure(to.stores, to.given.rows, to.given.rounds),
    "static": lambda to: serve_static.measure(to.folder, to.given.seconds, to.given.rounds),
    "import": lambda to: directory.measure_import(to.folder, to.given.members),
    "directory": lambda to: directory.measure(to.stores, to.folder, to.given.members, to.given.seconds),
    "crash": lambda to: crash.measure(to.folder, max(1, to.given.receivers // CRASHED)),
    "soak": lambda to: soak.measure(to.stores, to.folder, to.given.minutes),
}
# These take longer than all the others together.
ONLY_WHEN_NAMED = ("crash", "soak")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Scripts/bench")
    parser.add_argument("lines", nargs="*", metavar="LINE", help=", ".join(LINES))
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--receivers", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    if unknown := set(given.lines) - set(LINES):
        parser.error(f"no such line: {', '.join(sorted(unknown))}; there are {', '.join(LINES)}")
    return given


def main() -> None:
    given = options()
    # As after Ctrl-C: what runs is ended, and what was measured is printed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    # Beside the project, so that the stores are on a disk as in earnest and not in memory.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ARTIFACTS))
    figures: list[Figure] = []
    took: dict[str, float] = {}
    failed: list[str] = []
    try:
        for name in given.lines or [line for line in LINES if line not in ONLY_WHEN_NAMED]:
            print(f"==> {name}", file=sys.stderr, flush=True)
            started = time.monotonic()
            own = folder / name
            own.mkdir()
            try:
                figures += LINES[name](Bench(Stores(folder), own, given))
            except Exception:  # noqa: BLE001 - one line that fails leaves the others their figures
                traceback.print_exc()
                failed.append(name)
            finally:
                shutil.rmtree(own, ignore_errors=True)
                took[name] = round(time.monotonic() - started, 1)
            keep(figures, took, failed, given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        print(table(figures))
    print(f"\n{sum(took.values()):.0f} s: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def keep(figures: list[Figure], took: dict[str, float], failed: list[str], given: argparse.Namespace) -> None:
    kept = {
        "machine": {"processors": os.cpu_count(), "system": platform.platform()},
        "options": vars(given), "seconds": took, "failed": failed, "figures": [vars(figure) for figure in figures]}
    (ARTIFACTS / "bench.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
