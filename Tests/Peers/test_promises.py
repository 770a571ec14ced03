"""Every promise of the guide has a test that shows it, and every test it names is there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PROMISES = HOME / "Tests/Promises/promises.txt"
PERMISSIONS = HOME / "Sources/Messaging/Access/Permission.swift"


@dataclass
class Promise:
    section: str
    words: str
    tests: list[str] = field(default_factory=list)


def read(text: str) -> list[Promise]:
    promises: list[Promise] = []
    section = ""
    for line in text.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("- "):
            promises.append(Promise(section, line[2:]))
        elif line.startswith("  "):
            promises[-1].tests.append(line.strip())
        else:
            assert not line or line.startswith("# "), f"not a promise: {line}"
    return promises


ALL = read(PROMISES.read_text(encoding="utf-8"))


def is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    file = HOME / path
    if not file.is_file():
        return False
    text = file.read_text(encoding="utf-8")
    if path.endswith(".py"):
        return re.search(rf"^def {re.escape(name)}\(", text, re.MULTILINE) is not None
    return re.search(rf'@Test\(\s*"{re.escape(name)}"', text) is not None


@pytest.mark.parametrize("promise", ALL, ids=lambda promise: promise.words)
def test_a_promise_has_tests_that_are_there(promise: Promise) -> None:
    assert promise.tests, f"{promise.section}: nothing shows “{promise.words}”"
    assert [test for test in promise.tests if not is_there(test)] == []


def test_the_permissions_that_are_promised_are_the_programs() -> None:
    named = {name for promise in ALL for name in re.findall(r"`([\w:]+)`", promise.words)}
    known = set(re.findall(r'= "([\w:]+)"', PERMISSIONS.read_text(encoding="utf-8")))
    assert len(named) >= 11
    assert named - known == set()
