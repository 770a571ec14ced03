"""Loss of power: of what the program wrote, only what it had synced is there afterwards.

SIGKILL leaves every write to the kernel, which does not die. Here a small library in the program keeps what each sync put
on the disk, and a cut sets the data folder back to that.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from program import Switchboard

SOURCE = Path(__file__).with_name("power.c")


def library(folder: Path) -> Path:
    """Compiled with what compiles the program's own C."""
    target = folder / "power.so"
    if not target.exists():
        compiler = shutil.which("clang") or shutil.which("cc")
        assert compiler, "there is no C compiler"
        made = subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", target, SOURCE, "-ldl"], capture_output=True, text=True,
            check=False)
        assert made.returncode == 0, made.stderr
    return target


class MainsSupply:
    """What a program's data folder is plugged into. Begin before anything is in the folder."""

    def __init__(self, switchboard: Switchboard, folder: Path) -> None:
        self.switchboard = switchboard
        self.kept = folder / "kept"
        self.kept.mkdir(parents=True)
        switchboard.environment = {
            "LD_PRELOAD": str(library(folder)), "POWER_FOLDER": str(switchboard.data.resolve()),
            "POWER_KEPT": str(self.kept)}

    def cut(self) -> None:
        """The program is gone, and so is what it had not synced. Names of files stay, as a journalled file system keeps
        them; what they hold does not."""
        self.switchboard.kill()
        for path in self.switchboard.data.iterdir():
            if path.is_dir():
                continue
            if path.name.endswith("-shm"):
                # Only ever in memory.
                path.unlink()
                continue
            kept = self.kept / path.name
            path.write_bytes(kept.read_bytes() if kept.exists() else b"")
