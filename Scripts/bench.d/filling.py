"""Rows written straight into a store that nobody serves: the tables as the program makes them, without its work.

A million messages through the front door would take longer than what is measured with them. Names, lengths and the
mix of states are like those of a real log.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DAY = 86_400_000
FIRST = ["Ada", "Grace", "Zoë", "Thandi", "José", "Мария", "Wei", "Fatima", "Lars", "Amina"]
LAST = ["Lovelace", "Hopper", "van der Merwe", "Ndlovu", "García", "Иванова", "Zhang", "Haddad"]
WORDS = "Your renewal for the coming season is due, please look at the new times for the boats"


def open_store(data: Path) -> sqlite3.Connection:
    store = sqlite3.connect(data / "switchboard.sqlite")
    # Nothing here has to survive a power cut.
    store.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")
    return store


def _close(store: sqlite3.Connection) -> None:
    """Ends it as the program ends each commit: rows that are new are handed to their text index."""
    with store:
        for table, last in store.execute("SELECT indexed, last_id FROM search_marks").fetchall():
            store.execute(
                f"INSERT INTO {table}_search (rowid, search) SELECT id, search FROM {table} WHERE id > ?", (last,))
            store.execute(
                f"UPDATE search_marks SET last_id = (SELECT COALESCE(MAX(id), 0) FROM {table}) WHERE indexed = ?",
                (table,))
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def person(number: int) -> tuple[str, str, str]:
    first, last = FIRST[number % len(FIRST)], LAST[number // 7 % len(LAST)]
    return first, last, f"member{number}@example.org"


@contextmanager
def without_indexes(store: sqlite3.Connection, table: str) -> Iterator[None]:
    """Sorting once at the end takes a fraction of what keeping each index in order takes."""
    rows = store.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,))
    indexes = rows.fetchall()
    for name, _ in indexes:
        store.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        store.execute(sql)


def add_members(data: Path, count: int, mobile: bool = False) -> list[int]:
    """Members `m-0` and on; answers with their ids."""
    now = int(time.time() * 1000)

    def rows() -> Iterator[tuple]:
        for number in range(count):
            first, last, email = person(number)
            search = f"{first} {last} {email} m-{number}".lower()
            attributes = json.dumps({"tier": ["gold", "silver", "bronze"][number % 3]})
            number_ = f"+2782{number:07}" if mobile else ""
            yield f"m-{number}", first, last, email, number_, attributes, search, now, now

    store = open_store(data)
    with store:
        store.executemany(
            """
            INSERT INTO entities (
                kind, external_id, name, first_name, last_name, email, mobile, time_zone, language, attributes, search,
                created_at, updated_at)
            VALUES ('member', ?, '', ?, ?, ?, ?, 'Africa/Johannesburg', 'en', ?, ?, ?, ?)
            """, rows())
    ids = [row[0] for row in store.execute("SELECT id FROM entities WHERE kind = 'member' ORDER BY id")]
    _close(store)
    return ids


def status_of(number: int) -> str:
    """Of a thousand: 955 sent, 30 delivered or opened, 10 failed, 5 of the rarer ones."""
    place = number * 7919 % 1000
    if place < 955:
        return "sent"
    if place < 985:
        return "opened" if place % 2 else "delivered"
    return "failed" if place < 995 else ["skipped", "cancelled", "unknown"][place % 3]


PER_BROADCAST = 500


def add_messages(data: Path, count: int) -> None:
    """A log of a year, `count` messages long, to a tenth as many members, one in ten by SMS, hardly any by WhatsApp."""
    now = int(time.time() * 1000)
    addresses = max(1, count // 10)
    members = add_members(data, addresses)

    def address_rows() -> Iterator[tuple]:
        for number in range(addresses):
            first, last, email = person(number)
            yield number + 1, "email", email, f"{first} {last}", f"{email} {first} {last}".lower()

    def message_rows() -> Iterator[tuple]:
        for number in range(count):
            first, last, _ = person(number % addresses)
            created = now - 365 * DAY + 365 * DAY * number // count
            status = status_of(number)
            error = "550 5.1.1 No such mailbox" if status == "failed" else None
            channel = "whatsapp" if number % 100_000 == 17 else "sms" if number % 10 == 3 else "email"
            merge = json.dumps({"member": {"first_name": first, "last_name": last}})
            sent = created + 800 if status in ("sent", "delivered", "opened") else None
            yield (
                number + 1, channel, status, number // PER_BROADCAST + 1, number // PER_BROADCAST * 8,
                number % addresses + 1, f"{first} {last}", f"{WORDS[:40 + number % 40]}", members[number % addresses], merge, created, error, created, sent, created + 800)

    store = open_store(data)
    with store:
        store.execute(
            """
            INSERT INTO contents (id, hash, delivery_channel, subject, html, body)
            VALUES (1, 'bench', 'email', ?, ?, ?)
            """,
            ("Renewal", f"<p>{WORDS}</p>", WORDS))
        store.execute(
            """
            INSERT INTO providers (
                id, delivery_channel, kind, name, is_default, is_enabled, settings, created_at, updated_at)
            VALUES (1, 'email', 'smtp', 'Bench', 1, 1, '{"host":"127.0.0.1","from_address":"a@example.org"}', ?, ?)
            """, (now, now))
        store.executemany(
            "INSERT INTO addresses (id, kind, value, name, search) VALUES (?, ?, ?, ?, ?)", address_rows())
        with without_indexes(store, "messages"):
            store.executemany(
                """
                INSERT INTO messages (
                    id, direction, delivery_channel, type, status, broadcast_id, lane, priority, address_id, recipient,
                    summary, entity_id, content_id, merge, due_at, provider_id, attempts, error, created_at, sent_at,
                    settled_at)
                VALUES (?, 'outbound', ?, 'bulk', ?, ?, ?, 1, ?, ?, ?, ?, 1, ?, ?, 1, 1, ?, ?, ?, ?)
                """, message_rows())
        store.executemany(
            """
            INSERT INTO broadcasts (
                id, name, origin, status, delivery_channels, composition, type, priority, when_unknown, version,
                receiver_count, created_at, updated_at, first_message_id, last_message_id)
            VALUES (?, ?, 'bulk', 'published', 'email sms', '{}', 'bulk', 1, 'hold', 1, ?, ?, ?, ?, ?)
            """,
            (
                (number + 1, f"Renewal {number + 1}", PER_BROADCAST, now, now, number * PER_BROADCAST + 1,
                 (number + 1) * PER_BROADCAST)
                for number in range(count // PER_BROADCAST)))
        store.execute(
            "INSERT INTO status_counts (status, shard, total) SELECT status, 0, COUNT(*) FROM messages GROUP BY status")
        for table in ("messages", "addresses"):
            store.execute(
                f"UPDATE id_sequences SET last_id = (SELECT MAX(id) FROM {table}) WHERE name = ?", (table,))
    _close(store)
