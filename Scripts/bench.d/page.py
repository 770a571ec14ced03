"""A page of the send log: the same cost whether ten thousand rows or a million are behind it."""

from __future__ import annotations

import time
from pathlib import Path

import filling
from figures import Figure
from forms import Console
from load import Load, put_load
from program import Switchboard

FEW = 10_000
CONNECTIONS = 8
QUARTER = 86_400 * 91
A_QUARTER_AGO = time.strftime("%Y-%m-%d", time.gmtime(time.time() - QUARTER))

# As many rows on the page of either log, so that what differs is the way to them.
PAGES = {
    "the newest 50": "",
    "the newest 50 that failed": "?status=failed",
    "sent, by SMS, up to a quarter ago": f"?status=sent&delivery_channel=sms&to={A_QUARTER_AGO}",
    "about one member": "?entity=member:m-77",
    "to a recipient": "?q=member77@",
    "failed of one broadcast": "?broadcast=7&status=failed",
    "of a type that nobody used": "?type=reminder",
}


def measure(folder: Path, rows: int, seconds: int) -> list[Figure]:
    few, many = _measure(folder / "few", FEW, seconds), _measure(folder / "many", rows, seconds)
    figures = []
    for name in PAGES:
        words = f"send log, {name}, {rows:,} rows"
        figures += [
            Figure.compared("page", words, many[name].per_second, "pages/s", f"{FEW:,} rows", few[name].per_second),
            Figure.compared("page", f"{words}, 99th percentile", many[name].p99, "ms", f"{FEW:,} rows", few[name].p99)]
    return figures


def _measure(data: Path, rows: int, seconds: int) -> dict[str, Load]:
    switchboard = Switchboard(data).start("--no-delivery")
    try:
        email = switchboard.add_user()
        switchboard.terminate()
        filling.add_messages(data, rows)
        switchboard.start("--no-delivery")
        console = Console(switchboard).sign_in(email)
        assert "member" in console.page("/app/communications/send-logs").text
        cookie = "; ".join(f"{one.name}={one.value}" for one in console.session.cookies)
        url = switchboard.url + "/app/communications/send-logs"
        return {
            name: put_load(url + query, connections=CONNECTIONS, seconds=seconds, headers={"Cookie": cookie})
            for name, query in PAGES.items()}
    finally:
        switchboard.kill()
