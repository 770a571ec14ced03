"""A broadcast by mail and text message whose program dies at a chosen commit, or at random moments, and what is left.

The counts: `lost` receivers that nobody wrote to although the log says so, or that never ended; `twice` receivers that
were written to a second time; `unknown` messages the log says nobody can tell about; `slots`, how many may be so a kill.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests

from gateways import RecordingGateway
from mail_servers import CountingSink
from program import Switchboard
from waiting import wait_for

MAIL_CONNECTIONS = 2
GATEWAY_CONNECTIONS = 4
# About four hand-offs a line to a mail server, so that the store stays ahead of the wire; one a request.
SLOTS_PER_LINE = 4


@dataclass
class Counters:
    """Whom the two recorders saw, and how patient they are."""

    mails: CountingSink
    texts: RecordingGateway

    def forget(self) -> None:
        self.mails.forget()
        self.texts.forget()

    @property
    def total(self) -> int:
        return self.mails.total + self.texts.total


@dataclass
class Tally:
    kills: int = 0
    lost: int = 0
    twice: int = 0
    unknown: int = 0
    # Requests sent again under a key that the gateway knew already.
    repeated: int = 0
    # Most in doubt after one kill, and how many may be.
    most_unknown: int = 0
    slots: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name in ("kills", "lost", "twice", "unknown", "repeated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.most_unknown = max(self.most_unknown, other.most_unknown)
        self.slots = max(self.slots, other.slots)
        self.problems += other.problems

    @property
    def is_well(self) -> bool:
        return not self.problems and self.lost == 0 and self.twice == 0 and self.most_unknown <= self.slots

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, lost {self.lost}, twice {self.twice}, unknown {self.unknown} "
            f"(at most {self.most_unknown} of {self.slots} slots a kill), repeated under their key {self.repeated}")


def mail_address(number: int) -> str:
    return f"m{number}@example.org"


def phone_number(number: int) -> str:
    return f"+2782{1_000_000 + number}"


class CrashTrial:
    """One data folder with a broadcast to `receivers` by email and SMS, written and not published yet."""

    def __init__(
        self, folder: Path, receivers: int, *, knows_keys: bool, delay: float = 0.0,
        mail_connections: int = MAIL_CONNECTIONS, gateway_connections: int = GATEWAY_CONNECTIONS,
    ) -> None:
        self.receivers = receivers
        self.knows_keys = knows_keys
        self.folder = folder
        self.counters = Counters(CountingSink(delay=delay), RecordingGateway(knows_keys=knows_keys, delay=delay))
        self.mail_slots = mail_connections * SLOTS_PER_LINE
        self.gateway_slots = gateway_connections
        self.patience = 60 + receivers / 50
        folder.mkdir(parents=True, exist_ok=True)
        self.written = Switchboard(folder / "written")
        self._write(mail_connections, gateway_connections)

    @property
    def slots(self) -> int:
        return self.mail_slots + (0 if self.knows_keys else self.gateway_slots)

    @property
    def planned(self) -> int:
        return self.receivers * 2

    def _write(self, mail_connections: int, gateway_connections: int) -> None:
        switchboard = self.written.start()
        members = self.folder / "members.csv"
        with open(members, "w", encoding="utf-8") as out:
            out.write("external_id,first_name,last_name,email,mobile\n")
            for number in range(self.receivers):
                out.write(f"m-{number},Ada {number},Lovelace,{mail_address(number)},{phone_number(number)}\n")
        imported = switchboard.run("import", "members", str(members))
        assert imported.returncode == 0, imported.stderr
        switchboard.add_mail_server(self.counters.mails.port, max_connections=mail_connections)
        switchboard.add_gateway(
            self.counters.texts.port, max_connections=gateway_connections, recognises_keys=self.knows_keys)
        self.broadcast = draft(switchboard)
        path = f"/api/v1/broadcasts/{self.broadcast}/receivers"
        answer = switchboard.call("POST", path, json={"search": {"kind": "member", "filters": []}})
        assert answer.status_code in (200, 202), answer.text
        wait_for("everybody is added", lambda: stats(switchboard, self.broadcast)["adding"] is None, self.patience)
        assert stats(switchboard, self.broadcast)["receivers"] == self.receivers
        assert switchboard.terminate() == 0

    def copy(self, name: str) -> Switchboard:
        """A program that is not started yet, on a folder of its own."""
        switchboard = Switchboard(self.folder / name)
        shutil.copytree(self.written.data, switchboard.data)
        switchboard._token = self.written.token
        self.counters.forget()
        return switchboard

    def publish(self, switchboard: Switchboard) -> None:
        if stats(switchboard, self.broadcast)["status"] == "draft":
            answer = switchboard.call("POST", f"/api/v1/broadcasts/{self.broadcast}/publish")
            assert answer.status_code < 300, answer.text

    def finish(self, switchboard: Switchboard) -> None:
        self.publish(switchboard)
        wait_for("all have ended", lambda: switchboard.ended() == self.planned, self.patience)

    def audit(self, switchboard: Switchboard, tally: Tally) -> Tally:
        """Holds what the log says against what the recorders saw."""
        states: dict[str, str] = {}
        for message in switchboard.messages():
            address = message["to"].get("email") or message["to"]["mobile"]
            if address in states:
                tally.problems.append(f"two messages to {address}")
            states[address] = message["status"]
        mails, texts = self.counters.mails, self.counters.texts
        for number in range(self.receivers):
            for address, seen in (
                (mail_address(number), mails.recipients), (phone_number(number), texts.deliveries)):
                status = states.get(address)
                if status not in ("sent", "unknown") or (status == "sent" and not seen[address]):
                    tally.lost += 1
                    tally.problems.append(f"{address} is {status}, written to {seen[address]} times")
                if status == "unknown" and self.knows_keys and address.startswith("+"):
                    tally.problems.append(f"{address} is unknown although its gateway recognises keys")
        tally.twice += len(mails.twice) + len(texts.twice)
        tally.problems += [f"{address} was written to twice" for address in mails.twice + texts.twice]
        tally.unknown += list(states.values()).count("unknown")
        tally.repeated += texts.repeated
        if not self.knows_keys and texts.repeated:
            tally.problems.append(f"{texts.repeated} requests repeated to a gateway that recognises no keys")
        self.note_books(switchboard, tally)
        return tally

    def note_books(self, switchboard: Switchboard, tally: Tally) -> None:
        checked = switchboard.check()
        if "ok   the books balance" not in checked.stdout or checked.returncode != 0:
            tally.problems.append("check: " + checked.stdout + checked.stderr)


def draft(switchboard: Switchboard) -> str:
    template = switchboard.call(
        "POST", "/api/v1/templates", json={
            "name": "Regatta", "email": {"subject": "Hi {{first_name}}", "html": "<p>Ahoy {{member.first_name}}.</p>"},
            "sms": {"text": "Ahoy {{first_name}}"}})
    assert template.status_code == 201, template.text
    made = switchboard.call(
        "POST", "/api/v1/broadcasts", json={
            "name": "Crash", "template_id": template.json()["id"], "delivery_channels": ["email", "sms"]})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def stats(switchboard: Switchboard, broadcast: str) -> dict:
    answer = switchboard.call("GET", f"/api/v1/broadcasts/{broadcast}/stats")
    assert answer.status_code == 200, answer.text
    return answer.json()


# Every write boundary.


@dataclass
class Boundary:
    when: str
    number: int
    died: bool
    tally: Tally


def die_at(trial: CrashTrial, when: str, number: int) -> Boundary:
    """Publishes with a program that dies at that commit, starts it again, and lets it finish."""
    switchboard = trial.copy(f"{when}-{number}")
    tally = Tally(slots=trial.slots)
    try:
        died = _live_until_death(trial, switchboard, f"{when}:{number}")
        tally.kills += int(died)
        trial.note_books(switchboard, tally)
        switchboard.start()
        tally.most_unknown = switchboard.counts()["unknown"]
        trial.note_books(switchboard, tally)
        trial.finish(switchboard)
        trial.audit(switchboard, tally)
        if not died and tally.unknown:
            tally.problems.append("nobody died, and something is unknown")
    finally:
        switchboard.kill()
        shutil.rmtree(switchboard.data, ignore_errors=True)
    return Boundary(when, number, died, tally)


def _live_until_death(trial: CrashTrial, switchboard: Switchboard, moment: str) -> bool:
    """False when it ended its work before that commit came."""
    try:
        switchboard.start("--die-at-commit", moment)
        trial.finish(switchboard)
        switchboard.kill()
        return False
    except (AssertionError, requests.RequestException):
        assert switchboard.process
        code = switchboard.process.wait(timeout=30)
        if code != -9:
            raise
        return True


def at_boundaries(trial: CrashTrial, numbers: Iterable[int] | None = None) -> Iterator[Boundary]:
    """Dies before and after each of these commits; of all there are when none are named."""
    if numbers is not None:
        for number in numbers:
            for when in ("before", "after"):
                yield die_at(trial, when, number)
        return
    for when in ("before", "after"):
        number = 1
        while True:
            boundary = die_at(trial, when, number)
            if not boundary.died:
                break
            yield boundary
            number += 1


# Random moments.


def at_random(trial: CrashTrial, moments: list[int]) -> Tally:
    """Kills when that many messages, in all, have reached the recorders."""
    switchboard = trial.copy("random")
    tally = Tally(slots=trial.slots)
    known = 0
    try:
        for moment in sorted(moments):
            known = _look(trial, switchboard, tally, known)
            seconds = trial.patience
            wait_for("delivery goes on", lambda: trial.counters.total >= moment or all_ended(switchboard), seconds)
            switchboard.kill()
            tally.kills += 1
        known = _look(trial, switchboard, tally, known)
        trial.finish(switchboard)
        trial.audit(switchboard, tally)
    finally:
        switchboard.kill()
        shutil.rmtree(switchboard.data, ignore_errors=True)
    return tally


def all_ended(switchboard: Switchboard) -> bool:
    counts = switchboard.counts()
    return sum(counts.values()) > 0 and counts["pending"] + counts["sending"] == 0


def _look(trial: CrashTrial, switchboard: Switchboard, tally: Tally, known: int) -> int:
    switchboard.start()
    trial.publish(switchboard)
    unknown = switchboard.counts()["unknown"]
    tally.most_unknown = max(tally.most_unknown, unknown - known)
    trial.note_books(switchboard, tally)
    return unknown


def main() -> None:
    """All boundaries, to the terminal."""
    import sys
    import tempfile

    receivers = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    for knows_keys in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            trial = CrashTrial(Path(folder), receivers, knows_keys=knows_keys)
            total = Tally(slots=trial.slots)
            for boundary in at_boundaries(trial):
                total.add(boundary.tally)
                for problem in boundary.tally.problems:
                    print(f"{boundary.when} {boundary.number}: {problem}")
            print(f"gateway that {'recognises' if knows_keys else 'knows no'} keys: {total}")


if __name__ == "__main__":
    main()
