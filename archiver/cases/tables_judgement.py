"""The statements of judgements: what was judged of which record, and what that record says now."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import name_of, record_of
from archiver.store.catalogue.schema import belongs

Name = tuple[str, int]
"""A name of a record: (delivery, item)."""

_RESOLVED = (
    "case_judgement j JOIN delivery d ON d.public = j.delivery"
    " JOIN named n ON n.delivery = d.id AND n.item = j.item"
    " JOIN copy p ON p.id = n.copy JOIN record r ON r.id = p.record"
    " JOIN delivery e ON e.id = r.delivery JOIN copy q ON q.id = r.copy"
)


def _from_record(named: str) -> str:
    """Give SQL that looks from a record `r` to its candidates; the other way walks all of them.

    `named` is a table with names of copies; their view would be walked as a whole.
    """
    return (
        f"copy p CROSS JOIN {named} n ON n.copy = p.id CROSS JOIN delivery d ON d.id = n.delivery"
        " CROSS JOIN case_candidate k ON k.delivery = d.public AND k.item = n.item"
        f" WHERE k.case_file = ? AND {belongs('p', 'r')}"
    )


_HELD, _NAMED = _from_record("holding"), _from_record("name")
_SAID = (
    "SELECT DISTINCT r.id, e.public || '.' || r.item, q.sent_at, q.label, c.title, q.subject,"
    " q.text FROM case_candidate k JOIN delivery d ON d.public = k.delivery"
    " JOIN named n ON n.delivery = d.id AND n.item = k.item"
    " JOIN copy p ON p.id = n.copy JOIN record r ON r.id = p.record"
    " JOIN delivery e ON e.id = r.delivery JOIN copy q ON q.id = r.copy"
    " JOIN conversation c ON c.id = r.conversation WHERE k.case_file = ? AND r.open = 1"
)


class Row(Struct, frozen=True, gc=False):
    """A judgement under one name, with what its record is called and says now.

    `content` is the judgement as JSON, `text` the digest of the wording that was judged.
    """

    name: str
    seq: int
    reader: str
    officer: str
    at: int
    text: str
    content: str
    record: str
    subject: str | None
    words: str


class Said(Struct, frozen=True, gc=False):
    """What a record says now; `sent_at` in milliseconds since 1970, None when it is not known."""

    record: str
    sent_at: int | None
    sender: str
    conversation: str
    subject: str | None
    words: str


def put(
    connection: Connection,
    case: str,
    names: Iterable[Name],
    values: Sequence[object],
) -> None:
    """Keep a judgement under names: (seq, reader, officer, at, digest of the text, content)."""
    connection.executemany(
        "INSERT OR REPLACE INTO case_judgement VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(case, *name, *values) for name in names],
    )


def drop(connection: Connection, case: str, seq: int, names: Iterable[Name]) -> None:
    """Let what an event judged under these names count no longer."""
    connection.executemany(
        "DELETE FROM case_judgement WHERE case_file = ? AND seq = ? AND delivery = ? AND item = ?",
        [(case, seq, *name) for name in names],
    )


def rows(connection: Connection, case: str, record: str = "") -> list[Row]:
    """Give all judgements of a case on records that are open, in the order of the log."""
    within, values = ("", ()) if not record else _named(connection, record)
    found = connection.execute(
        "SELECT j.delivery || '.' || j.item, j.seq, j.reader, j.officer, j.at, j.text, j.content,"
        f" e.public || '.' || r.item, q.subject, q.text FROM {_RESOLVED}"
        f" WHERE j.case_file = ? AND r.open = 1{within} ORDER BY j.seq, j.delivery, j.item",
        (case, *values),
    )
    return [Row(*row) for row in found]


def elsewhere(connection: Connection, case: str) -> list[tuple[str, Row]]:
    """Give what other cases judged of records that are open, each with its case, in order."""
    found = connection.execute(
        "SELECT j.case_file, j.delivery || '.' || j.item, j.seq, j.reader, j.officer, j.at, j.text,"
        f" j.content, e.public || '.' || r.item, q.subject, q.text FROM {_RESOLVED}"
        " WHERE j.case_file <> ? AND r.open = 1 AND r.id IN ("
        "  SELECT p2.record FROM case_candidate k JOIN delivery d2 ON d2.public = k.delivery"
        "  JOIN named n2 ON n2.delivery = d2.id AND n2.item = k.item"
        "  JOIN copy p2 ON p2.id = n2.copy WHERE k.case_file = ?) ORDER BY j.seq",
        (case, case),
    )
    return [(row[0], Row(*row[1:])) for row in found]


def said(connection: Connection, case: str) -> list[Said]:
    """Give what the candidates of a case that are open say now, in order of time."""
    return [Said(*row[1:]) for row in connection.execute(f"{_SAID} ORDER BY r.id", (case,))]


def said_by(connection: Connection, case: str, names: Iterable[str]) -> dict[str, Said]:
    """Give what these say now, by the names that they are asked by; no candidate is left out."""
    keys = {name: key for name in names if (key := record_of(connection, name)) is not None}
    found: dict[int, Said] = {}
    for part, among in parts(sorted(set(keys.values()))):
        for row in connection.execute(
            "SELECT r.id, e.public || '.' || r.item, q.sent_at, q.label, c.title, q.subject, q.text"
            " FROM record r JOIN delivery e ON e.id = r.delivery JOIN copy q ON q.id = r.copy"
            " JOIN conversation c ON c.id = r.conversation"
            f" WHERE r.open = 1 AND r.id IN ({among})"
            f" AND (EXISTS (SELECT 1 FROM {_HELD}) OR EXISTS (SELECT 1 FROM {_NAMED}))",
            (*part, case, case),
        ):
            found[row[0]] = Said(*row[1:])
    return {name: found[key] for name, key in keys.items() if key in found}


def names_of(connection: Connection, case: str, record: str) -> list[str]:
    """Give the names under which a record, given by any of its names, is a candidate."""
    key = record_of(connection, record)
    rows = connection.execute(
        f"SELECT k.delivery || '.' || k.item FROM record r CROSS JOIN {_HELD} AND r.id = ?"
        f" UNION SELECT k.delivery || '.' || k.item FROM record r CROSS JOIN {_NAMED} AND r.id = ?"
        " ORDER BY 1",
        (case, key, case, key),
    )
    return [row[0] for row in rows]


def quotations(connection: Connection, case: str) -> list[tuple[str, str]]:
    """Give (record, words) of what sources note as quoted by candidates of a case that are open."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT DISTINCT e.public || '.' || r.item, o.value FROM case_candidate k"
        " JOIN delivery d ON d.public = k.delivery"
        " JOIN named n ON n.delivery = d.id AND n.item = k.item JOIN copy p ON p.id = n.copy"
        " JOIN record r ON r.id = p.record JOIN delivery e ON e.id = r.delivery"
        " JOIN holding h ON h.copy = p.id JOIN delivery f ON f.id = h.delivery"
        " JOIN observation o ON o.delivery = h.delivery AND o.item = h.item AND o.kind = 'quote'"
        f" WHERE k.case_file = ? AND r.open = 1 AND {seen('p', 'f')} ORDER BY r.id, o.value",
        (case,),
    ).fetchall()


def present(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Give the public id that each of these names stands for now; what is gone is left out."""
    keys = {name: record_of(connection, name) for name in names}
    return {name: name_of(connection, key) for name, key in keys.items() if key is not None}


def _named(connection: Connection, record: str) -> tuple[str, tuple[int, ...]]:
    key = record_of(connection, record)
    return " AND r.id = ?", (-1 if key is None else key,)
