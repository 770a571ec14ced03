"""A page of the send log: beside the same in Django, and the same cost whether ten thousand rows are behind it or many."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import requests

from figures import Figure
from forms import Console
from load import put_load
from mail_servers import free_port
from program import HOME, Switchboard
from stores import EMAIL, Stores
from waiting import wait_for

FEW = 10_000
CONNECTIONS = 64
LOG = "/app/communications/send-logs"
DAY = 86_400
# Where `Scripts/setup bench` puts Django and gunicorn.
DJANGO = HOME / ".venv/bench"


def day(ago: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - ago * DAY))


# What a person looks for, beside the newest.
FILTERS = {
    "that failed": "?status=failed",
    "sent, by SMS, up to a quarter ago (common)": f"?status=sent&delivery_channel=sms&to={day(91)}",
    "failed, by SMS, of a quarter (rare)": f"?status=failed&delivery_channel=sms&from={day(180)}&to={day(90)}",
    "sent, by WhatsApp, of a quarter (hardly any)":
        f"?status=sent&delivery_channel=whatsapp&from={day(180)}&to={day(90)}",
    "about one member": "?entity=member:m-77",
    "to a recipient": "?q=member77@",
    "failed of one broadcast": "?broadcast=7&status=failed",
    "of a type that nobody used": "?type=reminder",
}


class Served:
    """One server, and the headers of somebody who is signed in."""

    def __init__(self, url: str, cookie: str) -> None:
        self.url = url
        self.headers = {"Cookie": cookie}

    def pages_a_second(self, seconds: int) -> tuple[float, float]:
        """And the 99th percentile in milliseconds."""
        load = put_load(self.url + LOG, connections=CONNECTIONS, seconds=seconds, headers=self.headers)
        return load.per_second, load.p99

    def milliseconds(self, query: str, seconds: float) -> float:
        """Of one page, one after the other."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        took: list[float] = []
        began = time.monotonic()
        while not took or time.monotonic() - began < seconds:
            started = time.monotonic()
            connection.request("GET", LOG + query, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            took.append((time.monotonic() - started) * 1000)
        connection.close()
        return median(took)


def measure(stores: Stores, folder: Path, rows: int, seconds: int, rounds: int) -> list[Figure]:
    few, many = Switchboard(stores.log(FEW)), Switchboard(stores.log(rows))
    django = Django(folder, many.data)
    try:
        ours, small = _serve(many), _serve(few)
        theirs = django.serve()
        return _loaded(ours, small, theirs, rows, seconds, rounds) + _filters(ours, small, rows)
    finally:
        django.stop()
        few.kill()
        many.kill()


def _serve(switchboard: Switchboard) -> Served:
    switchboard.start("--no-delivery")
    console = Console(switchboard).sign_in(EMAIL)
    assert "member" in console.page(LOG).text
    return Served(switchboard.url, "; ".join(f"{one.name}={one.value}" for one in console.session.cookies))


def _loaded(
    ours: Served, small: Served, theirs: Served | None, rows: int, seconds: int, rounds: int
) -> list[Figure]:
    done = [
        (ours.pages_a_second(seconds), theirs.pages_a_second(seconds) if theirs else (None, None),
         small.pages_a_second(seconds))
        for _ in range(rounds)]
    words = f"50 rows of {rows:,}, {CONNECTIONS} connections"
    beside = "Django, gunicorn" if theirs else "Django is not installed"
    return [
        Figure.medians(
            "page", words, "pages/s", beside, [(one[0], other[0]) for one, other, _ in done]).ratio_at_least(5),
        Figure.medians("page", f"{words}, 99th percentile", "ms", beside, [(one[1], other[1]) for one, other, _ in done]),
        Figure.medians(
            "page", f"{words}, time of a page", "ms", f"of {FEW:,} rows",
            [(1000 / one[0], 1000 / other[0]) for one, _, other in done]).ratio_at_most(1.5)]


def _filters(ours: Served, small: Served, rows: int) -> list[Figure]:
    figures = []
    for name, query in FILTERS.items():
        done = [(ours.milliseconds(query, 0.5), small.milliseconds(query, 0.5)) for _ in range(3)]
        figures.append(Figure.medians(
            "page", f"those {name}, of {rows:,} rows, one page", "ms", f"of {FEW:,} rows", done).ratio_at_most(3))
    return figures


class Django:
    """The page of `django_page.py` over the same store, behind gunicorn with the workers its manual recommends."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.environment = {
            **os.environ, "PYTHONPATH": f"{DJANGO}:{Path(__file__).parent}",
            "BENCH_STORE": str(data / "switchboard.sqlite"), "BENCH_SITE": str(folder / "site.sqlite")}
        self.log = folder / "gunicorn.log"
        self.process: subprocess.Popen[bytes] | None = None

    def serve(self) -> Served | None:
        if not (DJANGO / "django").exists() or not (DJANGO / "gunicorn").exists():
            return None
        made = subprocess.run(
            [sys.executable, "-m", "django_page"], env=self.environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        port = free_port()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--preload", "--worker-class", "gthread",
                 "--workers", str(2 * (os.cpu_count() or 1) + 1), "--threads", "2", "django_page:application"],
                env=self.environment, stdout=log, stderr=log)
        served = Served(f"http://127.0.0.1:{port}", f"sessionid={made.stdout.strip()}")
        wait_for("gunicorn answers", lambda: self._answers(served), 30)
        return served

    def _answers(self, served: Served) -> bool:
        try:
            answer = requests.get(served.url + LOG, headers=served.headers, timeout=5, allow_redirects=False)
        except (requests.ConnectionError, requests.Timeout):
            return False
        assert answer.status_code == 200 and answer.text.count("View Details") == 50, self.log.read_text()[-2000:]
        return True

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()
