"""The program under test: started, asked, killed and started again, with a data folder of its own."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
from pathlib import Path
from typing import Iterator

import requests

from waiting import wait_for

HOME = Path(os.environ.get("SWITCHBOARD_HOME", Path(__file__).resolve().parents[2]))
BINARY = os.environ.get("SWITCHBOARD_BINARY", str(HOME / ".build/release/switchboard"))

START_SECONDS = 30.0
# Every counterpart of these tests is on loopback.
ENVIRONMENT = {**os.environ, "SWITCHBOARD_ALLOW_PRIVATE_NETWORKS": "true"}
PASSWORD = "a long and lonely road"


def run(
    *arguments: str, data: Path | None = None, text: str | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    command = [BINARY, *arguments] + (["--data", str(data)] if data else [])
    environment = {**ENVIRONMENT, "SWITCHBOARD_HOME": str(HOME), **(environment or {})}
    return subprocess.run(
        command, input=text or "", capture_output=True, text=True, timeout=60, env=environment, check=False)


class Switchboard:
    """One data folder, and the `serve` process on it while there is one."""

    def __init__(self, data: Path, home: Path = HOME) -> None:
        self.data = data
        self.home = home
        # Beside what every program is started with.
        self.environment: dict[str, str] = {}
        self.errors = data.parent / f"{data.name}.stderr"
        self.process: subprocess.Popen[str] | None = None
        self.lines: list[str] = []
        self.url = ""
        self._token = ""

    # The process.

    def start(self, *flags: str, seconds: float = START_SECONDS) -> Switchboard:
        environment = {**ENVIRONMENT, "SWITCHBOARD_HOME": str(self.home), **self.environment}
        with open(self.errors, "a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--port", "0", "--data", str(self.data), *flags], stdout=subprocess.PIPE,
                stderr=errors, text=True, env=environment)
        announced: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self.process, announced), daemon=True).start()
        while True:
            line = announced.get(timeout=seconds)
            assert line is not None, f"the program ended before it served:\n{self.log()[-2000:]}"
            if found := re.search(r"Switchboard is at (http://\S+)", line):
                self.url = found.group(1)
                return self

    def _read(self, process: subprocess.Popen[str], announced: queue.Queue[str | None]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            announced.put(line)
        announced.put(None)

    def kill(self) -> None:
        """Dies as a process can; `power.py` is for machines."""
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def terminate(self, seconds: float = 30.0) -> int:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def peak_memory_kilobytes(self) -> int:
        assert self.process
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found.group(1)) if found else 0

    def log(self) -> str:
        return self.errors.read_text(encoding="utf-8", errors="replace") if self.errors.exists() else ""

    # Commands beside it.

    def run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return run(*arguments, data=self.data, text=text, environment=self.environment)

    @property
    def token(self) -> str:
        if not self._token:
            made = self.run("token", "create", "peers", "--all")
            assert made.returncode == 0, made.stderr
            self._token = made.stdout.strip()
        return self._token

    def add_user(self, email: str = "ada@example.org", role: str = "owner") -> str:
        made = self.run("user", "add", email, "--role", role, "--name", "Ada Lovelace", text=PASSWORD + "\n")
        assert made.returncode == 0, made.stderr
        return email

    def check(self) -> subprocess.CompletedProcess[str]:
        return self.run("check")

    # The API.

    def call(self, method: str, path: str, **options: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **dict(options.pop("headers", None) or {})}
        return requests.request(
            method, self.url + path, headers=headers, timeout=30, **options)  # type: ignore[arg-type]

    def send(self, to: str | dict, **fields: object) -> dict:
        """Accepts one email and answers with it as the API shows it."""
        answer = self.call("POST", "/api/v1/messages", json=message(to, **fields))
        assert answer.status_code == 202, answer.text
        return answer.json()

    def message(self, identifier: str) -> dict:
        answer = self.call("GET", f"/api/v1/messages/{identifier}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def messages(self, **filters: str) -> Iterator[dict]:
        """All messages, newest first, page by page."""
        after = None
        while True:
            query = {"limit": "200", **filters, **({"after": after} if after else {})}
            page = self.call("GET", "/api/v1/messages", params=query).json()
            yield from page["items"]
            after = page["next"]
            if not after:
                return

    def add_mail_server(self, port: int, **settings: object) -> str:
        """A provider for email that takes the place of the default; answers with its id."""
        body = {
            "delivery_channel": "email", "kind": "smtp", "name": "Peer", "default": True,
            "settings": {
                "host": "127.0.0.1", "port": port, "tls": "none", "from_address": "hello@example.org",
                "from_name": "Harbour Club", **settings}}
        answer = self.call("POST", "/api/v1/providers", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def add_gateway(self, port: int, channel: str = "sms", **settings: object) -> str:
        """An HTTP gateway that takes the place of the default; answers with its id."""
        body = {
            "delivery_channel": channel, "kind": "generic_http", "name": "Gateway", "default": True,
            "settings": {"url": f"http://127.0.0.1:{port}/messages", "token": "t0ken-of-ours", **settings}}
        answer = self.call("POST", "/api/v1/providers", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def provider(self, identifier: str) -> dict:
        return self.call("GET", f"/api/v1/providers/{identifier}").json()

    def counts(self) -> dict[str, int]:
        """Messages by status, as the program counts them."""
        text = requests.get(self.url + "/metrics", timeout=30).text
        found = re.findall(r'^switchboard_messages\{status="(\w+)"\} (\d+)$', text, re.MULTILINE)
        return {status: int(number) for status, number in found}

    def ended(self) -> int:
        counts = self.counts()
        return sum(counts.values()) - counts["pending"] - counts["sending"]

    def is_healthy(self) -> bool:
        return self.is_alive and requests.get(self.url + "/healthz", timeout=10).status_code == 200

    def wait_for_status(self, identifier: str, *statuses: str, seconds: float = 30.0) -> dict:
        def look() -> dict | None:
            shown = self.message(identifier)
            return shown if shown["status"] in statuses else None

        try:
            return wait_for(f"message {identifier} is {' or '.join(statuses)}", look, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the message: {self.message(identifier)}") from None


def message(to: str | dict, **fields: object) -> dict:
    """The body of an API call for one email."""
    receiver = {"email": to} if isinstance(to, str) else to
    return {"delivery_channel": "email", "to": receiver, "subject": "Hello", "html": "<p>Hello.</p>", **fields}
