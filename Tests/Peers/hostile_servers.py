"""Mail servers that lie, drop, ramble and keep silent: each a function that holds one conversation."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable


class Gone(Exception):
    """The other side hung up."""


class Line:
    """The server's end of one connection."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self._bytes = connection.makefile("rb")

    def say(self, text: str) -> None:
        try:
            self.socket.sendall(text.encode() + b"\r\n")
        except OSError:
            raise Gone from None

    def say_raw(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError:
            raise Gone from None

    def hear(self) -> str:
        try:
            line = self._bytes.readline()
        except OSError:
            raise Gone from None
        if not line:
            raise Gone
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        self.server.heard.append(text)
        return text

    def hear_bytes(self, count: int) -> bytes:
        return self._bytes.read(count)

    def hear_body(self) -> bytes:
        """Up to the line of one dot."""
        lines: list[bytes] = []
        while (line := self._bytes.readline()) != b".\r\n":
            if not line:
                raise Gone
            lines.append(line)
        return b"".join(lines)

    def hang_up(self) -> None:
        """At once, with a reset: what was not read is thrown away."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._bytes.close()
        self.socket.close()
        raise Gone

    # The polite parts.

    def greet(self, *extensions: str) -> None:
        self.say("220 hostile.example.org ESMTP")
        self.hear()
        words = ["hostile.example.org", *extensions]
        self.say_raw(b"".join(f"250-{word}\r\n".encode() for word in words) + b"250 HELP\r\n")

    def hear_envelope(self) -> str:
        """MAIL, RCPT and DATA, the last of which is still to be answered."""
        while not self.hear().upper().startswith("MAIL"):
            self.say("250 2.0.0 Ok")
        self.say("250 2.1.0 Ok")
        recipient = self.hear()
        self.say("250 2.1.5 Ok")
        self.hear()
        return recipient

    def take_mail(self, answer: str = "250 2.0.0 Ok: queued") -> None:
        recipient = self.hear_envelope()
        self.say("354 Go on")
        self.server.take(recipient, self.hear_body())
        self.say(answer)

    def be_polite(self) -> None:
        self.greet()
        while True:
            self.take_mail()


Behaviour = Callable[[Line], None]


class Server:
    """Holds each connection's conversation on a thread. The last behaviour serves all further connections too."""

    def __init__(self, *behaviours: Behaviour, port: int = 0, narrow: bool = False) -> None:
        self.behaviours = list(behaviours)
        self.heard: list[str] = []
        self.mails: list[tuple[str, bytes]] = []
        self.connections = 0
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if narrow:
            # Small segments and a small window: the kernels between take kilobytes, not megabytes.
            self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(50)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            behaviour = self.behaviours[min(self.connections, len(self.behaviours) - 1)]
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, behaviour), daemon=True).start()

    def _serve(self, connection: socket.socket, behaviour: Behaviour) -> None:
        with connection, contextlib.suppress(Gone, OSError, ValueError):
            behaviour(Line(self, connection))

    def take(self, recipient: str, body: bytes) -> None:
        found = re.search(r"<([^>]*)>", recipient)
        self.mails.append((found.group(1) if found else recipient, body))

    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.mails]


# Behaviours.


def polite(line: Line) -> None:
    line.be_polite()


def silent(line: Line) -> None:
    """Never says a word."""
    while True:
        line.hear()


def silent_after_the_greeting(line: Line) -> None:
    line.greet()
    silent(line)


def not_a_mail_server(line: Line) -> None:
    line.say_raw(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def noise(line: Line) -> None:
    line.say_raw(bytes(range(256)) * 16 + b"\r\n")


def endless_greeting(line: Line) -> None:
    while True:
        line.say_raw(b"2" * 65536)


def endless_capabilities(line: Line) -> None:
    line.say("220 hostile.example.org ESMTP")
    line.hear()
    while True:
        line.say_raw(b"250-X" + b"Y" * 500 + b"\r\n")


def turns_away(line: Line) -> None:
    line.say("421 4.3.2 Closing for tonight")


def hangs_up_at_data(line: Line) -> None:
    line.greet()
    line.hear_envelope()
    line.hang_up()


def hangs_up_in_the_body(line: Line) -> None:
    line.greet()
    line.hear_envelope()
    line.say("354 Go on")
    line.hear_bytes(100)
    line.hang_up()


def hangs_up_after_the_body(line: Line) -> None:
    line.greet()
    recipient = line.hear_envelope()
    line.say("354 Go on")
    line.server.take(recipient, line.hear_body())
    line.hang_up()


def closes_after_the_body(line: Line) -> None:
    line.greet()
    line.take_mail("421 4.3.2 Shutting down")


def rambles_after_the_body(line: Line) -> None:
    line.greet()
    recipient = line.hear_envelope()
    line.say("354 Go on")
    line.server.take(recipient, line.hear_body())
    while True:
        line.say_raw(b"250 " + b"k" * 65536)


def agrees_to_everything(line: Line) -> None:
    """250 to every line, also to DATA, where only 354 may follow."""
    line.say("220 hostile.example.org ESMTP")
    while True:
        line.hear()
        line.say("250 Ok")


def answers_before_it_is_asked(line: Line) -> None:
    """All the answers that a whole mail would get, when no more than MAIL was said."""
    line.greet()
    while not line.hear().upper().startswith("MAIL"):
        line.say("250 Ok")
    line.say_raw(b"250 Ok\r\n250 Ok\r\n354 Go on\r\n250 2.0.0 Ok: queued as LIE\r\n")
    silent(line)


def answers_the_body_with_the_go_ahead(line: Line) -> None:
    """The answer to the body comes together with 354."""
    line.greet()
    line.hear_envelope()
    line.say_raw(b"354 Go on\r\n250 2.0.0 Ok: queued as LIE\r\n")
    line.hang_up()


def refuses_every_other(line: Line) -> None:
    """Offers PIPELINING, refuses half of the recipients and answers DATA with 354 all the same (RFC 2920, 3.1)."""
    line.greet("PIPELINING")
    while True:
        while not (heard := line.hear()).upper().startswith("RCPT"):
            line.say("221 Bye" if heard.upper() == "QUIT" else "250 2.0.0 Ok")
        number = int(re.sub(r"\D", "", heard.split("@")[0]))
        line.say("250 2.1.5 Ok" if number % 2 else "550 5.1.1 Nobody of that name")
        assert line.hear().upper() == "DATA"
        line.say("354 Go on")
        body = line.hear_body()
        if number % 2:
            line.server.take(heard, body)
            line.say(f"250 2.0.0 Ok: queued as N{number}")
        else:
            line.say("554 5.5.1 No valid recipients" if body in (b"", b"\r\n") else "250 2.0.0 Taken by mistake")
