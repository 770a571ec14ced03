"""Stores full of made-up rows, made once a run for all lines that want one of the same size."""

from __future__ import annotations

import shutil
from pathlib import Path

import filling
from program import Switchboard

EMAIL = "ada@example.org"


class Stores:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def log(self, messages: int) -> Path:
        """A data folder with a log of so many messages. Lines share it: they only read."""
        return self._make(f"log-{messages}", lambda data: filling.add_messages(data, messages))

    def members(self, count: int, data: Path) -> Path:
        """A copy in `data` of a folder with so many members, each with an address and a number; the line's own."""
        made = self._make(f"members-{count}", lambda data: filling.add_members(data, count, mobile=True))
        shutil.copytree(made, data)
        return data

    def _make(self, name: str, fill) -> Path:
        data = self.folder / name
        if not data.exists():
            making = self.folder / f"{name}.making"
            switchboard = Switchboard(making).start("--no-delivery")
            try:
                switchboard.add_user(EMAIL)
                switchboard.terminate()
            finally:
                switchboard.kill()
            fill(making)
            making.rename(data)
        return data
