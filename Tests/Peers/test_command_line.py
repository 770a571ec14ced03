"""The program as somebody meets it on the command line: one clear line when it cannot go on."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from forms import Console
from program import PASSWORD, Switchboard, run
from waiting import wait_for


def refusal(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line for people; log lines begin with a time and do not count."""
    assert ended.returncode not in (0, -6, -11), f"exit {ended.returncode}: {ended.stderr}"
    lines = [line for line in ended.stderr.splitlines() if line and not re.match(r"\d{4}-\d\d-\d\dT", line)]
    assert len(lines) == 1, f"one clear line is wanted, not:\n{ended.stderr}"
    assert not ended.stdout
    return lines[0]


def test_an_unknown_flag_is_named(tmp_path: Path) -> None:
    for arguments in (["serve", "--bogus"], ["check", "--bogus"], ["user", "list", "--bogus"]):
        ended = run(*arguments, data=tmp_path / "data")
        assert ended.returncode != 0
        assert "--bogus" in ended.stderr.splitlines()[0]
    assert not (tmp_path / "data").exists(), "nothing is made before the flags are understood"


def test_an_unknown_command_is_named() -> None:
    ended = run("deliverr")
    assert ended.returncode != 0 and "deliverr" in ended.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    ended = run("serve", f"--port={port}", data=tmp_path / "data")
    assert ended.returncode != 0 and "port" in ended.stderr


def test_a_port_in_use_ends_with_one_line_and_leaves_the_other_alone(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refusal(run("serve", "--port", str(port), data=tmp_path / "data"))
    assert str(port) in line and "in use" in line


def test_a_folder_that_cannot_be_one_ends_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="ascii")
    for command in (["serve", "--port", "0"], ["check"], ["user", "list"], ["token", "create", "x", "--all"]):
        assert str(tmp_path / "file") in refusal(run(*command, data=tmp_path / "file" / "data"))
        assert str(tmp_path / "file") in refusal(run(*command, data=tmp_path / "file"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_ends_with_one_line(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert str(closed) in refusal(run("serve", "--port", "0", data=closed))


def test_a_file_that_is_no_store_ends_with_one_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "switchboard.sqlite").write_bytes(b"This is not a database, whatever its name says. " * 40)
    for command in (["serve", "--port", "0"], ["check"]):
        assert str(data) in refusal(run(*command, data=data))


def test_a_newer_schema_is_left_alone(switchboard: Switchboard) -> None:
    assert switchboard.terminate() == 0
    with sqlite3.connect(switchboard.data / "switchboard.sqlite") as store:
        store.execute("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'from the future', 0)")
    store.close()
    for command in (["serve", "--port", "0"], ["deliver"], ["check"], ["user", "list"]):
        line = refusal(switchboard.run(*command))
        assert "newer version" in line and "999" in line


def test_a_second_one_may_not_deliver_from_the_same_folder(switchboard: Switchboard) -> None:
    for command in (["serve", "--port", "0"], ["deliver"]):
        line = refusal(switchboard.run(*command))
        assert str(switchboard.data) in line and "--no-delivery" in line
    assert switchboard.is_healthy()


def test_a_second_site_without_delivery_may(
    switchboard: Switchboard, make_switchboard: Callable[..., Switchboard]
) -> None:
    second = make_switchboard().start("--no-delivery")
    assert second.is_healthy() and switchboard.is_healthy()
    assert requests.get(second.url + "/readyz", timeout=10).status_code == 200


def test_an_unknown_setting_in_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("# ours\nport = 0\nprot = 1\n", encoding="ascii")
    line = refusal(run("serve", "--config", str(settings), data=tmp_path / "data"))
    assert "line 3" in line and "prot" in line


def test_users_are_added_listed_and_disabled(switchboard: Switchboard) -> None:
    added = switchboard.run("user", "add", "Ada@Example.org", "--role", "owner", "--name", "Ada", text=PASSWORD + "\n")
    assert (added.returncode, added.stderr) == (0, "")
    assert "ada@example.org\towner\tactive\tAda" in switchboard.run("user", "list").stdout.splitlines()
    console = Console(switchboard).sign_in("ada@example.org")
    assert console.page("/app/communications/overview").status == 200

    assert "already" in refusal(switchboard.run("user", "add", "ada@example.org", "--role", "owner", text=PASSWORD))
    assert "Unknown role" in refusal(switchboard.run("user", "add", "b@example.org", "--role", "king", text=PASSWORD))
    assert "not an email" in refusal(switchboard.run("user", "add", "nobody", "--role", "owner", text=PASSWORD))
    assert "characters" in refusal(switchboard.run("user", "add", "b@example.org", "--role", "owner", text="short\n"))
    assert "password" in refusal(switchboard.run("user", "add", "b@example.org", "--role", "owner")).lower()

    assert switchboard.run("user", "disable", "ada@example.org").returncode == 0
    assert "ada@example.org\towner\tdisabled\tAda" in switchboard.run("user", "list").stdout.splitlines()
    assert console.session.get(
        switchboard.url + "/app/communications/overview", allow_redirects=False, timeout=10).status_code == 303
    assert "no user" in refusal(switchboard.run("user", "disable", "nobody@example.org"))


def test_a_token_is_printed_alone_and_may_what_it_was_given(switchboard: Switchboard) -> None:
    made = switchboard.run("token", "create", "reader", "--permission", "communication:read:history")
    assert (made.returncode, made.stderr) == (0, "")
    assert re.fullmatch(r"\S{30,}\n", made.stdout)
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    url = switchboard.url + "/api/v1/messages"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    refused = requests.post(url, headers=headers, json={"delivery_channel": "email"}, timeout=10)
    assert refused.status_code == 403 and "communication:send:email" in refused.text
    assert requests.get(url, headers={"Authorization": "Bearer nonsense"}, timeout=10).status_code == 401
    assert made.stdout.strip().encode() not in (switchboard.data / "switchboard.sqlite").read_bytes()

    assert "Unknown permission" in switchboard.run("token", "create", "x", "--permission", "fly").stderr
    assert switchboard.run("token", "create", "x").returncode != 0


def test_check_says_what_is_wrong_and_with_what_exit(switchboard: Switchboard) -> None:
    switchboard.send("ada@example.org")
    assert switchboard.check().returncode == 0, "beside a running program"
    assert switchboard.terminate() == 0
    assert switchboard.check().returncode == 0

    path = switchboard.data / "switchboard.sqlite"
    store = sqlite3.connect(path)
    with store:
        store.execute("UPDATE broadcast_counts SET pending = pending + 1")
    wrong = switchboard.check()
    assert wrong.returncode == 1
    assert re.search(r"^FAIL the books of broadcasts? 1\b", wrong.stdout, re.MULTILINE), wrong.stdout
    with store:
        store.execute("UPDATE broadcast_counts SET pending = pending - 1")
    store.close()
    assert switchboard.check().returncode == 0

    raw = bytearray(path.read_bytes())
    raw[4096 * 3:4096 * 5] = b"\xa5" * 8192
    path.write_bytes(raw)
    damaged = switchboard.check()
    assert damaged.returncode not in (0, -6, -11), damaged.stdout + damaged.stderr


def test_the_key_and_the_store_are_for_their_owner_alone(switchboard: Switchboard) -> None:
    assert (switchboard.data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert switchboard.data.stat().st_mode & 0o077 == 0


def test_a_password_is_not_in_the_store(switchboard: Switchboard) -> None:
    switchboard.add_mail_server(9, username="harbour", password="correct-horse-42", tls="none")
    assert switchboard.terminate() == 0
    for path in switchboard.data.iterdir():
        assert b"correct-horse-42" not in path.read_bytes()


def test_demo_listens_on_loopback_only(tmp_path: Path) -> None:
    assert "loopback" in refusal(run("serve", "--demo", "--host", "0.0.0.0", "--port", "0", data=tmp_path / "data"))


def test_a_first_start_prints_a_link_that_works_once(switchboard: Switchboard) -> None:
    link = wait_for(
        "the link is printed", lambda: [line.split()[-1] for line in switchboard.lines if "/setup/" in line])[0]
    assert requests.get(link, timeout=10).status_code == 200
    assert requests.get(link[:-4] + "AAAA", timeout=10).status_code in (404, 410)
