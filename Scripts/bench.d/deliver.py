"""One broadcast of personalised mails from *Publish* to the last outcome, beside smtp-source to the same sink.

Twice in each round: from *Publish* on, writing the messages included; and with all messages waiting, so that what is
timed is claiming, rendering, sending and recording alone.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bulk
from figures import Figure
from mail_servers import MailServer, PostfixSink
from native import LeanSink, Received
from program import Switchboard
from stores import Stores

SIZE = 10_240
CONNECTIONS = 20
SUBJECT = "Ahoy {{member.first_name}}"
GREETING = (
    "<p>Dear {{member.first_name}} {{member.last_name}},</p>\n"
    "<p>as a <b>{{member.tier}}</b> member you row first.</p>\n")
PARAGRAPH = "<p>The boats leave at <b>nine</b>, whatever the weather, from the <i>old</i> harbour.</p>\n"


@dataclass
class Round:
    """Mails a second."""
    source: float
    from_publish: float
    waiting: float
    """Milliseconds from *Publish* to the first mail at the sink."""
    first: float
    lost: int
    twice: int


def measure(stores: Stores, folder: Path, messages: int, rounds: int) -> list[Figure]:
    """To a sink that takes whatever comes as fast as it comes."""
    sink = LeanSink()
    try:
        size, memory, done = _measure(stores, folder, messages, rounds, sink.port, sink.take)
    finally:
        sink.stop()
    words = f"{messages:,} mails of {size:,} bytes"
    return [
        _rate("deliver", f"{words}, from Publish to the last outcome", done, "from_publish").ratio_at_least(1.0),
        _rate("deliver", f"{words}, once they wait", done, "waiting").ratio_at_least(1.0),
        Figure.median("deliver", "the first mail after Publish", "ms", [one.first for one in done]).at_most(300),
        Figure("deliver", "peak memory (VmHWM)", memory, "MB").at_most(64),
        Figure("deliver", "lost, in all rounds", sum(one.lost for one in done), "mails").at_most(0),
        Figure("deliver", "twice, in all rounds", sum(one.twice for one in done), "mails").at_most(0)]


def measure_plain(stores: Stores, folder: Path, messages: int, rounds: int) -> list[Figure]:
    """To Postfix's smtp-sink, told not to offer PIPELINING."""
    sink = PostfixSink(pipelining=False)
    try:
        size, memory, done = _measure(stores, folder, messages, rounds, sink.port, None)
    finally:
        sink.stop()
    words = f"{messages:,} mails of {size:,} bytes"
    return [
        _rate("plain", f"{words}, from Publish to the last outcome", done, "from_publish").ratio_at_least(0.8),
        _rate("plain", f"{words}, once they wait", done, "waiting").ratio_at_least(0.8),
        Figure("plain", "peak memory (VmHWM)", memory, "MB").at_most(64)]


def _rate(line: str, what: str, done: list[Round], name: str) -> Figure:
    return Figure.medians(
        line, what, "mails/s", "smtp-source to the same", [(getattr(one, name), one.source) for one in done])


def _measure(
    stores: Stores, folder: Path, messages: int, rounds: int, port: int, take: Callable[[], Received] | None
) -> tuple[int, float, list[Round]]:
    """The size of a mail, megabytes at the most, and the rounds."""
    switchboard = Switchboard(stores.members(messages, folder / "data"))
    try:
        html, size = _calibrate(switchboard)
        switchboard.start()
        bench = Bench(switchboard, messages, port, take, bulk.add_template(
            switchboard, email={"subject": SUBJECT, "html": html}))
        done = [bench.round() for _ in range(rounds)]
        memory = switchboard.peak_memory_kilobytes / 1024
        checked = switchboard.check()
        assert checked.returncode == 0, checked.stdout
        return size, memory, done
    finally:
        switchboard.kill()


class Bench:
    def __init__(
        self, switchboard: Switchboard, messages: int, port: int, take: Callable[[], Received] | None, template: str
    ) -> None:
        self.switchboard = switchboard
        self.messages = messages
        self.port = port
        self.take = take
        self.template = template
        self.provider = switchboard.add_mail_server(port, max_connections=CONNECTIONS)

    def round(self) -> Round:
        source = self._smtp_source()
        source_seen = self.take() if self.take else None
        assert source_seen is None or source_seen.mails == self.messages, source_seen
        broadcast = self._draft()
        published = time.time()
        broadcast.publish()
        from_publish = self._to_the_end(broadcast, published)
        one = self.take() if self.take else None
        broadcast = self._draft()
        self._enable(False)
        broadcast.publish()
        broadcast.wait("all are written down", broadcast.is_published, self._patience)
        started = time.time()
        self._enable(True)
        waiting = self._to_the_end(broadcast, started)
        two = self.take() if self.take else None
        return Round(
            source, from_publish, waiting, (one.first - published) * 1000 if one else 0.0,
            sum(self.messages - seen.recipients for seen in (one, two) if seen),
            sum(seen.twice for seen in (one, two) if seen))

    def _draft(self) -> bulk.Broadcast:
        broadcast = bulk.Broadcast(self.switchboard, self.template, "email")
        broadcast.add_everybody(self.messages)
        return broadcast

    def _enable(self, enabled: bool) -> None:
        answer = self.switchboard.call("PATCH", f"/api/v1/providers/{self.provider}", json={"enabled": enabled})
        assert answer.status_code == 200, answer.text

    @property
    def _patience(self) -> float:
        return 60 + self.messages / 200

    def _to_the_end(self, broadcast: bulk.Broadcast, started: float) -> float:
        """Mails a second until each has its outcome."""
        broadcast.wait("all are sent", lambda: broadcast.ended() == self.messages, self._patience)
        rate = self.messages / (time.time() - started)
        assert broadcast.sent() == self.messages, broadcast.stats()
        return rate

    def _smtp_source(self) -> float:
        """To recipients of their own each, so that a sink that counts has as much to count."""
        started = time.time()
        subprocess.run(
            ["smtp-source", "-d", "-N", "-s", str(CONNECTIONS), "-l", str(SIZE), "-m", str(self.messages),
             "-f", "hello@example.org", "-t", "member@example.org", f"127.0.0.1:{self.port}"],
            check=True, stdout=subprocess.DEVNULL)
        return self.messages / (time.time() - started)


def _calibrate(switchboard: Switchboard) -> tuple[str, int]:
    """HTML that makes a mail of about `SIZE` bytes, both parts and all headers together, and the size it came to."""
    scale = MailServer()
    switchboard.start()
    provider = switchboard.add_mail_server(scale.port)

    def weigh(html: str, number: int) -> int:
        sent = switchboard.send(
            "member0@example.org", subject=SUBJECT, html=html,
            variables={"member": {"first_name": "Ada", "last_name": "Lovelace", "tier": "silver"}})
        switchboard.wait_for_status(sent["id"], "sent")
        return len(scale.received[number].data)

    none, ten = weigh(GREETING, 0), weigh(GREETING + PARAGRAPH * 10, 1)
    html = GREETING + PARAGRAPH * max(0, round((SIZE - none) / (ten - none) * 10))
    size = weigh(html, 2)
    switchboard.call("PATCH", f"/api/v1/providers/{provider}", json={"enabled": False})
    switchboard.terminate()
    return html, size
