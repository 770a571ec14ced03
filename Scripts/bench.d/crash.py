"""Sudden death at every commit of the road from accept to outcome: what was lost, sent twice, left in doubt."""

from __future__ import annotations

import subprocess
import sys

from figures import Figure
from program import HOME

PROGRAM = HOME / "Tests/Peers/crash_boundaries.py"


def measure() -> list[Figure]:
    assert PROGRAM.exists(), f"{PROGRAM.relative_to(HOME)} is not there"
    ended = subprocess.run([sys.executable, PROGRAM], stdout=sys.stderr, check=False)
    return [Figure("crash", "deaths at every commit: the program's own verdict, 0 is well", ended.returncode, "").at_most(0)]
