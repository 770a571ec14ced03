"""One broadcast to many by two delivery channels, from a channel and a search: published, paused, killed, resumed.

SWITCHBOARD_RECEIVERS makes it larger than the suite's own size.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mail_servers import CountingSink
from program import Switchboard
from test_kill import assert_books_balance
from waiting import wait_for

RECEIVERS = int(os.environ.get("SWITCHBOARD_RECEIVERS", "3000"))
SUBSCRIBERS = min(200, RECEIVERS // 4)
CONNECTIONS = 5
SLOTS = CONNECTIONS * 4
PATIENCE = 60 + RECEIVERS / 100
ENDED = ("sent", "failed", "skipped", "cancelled", "unknown", "delivered", "opened", "read")


def stats(switchboard: Switchboard, broadcast: str) -> dict:
    answer = switchboard.call("GET", f"/api/v1/broadcasts/{broadcast}/stats")
    assert answer.status_code == 200, answer.text
    return answer.json()


def balanced(switchboard: Switchboard, broadcast: str) -> dict[str, int]:
    """The books as they stand; every planned message is in exactly one of them."""
    messages = dict(stats(switchboard, broadcast)["messages"])
    planned = messages.pop("planned")
    assert planned == sum(messages.values()) == RECEIVERS * 2, messages
    return messages


def ended(books: dict[str, int]) -> int:
    return sum(books[status] for status in ENDED)


def act(switchboard: Switchboard, broadcast: str, action: str) -> None:
    answer = switchboard.call("POST", f"/api/v1/broadcasts/{broadcast}/{action}")
    assert answer.status_code < 300, f"{action}: {answer.status_code} {answer.text}"


def draft(switchboard: Switchboard) -> str:
    template = switchboard.call(
        "POST", "/api/v1/templates", json={
            "name": "Regatta", "email": {"subject": "Hi {{first_name}}", "html": "<p>Ahoy {{member.first_name}}.</p>"},
            "sms": {"text": "Ahoy {{first_name}}"}})
    assert template.status_code == 201, template.text
    made = switchboard.call(
        "POST", "/api/v1/broadcasts", json={
            "name": "Large", "template_id": template.json()["id"], "delivery_channels": ["email", "sms"]})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def add_everybody(switchboard: Switchboard, broadcast: str) -> None:
    """A channel of some members, then a search that finds them all: the former come once."""
    channel = switchboard.call("POST", "/api/v1/channels", json={"name": "Rowers"}).json()["id"]
    for number in range(SUBSCRIBERS):
        added = switchboard.call(
            "POST", f"/api/v1/channels/{channel}/subscribers",
            json={"entity": {"kind": "member", "external_id": f"m-{number}"}})
        assert added.status_code == 201, added.text
    path = f"/api/v1/broadcasts/{broadcast}/receivers"
    assert switchboard.call("POST", path, json={"channels": [channel]}).status_code in (200, 202)
    assert stats(switchboard, broadcast)["receivers"] == SUBSCRIBERS
    answer = switchboard.call("POST", path, json={"search": {"kind": "member", "filters": []}})
    assert answer.status_code in (200, 202), answer.text
    wait_for("everybody is added", lambda: stats(switchboard, broadcast)["adding"] is None, PATIENCE)
    assert stats(switchboard, broadcast)["receivers"] == RECEIVERS


def members(folder: Path) -> Path:
    file = folder / "members.csv"
    with open(file, "w", encoding="utf-8") as out:
        out.write("external_id,first_name,last_name,email,mobile\n")
        for number in range(RECEIVERS):
            out.write(f"m-{number},Ada {number},Lovelace,m{number}@example.org,+2782{1_000_000 + number}\n")
    return file


def test_a_large_broadcast_is_paused_killed_and_resumed_and_its_books_balance_at_every_step(
    make_switchboard: Callable[..., Switchboard], tmp_path: Path
) -> None:
    sink = CountingSink(delay=0.002 if RECEIVERS < 20_000 else 0.0)
    switchboard = make_switchboard().start()
    imported = switchboard.run("import", "members", str(members(tmp_path)))
    assert imported.returncode == 0, imported.stderr
    switchboard.add_mail_server(sink.port, max_connections=CONNECTIONS)
    made = switchboard.call(
        "POST", "/api/v1/providers", json={
            "delivery_channel": "sms", "kind": "sandbox", "name": "Sandbox", "default": True, "settings": {}})
    assert made.status_code == 201, made.text
    broadcast = draft(switchboard)
    add_everybody(switchboard, broadcast)

    act(switchboard, broadcast, "publish")
    assert switchboard.call("POST", f"/api/v1/broadcasts/{broadcast}/publish").status_code == 409
    balanced(switchboard, broadcast)
    assert sink.wait_for_total(RECEIVERS // 10, PATIENCE), "delivery stands still"

    act(switchboard, broadcast, "pause")
    gone = sink.total
    wait_for("what was on the wire has ended", lambda: balanced(switchboard, broadcast)["sending"] == 0, 30)
    assert sink.total - gone <= SLOTS, "more left after the pause than was in the slots"
    held = balanced(switchboard, broadcast)
    assert held["pending"] > 0, "the pause came too late to mean anything"
    assert_books_balance(switchboard)
    switchboard.kill()

    switchboard.start()
    assert stats(switchboard, broadcast)["status"] == "paused"
    assert balanced(switchboard, broadcast) == held, "a paused broadcast stands still, whoever restarts"
    act(switchboard, broadcast, "resume")
    unknown = 0
    for share in (3, 2):
        assert sink.wait_for_total(RECEIVERS // share - RECEIVERS // 20, PATIENCE), "delivery stands still"
        switchboard.kill()
        switchboard.start()
        books = balanced(switchboard, broadcast)
        assert books["unknown"] - unknown <= SLOTS
        unknown = books["unknown"]
        assert_books_balance(switchboard)

    wait_for(
        "all have ended", lambda: ended(balanced(switchboard, broadcast)) == RECEIVERS * 2, PATIENCE)
    books = balanced(switchboard, broadcast)
    assert_books_balance(switchboard)
    assert not sink.twice, "nobody gets a second copy"
    assert books["sent"] + books["unknown"] == RECEIVERS * 2, books
    assert books["unknown"] <= 2 * SLOTS
    assert len(sink.recipients) >= RECEIVERS - books["unknown"], "shown as sent and never received"
    memory = switchboard.peak_memory_kilobytes / 1024
    print(f"{RECEIVERS:,} receivers: unknown {books['unknown']} of at most {2 * SLOTS}, {memory:.0f} MB at the peak")
