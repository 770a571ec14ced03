"""`/metrics`, read by the rules of the Prometheus text format 0.0.4."""

from __future__ import annotations

import re

import requests

from mail_servers import MailServer
from program import Switchboard
from waiting import wait_for

SAMPLE = re.compile(r"^(?P<name>[a-z_]+)(\{(?P<labels>[^}]*)\})? (?P<value>-?[0-9.e+-]+)$")


def read(switchboard: Switchboard) -> dict[tuple[str, str], float]:
    samples: dict[tuple[str, str], float] = {}
    known: set[str] = set()
    for line in requests.get(switchboard.url + "/metrics", timeout=10).text.splitlines():
        if line.startswith("# TYPE "):
            known.add(line.split()[2])
        if line.startswith("#"):
            continue
        found = SAMPLE.match(line)
        assert found, line
        name = found["name"]
        assert name in known or re.sub(r"_(bucket|sum|count)$", "", name) in known, line
        key = (name, found["labels"] or "")
        assert key not in samples, line
        samples[key] = float(found["value"])
    return samples


def test_metrics_follow_a_message(switchboard: Switchboard) -> None:
    before = read(switchboard)
    server = MailServer()
    provider = switchboard.add_mail_server(server.port)
    sent = switchboard.send("ada@example.org")
    switchboard.wait_for_status(sent["id"], "sent")
    after = read(switchboard)
    assert after["switchboard_messages", 'status="sent"'] == before["switchboard_messages", 'status="sent"'] + 1
    outcome = ("switchboard_attempts_total", f'provider="{provider}",result="accepted"')
    wait_for("the outcome is counted", lambda: read(switchboard).get(outcome) == 1)
    wait_for("nothing is in flight", lambda: read(switchboard)["switchboard_in_flight", ""] == 0)
    assert after["switchboard_oldest_due_seconds", ""] == 0


def test_commits_are_a_histogram(switchboard: Switchboard) -> None:
    samples = read(switchboard)
    name = "switchboard_store_commit_seconds"
    bounds = [(labels, value) for (sample, labels), value in samples.items() if sample == name + "_bucket"]
    assert [labels for labels, _ in bounds][-1] == 'le="+Inf"'
    counts = [value for _, value in bounds]
    assert counts == sorted(counts) and counts[-1] == samples[name + "_count", ""] > 0
    assert samples[name + "_sum", ""] > 0
    assert samples["switchboard_store_commit_failures_total", ""] == 0
