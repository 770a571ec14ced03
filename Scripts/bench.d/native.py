"""The small C programs that the bench compares with or sends to; compiled when they are needed."""

from __future__ import annotations

import json
import signal
import subprocess
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from program import HOME

SOURCES = Path(__file__).parent
BINARIES = HOME / "Tests/.artifacts/bin"


def compiled(name: str, *libraries: str) -> Path:
    source, binary = SOURCES / f"{name}.c", BINARIES / name
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        BINARIES.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            ["cc", "-O2", "-o", binary, source, *(f"-l{library}" for library in libraries)],
            capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
    return binary


@dataclass
class Received:
    mails: int
    recipients: int
    twice: int
    bytes: int
    """Seconds since 1970."""
    first: float
    last: float


class LeanSink:
    """An SMTP server that costs next to nothing, so that what is measured is who sends to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([compiled("sink")], stdout=subprocess.PIPE, text=True)
        self.port = int(self._line())

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the sink ended by itself"
        return line

    def take(self) -> Received:
        """What came since the last time."""
        self.process.send_signal(signal.SIGUSR1)
        return Received(**json.loads(self._line()))

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate()


def raw_inserts(store: Path, target: Path, rows_a_commit: int, *tables: str) -> dict:
    """How long SQLite itself takes for the rows of these tables of a store that nobody serves."""
    ended = subprocess.run(
        [compiled("raw_inserts", "sqlite3"), store, target, str(rows_a_commit), *tables],
        capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    for path in target.parent.glob(target.name + "*"):
        path.unlink()
    return json.loads(ended.stdout)


def settle(store: Path) -> None:
    """Moves what the write-ahead log holds into the store, so that whoever comes next starts with a small one."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
