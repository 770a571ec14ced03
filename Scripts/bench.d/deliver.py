"""Messages a second from the store through the loop to Postfix's smtp-sink, beside smtp-source to the same sink."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import filling
from figures import Figure
from forms import Console, Wizard
from mail_servers import MailServer, PostfixSink
from program import Switchboard
from waiting import wait_for

SIZE = 10_240
CONNECTIONS = 20
# What one form may name of the people found; a form has at most a thousand fields.
AT_ONCE = 900
GREETING = (
    "<p>Dear {{member.first_name}} {{member.last_name}},</p>\n"
    "<p>as a <b>{{member.tier}}</b> member you row first.</p>\n")
PARAGRAPH = "<p>The boats leave at <b>nine</b>, whatever the weather, from the <i>old</i> harbour.</p>\n"


def measure(folder: Path, messages: int) -> list[Figure]:
    switchboard = Switchboard(folder / "data").start("--no-delivery")
    try:
        return _measure(switchboard, messages)
    finally:
        switchboard.kill()


def _measure(switchboard: Switchboard, messages: int) -> list[Figure]:
    email = switchboard.add_user()
    switchboard.terminate()
    members = filling.add_members(switchboard.data, messages)
    html, size = _calibrate(switchboard, members[0], email)
    sink = PostfixSink()
    try:
        switchboard.start("--no-delivery")
        switchboard.add_mail_server(sink.port, max_connections=CONNECTIONS)
        _accept(switchboard, members, html)
        switchboard.terminate()

        already = switchboard_total(switchboard)
        theirs = _smtp_source(sink.port, messages)
        started = time.monotonic()
        switchboard.start()
        wait_for(
            "all are sent", lambda: switchboard.counts()["sent"] >= messages + already, max(60, messages / 20))
        ours = messages / (time.monotonic() - started)
        memory = switchboard.peak_memory_kilobytes / 1024
        checked = switchboard.check()
        assert checked.returncode == 0, checked.stdout
    finally:
        sink.stop()
    return [
        Figure.compared(
            "deliver", f"{messages:,} personalised mails of {size:,} bytes, {CONNECTIONS} connections", ours,
            "messages/s", "smtp-source", theirs),
        Figure("deliver", "peak memory meanwhile (VmHWM)", memory, "MB")]


def switchboard_total(switchboard: Switchboard) -> int:
    """What was sent before: the mail that was weighed."""
    switchboard.start("--no-delivery")
    sent = switchboard.counts()["sent"]
    switchboard.terminate()
    return sent


def _calibrate(switchboard: Switchboard, member: int, email: str) -> tuple[str, int]:
    """HTML that makes a mail of about `SIZE` bytes, both parts and all headers together, and the size it came to."""
    scale = MailServer()
    switchboard.start()
    switchboard.add_mail_server(scale.port)
    wizard = Wizard(Console(switchboard).sign_in(email))

    def weigh(html: str, number: int) -> int:
        draft = _write(wizard, html, [member])
        wizard.send(draft)
        wait_for("the mail was weighed", lambda: len(scale.received) > number)
        return len(scale.received[number].data)

    none, ten = weigh(GREETING, 0), weigh(GREETING + PARAGRAPH * 10, 1)
    html = GREETING + PARAGRAPH * max(0, round((SIZE - none) / (ten - none) * 10))
    size = weigh(html, 2)
    wait_for("the outcome is written down", lambda: switchboard.counts()["sent"] == 3)
    switchboard.terminate()
    return html, size


def _write(wizard: Wizard, html: str, members: list[int]) -> str:
    draft = wizard.begin("email")
    wizard.write(draft, name="Bench", email_subject="Ahoy {{member.first_name}}", email_html=html)
    form = wizard.console.page(draft + "/recipients").form("/recipients/search")
    for start in range(0, len(members), AT_ONCE):
        some = [str(member) for member in members[start:start + AT_ONCE]]
        answer = wizard.console.submit(form, entity=some)
        assert answer.status_code == 303, answer.status_code
    return draft


def _accept(switchboard: Switchboard, members: list[int], html: str) -> None:
    """One broadcast to all of them, in the wizard; nothing is delivered yet."""
    wizard = Wizard(Console(switchboard).sign_in("ada@example.org"))
    answer = wizard.send(_write(wizard, html, members))
    assert answer.status_code == 303, answer.status_code


def _smtp_source(port: int, messages: int) -> float:
    started = time.monotonic()
    subprocess.run(
        ["smtp-source", "-d", "-s", str(CONNECTIONS), "-l", str(SIZE), "-m", str(messages), "-f", "hello@example.org",
         "-t", "member@example.org", f"127.0.0.1:{port}"], check=True, stdout=subprocess.DEVNULL)
    return messages / (time.monotonic() - started)
