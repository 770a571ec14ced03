"""Bytes to and from the web server, without a library that would refuse to send what a hostile client sends."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import urlsplit

PIECE = 64 * 1024


class RawClient:
    """One connection. A server that hangs up while it is written to is no error: it may refuse early."""

    def __init__(self, url: str, seconds: float = 30.0) -> None:
        address = urlsplit(url)
        assert address.hostname and address.port
        self.host = f"{address.hostname}:{address.port}"
        self.socket = socket.create_connection((address.hostname, address.port), timeout=seconds)

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """False when the server does not listen any more."""
        try:
            self.socket.sendall(data)
            return True
        except (ConnectionError, TimeoutError):
            return False

    def stream(self, pieces: Iterable[bytes]) -> int:
        """Sends until there is nothing more, or an answer is there, or nobody listens; answers with the bytes taken."""
        sent = 0
        for piece in pieces:
            if self._has_answer() or not self.send(piece):
                break
            sent += len(piece)
        return sent

    def _has_answer(self) -> bool:
        self.socket.setblocking(False)
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return False
        except ConnectionError:
            return True
        finally:
            self.socket.settimeout(30)

    def answer(self) -> bytes:
        """Everything until the server closes; empty when it hung up without a word."""
        received = b""
        try:
            while piece := self.socket.recv(PIECE):
                received += piece
        except (ConnectionError, TimeoutError):
            pass
        return received

    def status(self) -> int | None:
        """The status of the answer; `None` when the server hung up without one."""
        words = self.answer().split(b" ", 2)
        return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/1.") else None


def ask(url: str, head: bytes, body: bytes = b"") -> int | None:
    """One request, given without its `Host` and the empty line, on a connection of its own."""
    with RawClient(url) as client:
        client.send(head + f"\r\nHost: {client.host}\r\nConnection: close\r\n\r\n".encode() + body)
        return client.status()


def repeated(piece: bytes, size: int) -> Iterable[bytes]:
    """`piece` over and over, about `size` bytes in all."""
    block = piece * max(1, PIECE // len(piece))
    return (block for _ in range(size // len(block)))
