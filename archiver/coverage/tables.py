"""What coverage asks of the catalogue: each copy once, each holding once, and short lists.

A million copies are read as they lie, without sorting; what they add up to is counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from archiver.store.catalogue.connection import Connection, parts

_DISAPPEARING = ("disappearing-on", "disappearing-off")


class Strand(NamedTuple):
    """One account's own thread: its key, the account's and the conversation's id, and the title."""

    key: int
    account: str
    conversation: str
    title: str
    service: str


class CopyRow(NamedTuple):
    """What is counted of a copy: `switch` is 1 or 2 where it sets disappearing on or off."""

    key: int
    record: int
    strand: int
    open: int
    sent_at: int | None
    author: int | None
    switch: int


class DeliveryRow(NamedTuple):
    """A delivery: state, when it came (ms), its period (ms), and its attachments by number."""

    key: int
    public: str
    state: str
    format: str
    device: str
    received_at: int
    since: int | None
    until: int | None
    referenced: int
    missing: int


def strands(connection: Connection) -> list[Strand]:
    """Give every thread that is an account's; what no registered account fits is none's."""
    rows = connection.execute(
        "SELECT s.id, a.public, c.public, c.title, s.service FROM strand s"
        " JOIN account a ON a.id = s.account JOIN conversation c ON c.id = s.conversation"
        " WHERE NOT EXISTS (SELECT 1 FROM stray y WHERE y.strand = s.id) ORDER BY s.id"
    )
    return [Strand(*row) for row in rows]


def copies(connection: Connection) -> Iterator[CopyRow]:
    """Yield all copies, in order of arrival."""
    rows = connection.execute(
        "SELECT id, record, strand, open, sent_at, author,"
        " CASE type WHEN ? THEN 1 WHEN ? THEN 2 ELSE 0 END FROM copy",
        _DISAPPEARING,
    )
    return map(CopyRow._make, rows)


def holdings(connection: Connection) -> Iterator[tuple[int, int]]:
    """Yield (delivery, copy) of every item, delivery by delivery."""
    return iter(connection.execute("SELECT delivery, copy FROM holding"))


def last_copy(connection: Connection) -> int:
    """Give the highest key of a copy, 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM copy").fetchone()[0])


def deliveries(connection: Connection) -> dict[str, list[DeliveryRow]]:
    """Give the deliveries by account, in order of receipt: its own, and those of devices with it.

    A withdrawn one and an isolated one is no export of anybody any more.
    """
    rows = connection.execute(
        "WITH whose(delivery, account) AS (SELECT id, account FROM delivery WHERE account NOT NULL"
        "  UNION SELECT delivery, account FROM delivery_place WHERE account NOT NULL)"
        " SELECT a.public, d.id, d.public, d.state, d.format, d.device, d.received_at, d.since,"
        " d.until, d.referenced, d.missing FROM whose w JOIN delivery d ON d.id = w.delivery"
        " JOIN account a ON a.id = w.account WHERE d.state NOT IN ('withdrawn', 'isolated', '')"
        " ORDER BY d.received_at, d.id"
    )
    found: dict[str, list[DeliveryRow]] = {}
    for account, *row in rows:
        found.setdefault(account, []).append(DeliveryRow(*row))
    return found


def findings(connection: Connection, codes: Iterable[str]) -> list[tuple[int, str, int, int]]:
    """Give (delivery, code, how many, numbers that they say are missing) of these codes."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT delivery, code, count(*), coalesce(sum(json_extract(fields, '$.missing')), 0)"
        " FROM finding WHERE code IN (SELECT value FROM json_each(?)) AND state <> 'solved'"
        " GROUP BY delivery, code ORDER BY delivery, code",
        (_json(codes),),
    ).fetchall()


def messages_among(connection: Connection, records: Iterable[int]) -> set[int]:
    """Give those of these records that are messages: events are worded by each phone itself."""
    found: set[int] = set()
    for part, _ in parts(sorted(records)):
        rows = connection.execute(
            "SELECT id FROM record WHERE event = 0 AND id IN (SELECT value FROM json_each(?))",
            (_json(part),),
        )
        found.update(record for (record,) in rows)
    return found


def participants(connection: Connection) -> list[tuple[int, str]]:
    """Give (key, identifier) of those whose identifier is no mere name of one account's list."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT id, identifier FROM participant WHERE account = 0 ORDER BY id"
    ).fetchall()


def labels(connection: Connection) -> Iterator[tuple[int, str]]:
    """Yield (participant, label) of those whose identifier is no mere name."""
    return iter(
        connection.execute(
            "SELECT l.participant, l.label FROM participant_label l"
            " JOIN participant p ON p.id = l.participant WHERE p.account = 0"
        )
    )


def open_labels(connection: Connection, copies: Iterable[int]) -> set[tuple[int, str]]:
    """Give (participant, label) as these copies, all of them open, name their author."""
    found: set[tuple[int, str]] = set()
    for part, _ in parts(sorted(copies)):
        found.update(
            connection.execute(
                "SELECT author, label FROM copy WHERE open = 1"
                " AND id IN (SELECT value FROM json_each(?))",
                (_json(part),),
            )
        )
    return found


def _json(values: Iterable[object]) -> str:
    return msgspec.json.encode(list(values)).decode()
