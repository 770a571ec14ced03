"""Waiting for something to become true, never for time to pass."""

from __future__ import annotations

import time
from typing import Callable, TypeVar

Result = TypeVar("Result")

# Between two looks. Short enough not to be felt, long enough not to keep a core busy that the program needs.
PAUSE = 0.02


def wait_for(what: str, look: Callable[[], Result], seconds: float = 30.0) -> Result:
    """The first truthy answer of `look`. Fails, naming `what` and the last answer, when none came within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}; last seen: {answer!r}")
        time.sleep(PAUSE)
