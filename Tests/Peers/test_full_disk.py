"""A disk that is full: calls are refused in plain words, nothing is half written, and it goes on when there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from forms import Console, Page, Wizard
from mail_servers import CountingSink
from program import Switchboard, message
from waiting import wait_for

SIZE = "48m"


class SmallDisk:
    """A folder on a file system of its own, which can be filled to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"

    def fill(self) -> None:
        with open(self.ballast, "ab", buffering=0) as ballast:
            for size in (1 << 20, 4096, 512):
                try:
                    while ballast.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def make_room(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "switchboard-peers", str(folder)], capture_output=True,
        text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def sink() -> CountingSink:
    return CountingSink()


@pytest.fixture
def switchboard(disk: SmallDisk, sink: CountingSink, tmp_path: Path) -> Iterator[Switchboard]:
    switchboard = Switchboard(disk.folder / "data")
    switchboard.errors = tmp_path / "stderr"
    switchboard.start()
    switchboard.add_mail_server(sink.port)
    yield switchboard
    switchboard.kill()


def fill_until_refused(switchboard: Switchboard, disk: SmallDisk, accepted: list[str]) -> requests.Response:
    """The store has some room of its own left in files it already holds; it is used up first."""
    disk.fill()
    for number in range(2000):
        address = f"late{number}@example.org"
        answer = switchboard.call("POST", "/api/v1/messages", json=message(address, html="<p>x</p>" * 2000))
        if answer.status_code != 202:
            return answer
        accepted.append(address)
        disk.fill()
    raise AssertionError("two thousand messages fit on a full disk")


def test_a_full_disk_refuses_in_plain_words_and_loses_nothing(
    switchboard: Switchboard, disk: SmallDisk, sink: CountingSink
) -> None:
    console = Console(switchboard).sign_in(switchboard.add_user())
    wizard = Wizard(console)
    draft = wizard.begin("email")
    wizard.write(draft, name="Kept", email_subject="Kept", email_html="<p>Kept.</p>")
    accepted = ["early@example.org"]
    switchboard.send(accepted[0])
    assert sink.wait_for_total(1)

    refused = fill_until_refused(switchboard, disk, accepted)
    assert refused.status_code in (503, 507), refused.text
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert "disk" in refused.json()["title"].lower() or "store" in refused.json()["title"].lower()
    for _ in range(5):
        again = switchboard.call("POST", "/api/v1/messages", json=message("never@example.org", html="<p>x</p>" * 2000))
        assert again.status_code in (503, 507)
    page = wizard.write(draft, name="Lost", email_subject="Lost", email_html="<p>Lost.</p>" * 2000)
    assert page.status_code in (503, 507)
    assert "Nothing was changed" in Page(page).text
    assert switchboard.is_healthy(), "alive"
    ready = requests.get(switchboard.url + "/readyz", timeout=30)
    assert ready.status_code == 503 and "not writable" in ready.text
    assert console.page("/app/communications/send-logs").status == 200, "what is there can still be read"

    disk.make_room()
    wait_for("it is ready again", lambda: requests.get(switchboard.url + "/readyz", timeout=30).status_code == 200)
    switchboard.send("after@example.org")
    accepted.append("after@example.org")
    wait_for("all have ended", lambda: switchboard.ended() == len(accepted), 60)
    shown = list(switchboard.messages())
    assert sorted(one["to"]["email"] for one in shown) == sorted(accepted), "what was accepted, and nothing else"
    assert {one["status"] for one in shown} == {"sent"}
    assert sorted(sink.recipients) == sorted(accepted) and not sink.twice
    assert console.page(draft + "/message").form("/message")["email_subject"] == "Kept"
    checked = switchboard.check()
    assert checked.returncode == 0, checked.stdout


def test_answers_that_come_while_the_disk_is_full_are_recorded_afterwards(
    switchboard: Switchboard, disk: SmallDisk, sink: CountingSink
) -> None:
    sink.hold()
    accepted = [f"flying{number}@example.org" for number in range(4)]
    for address in accepted:
        switchboard.send(address)
    assert sink.wait_for_total(1)
    wait_for("all are on their way", lambda: switchboard.counts()["sending"] == 4)
    fill_until_refused(switchboard, disk, accepted)
    sink.release()
    wait_for("the loop has noticed", lambda: "delivery waits for the store" in switchboard.log())
    disk.make_room()
    wait_for("all have ended", lambda: switchboard.ended() == len(accepted), 60)
    assert switchboard.counts()["sent"] == len(accepted)
    assert not sink.twice and sorted(sink.recipients) == sorted(accepted)
    assert switchboard.check().returncode == 0


def test_a_death_on_a_full_disk_is_survived(switchboard: Switchboard, disk: SmallDisk, sink: CountingSink) -> None:
    accepted = ["early@example.org"]
    switchboard.send(accepted[0])
    assert sink.wait_for_total(1)
    fill_until_refused(switchboard, disk, accepted)
    switchboard.kill()
    disk.make_room()
    switchboard.start()
    wait_for("all have ended", lambda: switchboard.ended() == len(accepted), 60)
    shown = {one["to"]["email"]: one["status"] for one in switchboard.messages()}
    assert sorted(shown) == sorted(accepted)
    assert set(shown.values()) <= {"sent", "unknown"}
    assert not sink.twice
    assert switchboard.check().returncode == 0
