"""A gateway for text messages that remembers whom it wrote to, the moment a request has been read."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections import Counter

from mail_servers import LoopThread


class RecordingGateway:
    """Speaks HTTP/1.1 with kept connections.

    With `knows_keys` a request repeated under a known Idempotency-Key is answered like the first and writes to nobody
    again. `delay` is how long it thinks about each; held, it takes requests and answers none. `answers` may give another
    status for a number, each for one request, the last for all further ones.
    """

    def __init__(self, *, knows_keys: bool, delay: float = 0.0) -> None:
        self.knows_keys = knows_keys
        self.delay = delay
        self.answers: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self._thread = LoopThread()
        self._changed = threading.Condition()
        self.forget()
        self._open = self._thread.do(self._gate())
        server = self._thread.do(self._listen())
        assert isinstance(server, asyncio.Server)
        self.port: int = server.sockets[0].getsockname()[1]

    def forget(self) -> None:
        with self._changed:
            self.deliveries: Counter[str] = Counter()
            self.keys: Counter[str] = Counter()
            self.requests: list[dict] = []
            self.total = 0

    async def _gate(self) -> asyncio.Event:
        event = asyncio.Event()
        event.set()
        return event

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)

    def hold(self) -> None:
        assert isinstance(self._open, asyncio.Event)
        self._thread.loop.call_soon_threadsafe(self._open.clear)

    def release(self) -> None:
        assert isinstance(self._open, asyncio.Event)
        self._thread.loop.call_soon_threadsafe(self._open.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await self._exchange(reader, writer)
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(self._open, asyncio.Event)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        status, more = self._note(headers, json.loads(body))
        if self.delay:
            await asyncio.sleep(self.delay)
        await self._open.wait()
        answer = json.dumps({"id": headers.get("idempotency-key", "")}).encode()
        lines = [f"HTTP/1.1 {status} Word", "Content-Type: application/json", f"Content-Length: {len(answer)}"]
        lines += [f"{name}: {value}" for name, value in more.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + answer)
        await writer.drain()

    def _note(self, headers: dict[str, str], message: dict) -> tuple[int, dict[str, str]]:
        key = headers.get("idempotency-key", "")
        with self._changed:
            status, more = 202, {}
            if answers := self.answers.get(message["to"]):
                status, more = answers.pop(0) if len(answers) > 1 else answers[0]
            self.requests.append({"headers": headers, "body": message, "status": status})
            if status < 300:
                if not (self.knows_keys and self.keys[key]):
                    self.deliveries[message["to"]] += 1
                self.keys[key] += 1
                self.total += 1
            self._changed.notify_all()
            return status, more

    def wait_for_total(self, number: int, seconds: float = 60.0) -> bool:
        """True as soon as that many requests were taken; false when time is up first."""
        with self._changed:
            return self._changed.wait_for(lambda: self.total >= number, seconds)

    @property
    def twice(self) -> list[str]:
        return [number for number, count in self.deliveries.items() if count > 1]

    @property
    def repeated(self) -> int:
        """Requests that came again under a key known already."""
        return sum(count - 1 for count in self.keys.values())
