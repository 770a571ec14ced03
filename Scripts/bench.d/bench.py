"""Runs the lines that were asked for, prints one table and keeps it as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import accept
import broadcast
import deliver
import directory
import page
import serve_static
from figures import Figure, table

ARTIFACTS = Path(os.environ["SWITCHBOARD_HOME"]) / "Tests/.artifacts"
LINES: dict[str, Callable[[Path, argparse.Namespace], list[Figure]]] = {
    "deliver": lambda folder, options: deliver.measure(folder, options.messages),
    "page": lambda folder, options: page.measure(folder, options.rows, options.seconds),
    "static": lambda folder, options: serve_static.measure(folder, options.seconds),
    "import": lambda folder, options: directory.measure_import(folder, options.rows),
    "directory": lambda folder, options: directory.measure(folder, options.rows, options.seconds),
    "broadcast": lambda folder, options: broadcast.measure(folder, options.receivers),
    "accept": lambda folder, options: accept.measure(folder, options.seconds),
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Scripts/bench")
    parser.add_argument("lines", nargs="*", metavar="LINE", help=", ".join(LINES))
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--receivers", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=6)
    given = parser.parse_args()
    if unknown := set(given.lines) - set(LINES):
        parser.error(f"no such line: {', '.join(sorted(unknown))}; there are {', '.join(LINES)}")
    return given


def main() -> None:
    given = options()
    figures: list[Figure] = []
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for name in given.lines or LINES:
        print(f"==> {name}", file=sys.stderr, flush=True)
        # Beside the project, so that the store is on a disk as in earnest and not in memory.
        folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-", dir=ARTIFACTS))
        try:
            figures += LINES[name](folder, given)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(table(figures))
    kept = {
        "machine": {"processors": os.cpu_count(), "system": platform.platform()},
        "figures": [vars(figure) for figure in figures]}
    (ARTIFACTS / "bench.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
