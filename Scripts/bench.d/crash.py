"""Sudden death: before and after every commit of a broadcast, and at random moments of a large one.

By mail and text message, with a gateway that recognises keys and with one that does not. Prints what goes wrong.
"""

from __future__ import annotations

import importlib
import random
import shutil
import sys
from pathlib import Path

from figures import Figure

RECEIVERS = 60
KILLS = 200
SEED = 20261121


def measure(folder: Path, receivers: int) -> list[Figure]:
    # Of the peer tests; imported here, so that the other lines do without it.
    crashes = importlib.import_module("crash_boundaries")
    figures: list[Figure] = []
    for knows_keys in (True, False):
        words = f"a gateway that {'recognises' if knows_keys else 'knows no'} keys"
        trial = crashes.CrashTrial(folder / "boundaries", RECEIVERS, knows_keys=knows_keys)
        tally = crashes.Tally(slots=trial.slots)
        for boundary in crashes.at_boundaries(trial):
            tally.add(boundary.tally)
        figures += _figures(f"every commit, {words}", tally)
        shutil.rmtree(folder / "boundaries")

        chance = random.Random(SEED)
        trial = crashes.CrashTrial(folder / "random", receivers, knows_keys=knows_keys)
        moments = [chance.randrange(receivers * 2) for _ in range(KILLS)]
        figures += _figures(f"{receivers:,} receivers, {words}", crashes.at_random(trial, moments))
        shutil.rmtree(folder / "random")
    return figures


def _figures(words: str, tally) -> list[Figure]:
    for problem in tally.problems:
        print(f"crash, {words}: {problem}", file=sys.stderr)
    return [
        Figure("crash", f"{words}: deaths", tally.kills, "deaths"),
        Figure("crash", f"{words}: lost", tally.lost, "messages").at_most(0),
        Figure("crash", f"{words}: twice", tally.twice, "messages").at_most(0),
        Figure("crash", f"{words}: most in doubt after one death", tally.most_unknown, "messages").at_most(tally.slots),
        Figure("crash", f"{words}: in doubt in all", tally.unknown, "messages"),
        Figure("crash", f"{words}: what else is wrong", len(tally.problems), "problems").at_most(0)]
