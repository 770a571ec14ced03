"""One bulk by email, push and in-app: the books balance, the portal reads its inbox, and what it reads is *Read*."""

from __future__ import annotations

from program import Switchboard
from waiting import wait_for

MEMBERS = 12
WITH_DEVICE = 7


def answer(switchboard: Switchboard, method: str, path: str, *expected: int, **options: object) -> dict:
    response = switchboard.call(method, path, **options)
    assert response.status_code in expected, f"{method} {path}: {response.status_code} {response.text}"
    return response.json() if response.content else {}


def furnish(switchboard: Switchboard) -> None:
    for channel, kind, name in [
            ("email", "sandbox", "Sandbox mail"), ("push", "sandbox", "Sandbox push"), ("in_app", "in_app", "Portal")]:
        answer(switchboard, "POST", "/api/v1/providers", 201, json={
            "delivery_channel": channel, "kind": kind, "name": name, "default": True, "settings": {}})
    for number in range(MEMBERS):
        path = f"/api/v1/entities/members/m-{number}"
        answer(switchboard, "PUT", path, 201, json={
            "first_name": f"Ada {number}", "last_name": "Lovelace", "email": f"ada{number}@example.org"})
        if number < WITH_DEVICE:
            answer(switchboard, "PUT", f"{path}/devices/old-{number}", 201, json={"platform": "android"})
            answer(switchboard, "PUT", f"{path}/devices/token-{number}", 201, json={"platform": "ios", "name": "Phone"})


def bulk(switchboard: Switchboard) -> str:
    notification = {"title": "Ahoy {{first_name}}", "body": "Saturday at eight.", "action_url": "https://example.org/r"}
    template = answer(switchboard, "POST", "/api/v1/templates", 201, json={
        "name": "Regatta", "email": {"subject": "Ahoy {{first_name}}", "html": "<p>Saturday at eight.</p>"},
        "push": notification, "in_app": notification})["id"]
    broadcast = answer(switchboard, "POST", "/api/v1/broadcasts", 201, json={
        "name": "Regatta", "template_id": template, "delivery_channels": ["email", "push", "in_app"]})["id"]
    path = f"/api/v1/broadcasts/{broadcast}"
    answer(switchboard, "POST", f"{path}/receivers", 200, 202, json={"search": {"kind": "member", "filters": []}})
    answer(switchboard, "POST", f"{path}/receivers", 200, 202, json={
        "people": [{"first_name": "Alan", "email": "alan@example.org"}]})
    found = answer(switchboard, "GET", f"{path}/preflight", 200)["findings"]
    titles = [finding["title"] for finding in found]
    assert f"{MEMBERS - WITH_DEVICE + 1} recipients have no registered device" in titles, titles
    assert "1 recipient is not linked to a record" in titles, titles
    answer(switchboard, "POST", f"{path}/publish", 200, 202)
    return broadcast


def books(switchboard: Switchboard, broadcast: str) -> dict[str, int]:
    messages = dict(answer(switchboard, "GET", f"/api/v1/broadcasts/{broadcast}/stats", 200)["messages"])
    assert messages.pop("planned") == sum(messages.values()) == (MEMBERS + 1) * 3, messages
    return messages


def inbox(switchboard: Switchboard, number: int) -> list[dict]:
    return answer(switchboard, "GET", f"/api/v1/entities/members/m-{number}/inbox", 200)["items"]


def test_a_bulk_by_email_push_and_in_app_is_delivered_read_and_accounted_for(switchboard: Switchboard) -> None:
    furnish(switchboard)
    broadcast = bulk(switchboard)
    reached = (MEMBERS + 1) + WITH_DEVICE + MEMBERS
    wait_for("everything has left", lambda: books(switchboard, broadcast)["sent"] == reached, 60)
    counted = books(switchboard, broadcast)
    assert counted["skipped"] == (MEMBERS - WITH_DEVICE + 1) + 1, counted

    pushed = list(switchboard.messages(delivery_channel="push"))
    sent = [message for message in pushed if message["status"] == "sent"]
    assert {message["to"]["device"] for message in sent} == {f"token-{number}" for number in range(WITH_DEVICE)}
    assert all(message["sandbox"] for message in sent)
    assert {message["error"] for message in pushed if message["status"] == "skipped"} == {"no device is registered"}

    kept = inbox(switchboard, 3)
    assert [(item["title"], item["text"], item["action_url"], item["read_at"]) for item in kept] == [
        ("Ahoy Ada 3", "Saturday at eight.", "https://example.org/r", None)]
    read = answer(
        switchboard, "POST", f"/api/v1/entities/members/m-3/inbox/{kept[0]['id']}/read", 200)
    assert read["read_at"]
    shown = switchboard.message(kept[0]["message_id"])
    assert (shown["status"], shown["sandbox"], shown["provider"]) == ("read", False, "Portal"), shown
    assert [receipt["state"] for receipt in shown["receipts"]] == ["read"]
    assert books(switchboard, broadcast)["read"] == 1

    answer(switchboard, "POST", f"/api/v1/entities/members/m-3/inbox/{kept[0]['id']}/read", 200)
    assert books(switchboard, broadcast)["read"] == 1
    assert switchboard.call("POST", f"/api/v1/entities/members/m-4/inbox/{kept[0]['id']}/read").status_code == 404

    # What waits in an inbox is there after a sudden death.
    switchboard.kill()
    switchboard.start()
    assert len(inbox(switchboard, 5)) == 1
    assert inbox(switchboard, 3)[0]["read_at"] == read["read_at"]
    assert switchboard.check().returncode == 0, switchboard.check().stdout
