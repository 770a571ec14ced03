"""Mail servers that cannot be reached, keep silent, drop the line and lie: what is unsure is called so, the rest waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import hostile_servers
from hostile_servers import Behaviour, Server
from mail_servers import free_port
from program import Switchboard
from waiting import wait_for


class Patient:
    """Two programs whose servers keep silent from the start of this file on: patience takes a minute."""

    def __init__(self, folder: Path) -> None:
        self.unreached = Server(hostile_servers.silent)
        self.unanswered = Server(hostile_servers.silent_after_the_greeting)
        self.programs = [Switchboard(folder / name).start() for name in ("unreached", "unanswered")]
        self.providers = [
            program.add_mail_server(server.port)
            for program, server in zip(self.programs, (self.unreached, self.unanswered))]
        self.messages = [program.send("ada@example.org")["id"] for program in self.programs]


@pytest.fixture(scope="module", autouse=True)
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patient]:
    patient = Patient(tmp_path_factory.mktemp("patient"))
    yield patient
    for program in patient.programs:
        program.kill()


def assert_others_go_on(switchboard: Switchboard) -> None:
    """Alive, and another delivery channel delivers."""
    assert switchboard.is_healthy()
    providers = switchboard.call("GET", "/api/v1/providers").json()["items"]
    if "sms" not in [one["delivery_channel"] for one in providers]:
        made = switchboard.call("POST", "/api/v1/providers", json={
            "delivery_channel": "sms", "kind": "sandbox", "name": "Sandbox", "default": True,
            "settings": {"from_address": "sandbox@example.org"}})
        assert made.status_code == 201, made.text
    sent = switchboard.call("POST", "/api/v1/messages", json={
        "delivery_channel": "sms", "to": {"mobile": "+27821234567"}, "text": "Ahoy."})
    assert sent.status_code == 202, sent.text
    switchboard.wait_for_status(sent.json()["id"], "sent", "delivered")
    assert switchboard.check().stdout.count("ok   the books balance") == 1


def wait_for_trouble(switchboard: Switchboard, provider: str, seconds: float = 30.0) -> str:
    return wait_for("the provider shows its trouble", lambda: switchboard.provider(provider)["trouble"], seconds)


def test_a_server_that_is_down_holds_the_message_until_it_is_up(switchboard: Switchboard) -> None:
    port = free_port()
    provider = switchboard.add_mail_server(port)
    sent = switchboard.send("ada@example.org")
    assert "refused" in wait_for_trouble(switchboard, provider)
    assert switchboard.message(sent["id"])["status"] == "pending"
    assert switchboard.message(sent["id"])["attempts"] == []
    assert_others_go_on(switchboard)
    server = Server(hostile_servers.polite, port=port)
    switchboard.wait_for_status(sent["id"], "sent")
    assert server.recipients() == ["ada@example.org"]
    assert switchboard.provider(provider)["ready"]


def test_a_host_that_does_not_exist_is_named(switchboard: Switchboard) -> None:
    provider = switchboard.add_mail_server(25, host="no-such-host.invalid")
    sent = switchboard.send("ada@example.org")
    assert "no-such-host.invalid" in wait_for_trouble(switchboard, provider)
    assert switchboard.message(sent["id"])["status"] == "pending"
    assert_others_go_on(switchboard)


@pytest.mark.parametrize("behaviour", [
    hostile_servers.not_a_mail_server, hostile_servers.noise, hostile_servers.turns_away,
    hostile_servers.endless_greeting, hostile_servers.endless_capabilities], ids=lambda one: one.__name__)
def test_a_server_that_does_not_greet_holds_the_message(switchboard: Switchboard, behaviour: Behaviour) -> None:
    server = Server(behaviour)
    provider = switchboard.add_mail_server(server.port)
    sent = switchboard.send("ada@example.org")
    trouble = wait_for_trouble(switchboard, provider, 90)
    assert str(server.port) in trouble or "421" in trouble
    shown = switchboard.message(sent["id"])
    assert (shown["status"], shown["attempts"]) == ("pending", [])
    assert switchboard.peak_memory_kilobytes < 300_000
    assert_others_go_on(switchboard)


@pytest.mark.parametrize("behaviour", [
    hostile_servers.hangs_up_at_data, hostile_servers.hangs_up_in_the_body], ids=lambda one: one.__name__)
def test_a_line_that_drops_before_the_end_costs_an_attempt_and_no_doubt(
    switchboard: Switchboard, behaviour: Behaviour
) -> None:
    server = Server(behaviour, hostile_servers.polite, narrow=True)
    switchboard.add_mail_server(server.port, max_connections=1)
    sent = switchboard.send("ada@example.org", html=f"<p>{'Ahoy. ' * 100_000}</p>")
    shown = switchboard.wait_for_status(sent["id"], "sent", "unknown", "failed", seconds=60)
    assert shown["status"] == "sent", shown["attempts"]
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["not_handed_over", "accepted"]
    assert server.recipients() == ["ada@example.org"]
    assert_others_go_on(switchboard)


@pytest.mark.parametrize("behaviour", [
    hostile_servers.hangs_up_after_the_body, hostile_servers.closes_after_the_body,
    hostile_servers.rambles_after_the_body], ids=lambda one: one.__name__)
def test_a_line_that_drops_after_the_end_leaves_the_message_unknown(
    switchboard: Switchboard, behaviour: Behaviour
) -> None:
    server = Server(behaviour, hostile_servers.polite)
    switchboard.add_mail_server(server.port, max_connections=1)
    doubtful = switchboard.send("ada@example.org")
    shown = switchboard.wait_for_status(doubtful["id"], "unknown", "sent", "failed")
    assert shown["status"] == "unknown", shown["attempts"]
    assert shown["attempts"][0]["outcome"] == "in_doubt"
    assert shown["error"] and shown["attempts"][0]["detail"], "the evidence"
    # The next one goes out, and nothing was repeated by itself.
    switchboard.wait_for_status(switchboard.send("grace@example.org")["id"], "sent", seconds=60)
    assert server.recipients() == ["ada@example.org", "grace@example.org"]
    assert switchboard.message(doubtful["id"])["status"] == "unknown"
    assert_others_go_on(switchboard)

    assumed = switchboard.call("POST", f"/api/v1/messages/{doubtful['id']}/assume-sent")
    assert (assumed.status_code, assumed.json()["status"]) == (200, "sent")
    assert switchboard.call("POST", f"/api/v1/messages/{doubtful['id']}/assume-sent").status_code == 409


@pytest.mark.parametrize("behaviour", [
    hostile_servers.agrees_to_everything, hostile_servers.answers_before_it_is_asked,
    hostile_servers.answers_the_body_with_the_go_ahead], ids=lambda one: one.__name__)
def test_a_lie_is_never_taken_for_delivery(switchboard: Switchboard, behaviour: Behaviour) -> None:
    server = Server(behaviour, narrow=True)
    provider = switchboard.add_mail_server(server.port, max_connections=1)
    sent = switchboard.send("ada@example.org", html=f"<p>{'Ahoy. ' * 100_000}</p>")
    wait_for("the lie was told", lambda: server.connections)
    trouble = wait_for_trouble(switchboard, provider)
    shown = switchboard.message(sent["id"])
    assert shown["status"] in ("pending", "sending"), (trouble, shown)
    assert "accepted" not in [attempt["outcome"] for attempt in shown["attempts"]]
    assert not server.mails
    assert_others_go_on(switchboard)


def test_a_server_without_encryption_sees_no_password(switchboard: Switchboard) -> None:
    server = Server(hostile_servers.polite)
    provider = switchboard.add_mail_server(server.port, tls="starttls", username="harbour", password="s3cret")
    sent = switchboard.send("ada@example.org")
    assert "STARTTLS" in wait_for_trouble(switchboard, provider)
    assert not any(line.upper().startswith(("AUTH", "MAIL")) for line in server.heard)
    assert switchboard.message(sent["id"])["status"] == "pending"


def test_answers_find_their_messages_in_a_pipeline(switchboard: Switchboard) -> None:
    server = Server(hostile_servers.refuses_every_other)
    sent = [switchboard.send(f"member{number}@example.org") for number in range(40)]
    switchboard.add_mail_server(server.port, max_connections=2)
    wait_for("all have ended", lambda: switchboard.ended() == 40, 60)
    for number, one in enumerate(sent):
        shown = switchboard.message(one["id"])
        if number % 2:
            assert shown["status"] == "sent" and shown["attempts"][0]["detail"].endswith(f"queued as N{number}")
        else:
            assert (shown["status"], shown["error"]) == ("failed", "550 5.1.1 Nobody of that name")
    assert sorted(server.recipients()) == sorted(f"member{number}@example.org" for number in range(1, 40, 2))
    assert switchboard.check().returncode == 0


def test_a_changed_provider_takes_over_at_once(switchboard: Switchboard) -> None:
    stubborn, honest = Server(hostile_servers.turns_away), Server(hostile_servers.polite)
    provider = switchboard.add_mail_server(stubborn.port)
    sent = switchboard.send("ada@example.org")
    wait_for_trouble(switchboard, provider)
    changed = switchboard.call("PATCH", f"/api/v1/providers/{provider}", json={"settings": {"port": honest.port}})
    assert changed.status_code == 200, changed.text
    switchboard.wait_for_status(sent["id"], "sent", seconds=10)


def test_a_provider_that_is_turned_off_hands_over_to_the_other(switchboard: Switchboard) -> None:
    first, second = Server(hostile_servers.polite), Server(hostile_servers.polite)
    switchboard.add_mail_server(first.port)
    default = switchboard.add_mail_server(second.port)
    changed = switchboard.call("PATCH", f"/api/v1/providers/{default}", json={"enabled": False})
    assert changed.status_code == 200, changed.text
    # Readiness says that the other one sends; so it does.
    switchboard.wait_for_status(switchboard.send("ada@example.org")["id"], "sent", seconds=15)
    assert first.recipients() == ["ada@example.org"] and not second.mails


def test_a_message_waits_for_a_first_provider(switchboard: Switchboard) -> None:
    sent = switchboard.send("ada@example.org")
    assert sent["status"] == "pending"
    server = Server(hostile_servers.polite)
    switchboard.add_mail_server(server.port)
    switchboard.wait_for_status(sent["id"], "sent", seconds=15)


def test_a_server_that_never_greets_holds_nothing_but_the_message(patient: Patient) -> None:
    switchboard = patient.programs[0]
    assert_others_go_on(switchboard)
    trouble = wait_for_trouble(switchboard, patient.providers[0], 90)
    assert "did not answer within 60 s" in trouble
    shown = switchboard.message(patient.messages[0])
    assert (shown["status"], shown["attempts"]) == ("pending", [])


def test_a_server_that_stops_answering_gives_the_message_back(patient: Patient) -> None:
    switchboard = patient.programs[1]
    assert_others_go_on(switchboard)
    shown = wait_for(
        "the first attempt has ended",
        lambda: found if (found := switchboard.message(patient.messages[1]))["error"] else None, 90)
    assert shown["status"] in ("pending", "sending")
    assert shown["attempts"][0]["outcome"] == "not_handed_over"
    assert "60 s" in shown["attempts"][0]["detail"]
    assert not patient.unanswered.mails
