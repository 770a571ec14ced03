"""One running Switchboard with a data folder of its own, started and stopped the way a person would."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import requests

HOME = pathlib.Path(os.environ.get("SWITCHBOARD_HOME", pathlib.Path(__file__).parents[2]))
BINARY = os.environ.get("SWITCHBOARD_BINARY", str(HOME / ".build/release/switchboard"))

# A start hashes a password and fills a store; a machine that does three other things at once needs its time for that.
START_SECONDS = 60
STOP_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    def __init__(self, folder, *, demo, is_reachable=False):
        self.folder = pathlib.Path(folder)
        self.demo = demo
        # Whether it knows where people reach it: here, so that what its mails lead to leads back to it.
        self.is_reachable = is_reachable
        self.address = None
        # The one-time link that the start printed: it signs in to the demo, or makes the first user.
        self.link = None
        # Cookies of a browser that is signed in, so that a test need not sign in again.
        self.session = None
        # Of what was put into it, by name: parts of addresses.
        self.numbers = {}
        self._process = None
        self._token = None
        self._lines = []
        self._spoke = threading.Condition()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def log(self):
        return self.folder / "switchboard.log"

    def start(self):
        port = free_port() if self.is_reachable else 0
        command = [BINARY, "serve", "--port", str(port), "--data", str(self.folder / "data")]
        if self.is_reachable:
            command += ["--public-url", f"http://127.0.0.1:{port}"]
        if self.demo:
            command.append("--demo")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, env=self._environment, text=True
            )
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        self.address = self._hear(r"Switchboard is at (http://127\.0\.0\.1:\d+)$")
        self.link = self._hear(r"works once.*: (http://\S+/setup/\S+)$")

    def stop(self):
        """A stop that is asked for ends with the exit code 0, whatever the tests did before."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM\n{self.tail()}") from None
        assert code == 0, f"ended with {code}\n{self.tail()}"

    def command(self, *arguments, given=""):
        """Runs another command beside the server; answers what it printed."""
        done = subprocess.run(
            [BINARY, *arguments, "--data", str(self.folder / "data")],
            input=given, capture_output=True, text=True, env=self._environment, timeout=START_SECONDS, check=False,
        )
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def add_user(self, email, role, password, name=""):
        zone = ("--time-zone", "Africa/Johannesburg")
        self.command("user", "add", email, "--role", role, "--name", name, *zone, given=f"{password}\n")

    def call(self, method, path, **body):
        """What a program asks of the API, with a token that may do everything; answers what it was told."""
        if self._token is None:
            self._token = self.command("token", "create", "browser tests", "--all").strip()
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = requests.request(
            method, f"{self.address}/api/v1{path}", headers=headers, json=body or None, timeout=START_SECONDS)
        assert answer.ok, f"{answer.status_code} for {method} {path}\n{answer.text}"
        return answer.json() if answer.content else None

    def tail(self, lines=40):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def _environment(self):
        # Settings of whoever runs the tests must not reach the program under test.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
        return kept | {"SWITCHBOARD_HOME": str(HOME)}

    def _listen(self, stream):
        for line in stream:
            with self._spoke:
                self._lines.append(line.rstrip("\n"))
                self._spoke.notify_all()
        with self._spoke:
            self._lines.append(None)
            self._spoke.notify_all()

    def _hear(self, pattern):
        def found():
            for line in self._lines:
                match = re.search(pattern, line or "")
                if match:
                    return match[1]
            return "ended" if None in self._lines else None

        with self._spoke:
            answer = self._spoke.wait_for(found, START_SECONDS)
        said = "\n".join(line for line in self._lines if line is not None)
        assert answer not in (None, "ended"), f"the program did not print {pattern}\n{said}\n{self.tail()}"
        return answer
