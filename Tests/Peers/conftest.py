"""What the peer tests share: a program with a fresh data folder each, ended with the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from program import BINARY, Switchboard


def pytest_sessionstart(session: pytest.Session) -> None:
    if not os.access(BINARY, os.X_OK):
        pytest.exit(f"there is no program at {BINARY}; build it, or name it in SWITCHBOARD_BINARY", returncode=2)


@pytest.fixture
def make_switchboard(tmp_path: Path) -> Iterator[Callable[..., Switchboard]]:
    """Makes programs that are not started yet; those still running at the end are killed."""
    made: list[Switchboard] = []

    def make(name: str = "data") -> Switchboard:
        made.append(Switchboard(tmp_path / name))
        return made[-1]

    yield make
    for switchboard in made:
        switchboard.kill()


@pytest.fixture
def switchboard(make_switchboard: Callable[..., Switchboard]) -> Switchboard:
    """A running program with an empty store."""
    return make_switchboard().start()


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def shared_switchboard(shared_folder: Path) -> Iterator[Switchboard]:
    """One running program for all tests of a file that do not change what the others rely on."""
    switchboard = Switchboard(shared_folder / "data").start()
    yield switchboard
    switchboard.kill()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """A test that failed shows what the program last logged."""
    if call.when != "call" or call.excinfo is None or call.excinfo.errisinstance(pytest.skip.Exception):
        return
    for value in getattr(item, "funcargs", {}).values():
        if isinstance(value, Switchboard):
            item.add_report_section("call", "the program's log", value.log()[-4000:])
            return
