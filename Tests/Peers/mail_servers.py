"""Mail servers that this project did not write, aiosmtpd and Postfix's smtp-sink, and a small one that only counts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from waiting import wait_for


@dataclass
class ReceivedMail:
    sender: str
    recipients: list[str]
    data: bytes
    mail_options: list[str]
    is_encrypted: bool
    login: str | None

    @property
    def parsed(self) -> EmailMessage:
        mail = BytesParser(policy=policy.default).parsebytes(self.data)
        assert isinstance(mail, EmailMessage)
        return mail

    @property
    def message_id(self) -> str:
        return str(self.parsed["Message-ID"])

    def part(self, kind: str) -> str:
        """The text of the `plain` or `html` part, with the line ends of the mail."""
        body = self.parsed.get_body(preferencelist=(kind,))
        assert body is not None, f"the mail has no {kind} part"
        payload = body.get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload.decode(body.get_content_charset() or "ascii")


class LoopThread:
    """An asyncio loop on a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def do(self, work: Coroutine) -> object:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


class MailServer:
    """aiosmtpd. Takes everything, unless told otherwise for a recipient."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, users: dict[str, str] | None = None, smtputf8: bool = True
    ) -> None:
        self.received: list[ReceivedMail] = []
        self.recipient_answers: dict[str, list[str]] = {}
        self.data_answers: dict[str, list[str]] = {}
        self.logins: list[tuple[str, bool]] = []
        self.users = users or {}
        self._thread = LoopThread()

        def make() -> SMTP:
            return SMTP(
                self, hostname="peer.example.org", enable_SMTPUTF8=smtputf8, tls_context=tls,
                require_starttls=tls is not None, auth_required=bool(users), auth_require_tls=tls is not None,
                authenticator=self._authenticate if users else None, loop=self._thread.loop)

        async def listen() -> asyncio.Server:
            return await self._thread.loop.create_server(make, "127.0.0.1", 0)

        server = self._thread.do(listen())
        assert isinstance(server, asyncio.Server)
        self.port: int = server.sockets[0].getsockname()[1]

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        login, password = data.login.decode(), data.password.decode()
        is_right = self.users.get(login) == password
        self.logins.append((login, is_right))
        # Not "handled": aiosmtpd then gives the 235 or 535 itself.
        return AuthResult(success=is_right, handled=False, auth_data=login)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answers := self.recipient_answers.get(address):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        data = envelope.original_content or b""
        self.received.append(
            ReceivedMail(
                str(envelope.mail_from), list(map(str, envelope.rcpt_tos)), data, list(envelope.mail_options),
                session.ssl is not None, session.auth_data if session.authenticated else None))
        answers = self.data_answers.get(str(envelope.rcpt_tos[0]), [])
        return answers.pop(0) if answers else f"250 2.0.0 Ok: queued as P{len(self.received)}"

    def mails_to(self, address: str) -> list[ReceivedMail]:
        return [mail for mail in self.received if address in mail.recipients]

    def wait_for_mail(self, address: str, count: int = 1, seconds: float = 30.0) -> ReceivedMail:
        mails = wait_for(
            f"{count} mails to {address}",
            lambda: found if len(found := self.mails_to(address)) >= count else None, seconds)
        return mails[count - 1]


class CountingSink:
    """A lean SMTP server with PIPELINING that remembers who was written to, the moment a mail has ended.

    `delay` is how long it thinks about each mail, so that the lines stay full; held, it takes mails and answers none.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self._changed = threading.Condition()
        self.forget()
        self._thread = LoopThread()
        self._open = self._thread.do(self._gate())
        server = self._thread.do(self._listen())
        assert isinstance(server, asyncio.Server)
        self.port: int = server.sockets[0].getsockname()[1]

    def forget(self) -> None:
        with self._changed:
            self.recipients: Counter[str] = Counter()
            self.total = 0

    async def _gate(self) -> asyncio.Event:
        event = asyncio.Event()
        event.set()
        return event

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=4 << 20)

    def hold(self) -> None:
        assert isinstance(self._open, asyncio.Event)
        self._thread.loop.call_soon_threadsafe(self._open.clear)

    def release(self) -> None:
        assert isinstance(self._open, asyncio.Event)
        self._thread.loop.call_soon_threadsafe(self._open.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(self._open, asyncio.Event)
        writer.write(b"220 sink.example.org ESMTP\r\n")
        recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-sink.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif verb == b"RCPT":
                found = re.search(rb"<([^>]*)>", line)
                recipient = found.group(1).decode() if found else ""
                writer.write(b"250 2.1.5 Ok\r\n")
            elif verb == b"DATA":
                writer.write(b"354 Go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self._note(recipient)
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._open.wait()
                writer.write(f"250 2.0.0 Ok: queued as S{self.total}\r\n".encode())
            elif verb == b"QUIT":
                writer.write(b"221 Bye\r\n")
                return
            else:
                writer.write(b"250 2.0.0 Ok\r\n")
            await writer.drain()

    def _note(self, recipient: str) -> None:
        with self._changed:
            self.recipients[recipient] += 1
            self.total += 1
            self._changed.notify_all()

    def wait_for_total(self, number: int, seconds: float = 60.0) -> bool:
        """True as soon as that many mails have ended; false when time is up first."""
        with self._changed:
            return self._changed.wait_for(lambda: self.total >= number, seconds)

    @property
    def twice(self) -> list[str]:
        return [address for address, count in self.recipients.items() if count > 1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostfixSink:
    """Postfix's smtp-sink. With `dump` each mail becomes a file of that folder."""

    def __init__(self, dump: Path | None = None, pipelining: bool = True) -> None:
        program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        assert program, "smtp-sink is missing; Debian has it in the package postfix"
        self.port = free_port()
        self.dump = dump
        # As root it refuses to run unless it may become somebody else.
        command = [program, "-u", "nobody"] if os.geteuid() == 0 else [program]
        if not pipelining:
            command.append("-p")
        if dump:
            dump.mkdir(parents=True, exist_ok=True)
            dump.chmod(0o777)
            command += ["-d", "mail."]
        command += [f"127.0.0.1:{self.port}", "1000"]
        self.process = subprocess.Popen(command, cwd=dump, stdout=subprocess.DEVNULL)
        wait_for("smtp-sink listens", self._listens, 10)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def recipients(self) -> Counter[str]:
        """Who was written to, from the envelope that smtp-sink notes above each mail."""
        assert self.dump
        found: Counter[str] = Counter()
        for path in self.dump.glob("mail.*"):
            addresses = re.findall(rb"^X-Rcpt-Args: <([^>]*)>", path.read_bytes(), re.MULTILINE)
            found.update(address.decode() for address in addresses)
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
