"""`switchboard import` and files as the world writes them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import requests

from program import Switchboard, run

HEADER = b"id,first_name\n"


def taken(data: Path, kind: str = "members", *, file: Path, channel: str = "") -> tuple[int, str]:
    more = ["--channel", channel] if channel else []
    ended = run("import", kind, str(file), *more, data=data)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(("content", "code", "says"), [
    (HEADER + b'm-1,"A ""b"", c"\nm-2,say "hi"\n', 0, "2 rows: 2 created"),
    (b"\xef\xbb\xbf" + HEADER + "m-1,Zoë\n".encode(), 0, "1 rows: 1 created"),
    (("\ufeff" + HEADER.decode() + "m-1,Zoë\n").encode("utf-16-le"), 0, "1 rows: 1 created"),
    (HEADER + "m-1,Zoë\n".encode("latin-1"), 0, "1 rows: 1 created"),
    (HEADER + b"m-1,Ada\nm-2," + b"x" * (10 << 20) + b"\nm-3,Grace\n", 2, "3 rows: 2 created, 0 updated, 0 unchanged, 1 rej"),
    (",".join(f"c{number}" for number in range(50_000)).encode() + b"\n", 1, "more than 500 columns"),
    (HEADER + b"m-1,=cmd()\nm-2,'=x\n", 0, "2 rows: 2 created"),
    (HEADER + b"m-1,Ada\nm-1,Augusta\n", 0, "2 rows: 1 created, 1 updated"),
    (HEADER + b"m-1,Ada\nm-2", 2, "1 rejected"),
    (b"", 1, "The file is empty"),
], ids=["quotes", "mark", "utf-16", "latin-1", "long-line", "columns", "formulas", "twice", "half", "empty"])
def test_a_hostile_file_is_taken_for_what_it_holds(tmp_path: Path, content: bytes, code: int, says: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    ended, text = taken(tmp_path / "data", file=file)
    assert says in text
    assert ended == code
    rejected = Path(f"{file}.rejected.csv")
    assert rejected.exists() == (code == 2)
    if code == 2:
        with rejected.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert rows[0][-1] == "reason" and rows[1][-1].startswith("Line ")


def test_subscribers_come_into_a_channel_by_its_name_or_its_id(tmp_path: Path) -> None:
    switchboard = Switchboard(tmp_path / "data").start("--no-delivery")
    try:
        channel = switchboard.call("POST", "/api/v1/channels", json={"name": "Harbour News"}).json()["id"]
        (tmp_path / "a.csv").write_text(
            "email,mobile\nada@example.org,\nADA@example.org,\n,+44 7700 900123\n", encoding="ascii")
        code, text = taken(tmp_path / "data", "subscribers", file=tmp_path / "a.csv", channel="harbour news")
        assert code == 2 and "3 rows: 1 added, 1 in the channel already, 1 rejected." in text
        assert "This number does not exist in its country" in (tmp_path / "a.csv.rejected.csv").read_text(encoding="utf-8")
        code, text = taken(tmp_path / "data", "subscribers", file=tmp_path / "a.csv", channel=channel)
        assert "0 added, 2 in the channel already" in text
        for wrong, words in (("Nothing", "There is no channel"), ("", "Name the channel")):
            code, text = taken(tmp_path / "data", "subscribers", file=tmp_path / "a.csv", channel=wrong)
            assert code == 1 and words in text
        people = switchboard.call("GET", f"/api/v1/channels/{channel}/subscribers").json()["items"]
        assert [one["email"] for one in people] == ["ada@example.org"]
    finally:
        switchboard.kill()


def test_a_body_of_many_lines_is_not_held_in_memory(tmp_path: Path) -> None:
    switchboard = Switchboard(tmp_path / "data").start("--no-delivery")
    try:
        line = '{"external_id":"m-%d","attributes":{"note":"' + "x" * 3000 + '"}}'
        body = "\n".join(line % (number % 50) for number in range(18_000))
        before = switchboard.peak_memory_kilobytes
        token = switchboard.token
        answer = requests.post(
            switchboard.url + "/api/v1/entities/members", data=body.encode(), timeout=250,
            headers={"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        tally = answer.json()
        assert tally["created"] == 50 and tally["rejected"] == 0
        grown = (switchboard.peak_memory_kilobytes - before) / 1024
        assert grown < len(body) / 2**20 * 0.8, f"{grown:.0f} MB more for a body of {len(body) >> 20} MB"
    finally:
        switchboard.kill()
