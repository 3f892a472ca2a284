"""What the catalogue says of the moment: how much there is, what arrived, what waits for whom.

Also what the watcher must remember between two runs; a rebuilt catalogue has forgotten it, and
then an alarm is raised once more.
"""

from __future__ import annotations

from typing import Any

from archiver.store.catalogue.connection import Connection

_TABLES = ("account", "record", "holding", "conversation")
_WATCH = "watch"


def counts(connection: Connection) -> dict[str, int]:
    """Count accounts, records, holdings, conversations, and findings that wait for an officer."""
    found = {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in _TABLES
    }
    waiting = connection.execute("SELECT count(*) FROM finding WHERE state = 'open'").fetchone()
    return {**found, "finding": int(waiting[0])}


def states(connection: Connection, since: int = 0, until: int = 1 << 62) -> dict[str, int]:
    """Count deliveries by state, of those received in ``[since, until)`` (ms since 1970)."""
    rows = connection.execute(
        "SELECT state, count(*) FROM delivery WHERE received_at >= ? AND received_at < ?"
        " GROUP BY state",
        (since, until),
    )
    return {str(state): int(number) for state, number in rows}


def arrived(connection: Connection, since: int, until: int = 1 << 62) -> list[dict[str, Any]]:
    """Give for each account what was received in ``[since, until)``: numbers only."""
    rows = connection.execute(
        "SELECT a.public, a.folder, count(*), sum(d.new), sum(d.known)"
        " FROM delivery d LEFT JOIN account a ON a.id = d.account"
        " WHERE d.received_at >= ? AND d.received_at < ? GROUP BY a.id ORDER BY a.id",
        (since, until),
    )
    keys = ("account", "folder", "deliveries", "new", "known")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def in_state(
    connection: Connection, state: str, limit: int, since: int = 0, until: int = 1 << 62
) -> list[dict[str, str]]:
    """Give the newest deliveries in a state, received in ``[since, until)``."""
    rows = connection.execute(
        "SELECT d.public, a.public FROM delivery d LEFT JOIN account a ON a.id = d.account"
        " WHERE d.state = ? AND d.received_at >= ? AND d.received_at < ?"
        " ORDER BY d.id DESC LIMIT ?",
        (state, since, until, limit),
    )
    return [{"delivery": row[0], "account": row[1] or ""} for row in rows]


def last_arrivals(connection: Connection) -> dict[str, int]:
    """Give the account ids with the time at which each last delivered something (ms)."""
    rows = connection.execute(
        "SELECT a.public, max(d.received_at) FROM delivery d"
        " JOIN account a ON a.id = d.account GROUP BY a.id"
    )
    return {str(account): int(at) for account, at in rows}


def recall(connection: Connection) -> str:
    """Give what the watcher last remembered; empty when that is nothing."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_WATCH,)).fetchone()
    return "" if row is None else str(row[0])


def remember(connection: Connection, text: str) -> None:
    """Keep what the watcher must know at its next run; inside a transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (_WATCH, text))
