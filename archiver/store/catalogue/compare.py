"""What the copies of one conversation say, export by export, for telling where they differ.

An **export** here is one strand as one delivery shows it. Only exports that may be seen are given:
what is asked of the catalogue names them, so that nothing of a sealed delivery is read by mistake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from heapq import merge

from msgspec import Struct

from archiver.model import Utterance
from archiver.store.catalogue.connection import Connection, placeholders
from archiver.store.catalogue.homes import record_of
from archiver.store.catalogue.utterances import media_of, uttered


class Talk(Struct, frozen=True):
    """A conversation: its key, its public id, its title and the service."""

    key: int
    public: str
    title: str
    service: str


class Export(Struct, frozen=True):
    """One strand as one delivery shows it, with whose it is and what it covers.

    `received_at`, `first` and `last` are milliseconds since 1970, the latter two by the export's
    own clock and None when no item has a time. `basis` is the coarsest of its times, such as
    ``min/assumed``. `items` counts messages and events.
    """

    delivery: int
    strand: int
    public: str
    holder: str
    received_at: int
    first: int | None
    last: int | None
    basis: str
    items: int


class Told(Struct, frozen=True, gc=False):
    """One export's copy of a record: its place there, and what it says."""

    delivery: int
    strand: int
    item: int
    copy: int
    sent_at: int | None
    basis: str
    author: str
    event: bool
    type: str
    label: str
    text: str
    marks: str
    link: str


@contextmanager
def still(connection: Connection) -> Iterator[None]:
    """Read a catalogue that stands still: what others write meanwhile is not seen."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def talks(connection: Connection, name: str, *, sealed: bool) -> list[Talk]:
    """Give the conversations of this id, or with this in their title, that one may see."""
    rows = connection.execute(
        "SELECT c.id, c.public, c.title, c.service FROM conversation c"
        " WHERE ((c.public = ?1 OR instr(lower(c.title), lower(?1)) > 0)"
        f"  AND EXISTS (SELECT 1 {_SEEN} s.conversation = c.id AND {_MAY}))"
        f" OR EXISTS (SELECT 1 {_SEEN} s.conversation = c.id AND s.public = ?1"
        f"  AND {_MAY}) ORDER BY c.id",
        (name, sealed),
    )
    found = [Talk(*row) for row in rows]
    return [one for one in found if one.public == name] or found


_SEEN = (
    "FROM strand s JOIN strand_copy n ON n.strand = s.id JOIN copy p ON p.id = n.copy"
    " JOIN holding h ON h.copy = n.copy JOIN delivery d ON d.id = h.delivery WHERE"
)
_MAY = "((d.state = 'ingested' AND p.open = 1) OR ?2)"


def strands_of(connection: Connection, talk: Talk) -> list[int]:
    """Give all strands of a conversation."""
    rows = connection.execute(
        "SELECT id FROM strand WHERE conversation = ? ORDER BY 1", (talk.key,)
    )
    return [row[0] for row in rows]


def exports(connection: Connection, strands: Sequence[int], *, sealed: bool) -> list[Export]:
    """Give the exports of these strands that one may see, in an order that no arrival changes."""
    covered = _covered(connection, strands, sealed=sealed)
    found = []
    for (delivery, strand), (first, last, basis, items) in covered.items():
        public, received_at, person, *order = connection.execute(
            "SELECT d.public, d.received_at, a.person, d.sha256, a.service, a.identifier"
            " FROM delivery d, strand s JOIN account a ON a.id = s.account"
            " WHERE d.id = ? AND s.id = ?",
            (delivery, strand),
        ).fetchone()
        one = Export(delivery, strand, public, person, received_at, first, last, basis, items)
        found.append(((*order, person, first or 0, items), one))
    return [one for _, one in sorted(found, key=_order)]


def _order(entry: tuple[tuple[object, ...], Export]) -> tuple[object, ...]:
    return entry[0]


def _covered(
    connection: Connection, strands: Sequence[int], *, sealed: bool
) -> dict[tuple[int, int], tuple[int | None, int | None, str, int]]:
    """Give (first, last, coarsest basis, items) by (delivery, strand).

    Grouped here and not in SQL, which would sort all items in memory first.
    """
    found: dict[tuple[int, int], tuple[int | None, int | None, str, int]] = {}
    rows = connection.execute(
        "SELECT h.delivery, n.strand, p.sent_at, p.basis FROM strand_copy n"
        " CROSS JOIN copy p ON p.id = n.copy CROSS JOIN holding h ON h.copy = p.id"
        f" WHERE n.strand IN ({placeholders(strands)}) AND h.delivery IN"
        " (SELECT id FROM delivery WHERE state = 'ingested' OR ?) AND (p.open = 1 OR ?)",
        (*strands, sealed, sealed),
    )
    for delivery, strand, at, basis in rows:
        first, last, coarsest, items = found.get((delivery, strand), (at, at, basis, 0))
        if at is not None:
            first = at if first is None or at < first else first
            last = at if last is None or at > last else last
        found[delivery, strand] = (first, last, min(coarsest, basis), items + 1)
    return found


def happened(connection: Connection, exports: Sequence[Export], types: Sequence[str]) -> list[Told]:
    """Give the events of these types that exports have."""
    found = _told(connection, exports, f"p.type IN ({placeholders(types)})", types)
    return [one for _, one in found]


def records(connection: Connection, exports: Sequence[Export]) -> Iterator[int]:
    """Give the records that exports may have, each once, in the order in which they are kept."""
    before: int | None = None
    for record in merge(*(_walk(connection, one) for one in _keys(exports)[1])):
        if record != before:
            yield record
        before = record


def _walk(connection: Connection, strand: int) -> Iterator[int]:
    rows = connection.execute(
        "SELECT DISTINCT record FROM strand_copy WHERE strand = ? ORDER BY record", (strand,)
    )
    return (row[0] for row in rows)


def told(
    connection: Connection, records: Sequence[int], exports: Sequence[Export]
) -> dict[int, list[Told]]:
    """Give what exports tell of records (a few hundred at most)."""
    found: dict[int, list[Told]] = defaultdict(list)
    for record, one in _told(
        connection, exports, f"n.record IN ({placeholders(records)})", records
    ):
        found[record].append(one)
    return found


def _told(
    connection: Connection, exports: Sequence[Export], condition: str, values: Sequence[object]
) -> Iterator[tuple[int, Told]]:
    """Read the copies that fulfil a condition and that these exports hold, and no others.

    The order of the tables is fixed: left to itself SQLite reads whole deliveries at times.
    """
    deliveries, strands = _keys(exports)
    rows = connection.execute(
        "SELECT r.id, h.delivery, p.strand, h.item, p.id, p.sent_at, p.basis,"
        " coalesce((SELECT i.identifier FROM participant i WHERE i.id = p.author), ''), r.event,"
        " p.type, p.label, p.text, coalesce(p.marks, ''), coalesce(p.link, '')"
        " FROM strand_copy n CROSS JOIN copy p ON p.id = n.copy"
        " CROSS JOIN record r ON r.id = n.record CROSS JOIN holding h ON h.copy = p.id"
        f" WHERE n.strand IN ({placeholders(strands)}) AND {condition}"
        f" AND h.delivery IN ({placeholders(deliveries)}) AND (p.open = 1 OR h.delivery IN"
        "  (SELECT id FROM delivery WHERE state <> 'ingested'))",
        (*strands, *values, *deliveries),
    )
    for record, *said in rows:
        yield record, Told(*said)


def _keys(exports: Sequence[Export]) -> tuple[list[int], list[int]]:
    """Give the deliveries and the strands that exports are made of."""
    return sorted({one.delivery for one in exports}), sorted({one.strand for one in exports})


def said(connection: Connection, told: Told) -> Utterance:
    """Give an export's copy as it is compared with others."""
    media = media_of(connection, told.delivery, told.item, told.type, told.marks)
    return uttered(
        *(told.copy, told.sent_at, told.basis, told.author, told.event, told.type, told.text),
        *(told.marks, media),
    )


def doubts(connection: Connection, exports: Sequence[Export]) -> list[tuple[int, int]]:
    """Give the pairs of records that may be one message and wait for an officer."""
    deliveries, strands = _keys(exports)
    rows = connection.execute(
        "SELECT p.record, json_extract(f.fields, '$.record') FROM finding f"
        " JOIN holding h ON h.delivery = f.delivery AND h.item = f.item"
        " JOIN copy p ON p.id = h.copy WHERE f.state = 'open' AND f.code GLOB 'E-D*'"
        " AND json_extract(f.fields, '$.record') IS NOT NULL"
        f" AND f.delivery IN ({placeholders(deliveries)})"
        f" AND p.strand IN ({placeholders(strands)})",
        (*deliveries, *strands),
    ).fetchall()
    pairs = ((record, record_of(connection, other)) for record, other in rows)
    return [(one, other) for one, other in pairs if other is not None and other != one]
