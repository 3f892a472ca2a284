"""The statements of candidates: what was taken, what stands, what is gone, what is cited."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.catalogue.connection import Connection

Name = tuple[str, int]
"""A record's name when it was taken: (delivery, item)."""

_RESOLVED = (
    "case_candidate k LEFT JOIN delivery d ON d.public = k.delivery"
    " LEFT JOIN named n ON n.delivery = d.id AND n.item = k.item"
    " LEFT JOIN copy p ON p.id = n.copy LEFT JOIN record r ON r.id = p.record"
)


def put(
    connection: Connection, case: str, search: str, taken: Iterable[tuple[str, int, str]]
) -> None:
    """Keep candidates that a search brought, or an officer (`search` empty): (delivery, item, how).

    A record that is a hit of a search and context of another hit of it is both.
    """
    connection.executemany(
        "INSERT OR IGNORE INTO case_candidate(case_file, search, delivery, item, how)"
        " VALUES(?, ?, ?, ?, ?)",
        [(case, search, *one) for one in taken],
    )


def drop(connection: Connection, case: str, names: Iterable[Name]) -> None:
    """Let these be candidates no longer."""
    connection.executemany(
        "DELETE FROM case_candidate WHERE case_file = ? AND delivery = ? AND item = ?",
        [(case, *name) for name in names],
    )


def standing(connection: Connection, case: str) -> list[tuple[str, bool, str, str]]:
    """Give candidates that are there, in order of time: (record, open, how, search)."""
    rows = connection.execute(
        "SELECT e.public || '.' || r.item, r.open, k.how, k.search"
        f" FROM {_RESOLVED} JOIN delivery e ON e.id = r.delivery"
        " LEFT JOIN case_search s ON s.public = k.search"
        " WHERE k.case_file = ? ORDER BY r.id, coalesce(s.seq, -1), k.how",
        (case,),
    )
    return [(record, bool(is_open), how, search) for record, is_open, how, search in rows]


def gone(connection: Connection, case: str) -> list[str]:
    """Name candidates that are there no more, or are sealed now and were open when taken."""
    rows = connection.execute(
        f"SELECT DISTINCT k.delivery || '.' || k.item FROM {_RESOLVED}"
        " LEFT JOIN case_search s ON s.public = k.search"
        " WHERE k.case_file = ? AND coalesce(r.open, 0) = 0"
        " AND coalesce(json_extract(s.content, '$.filters.sealed'), 0) = 0"
        " ORDER BY k.delivery, k.item",
        (case,),
    )
    return [row[0] for row in rows]


def older(connection: Connection, case: str, than: int) -> int:
    """Count the open records among the candidates that were sent before an instant (ms)."""
    row = connection.execute(
        f"SELECT count(DISTINCT r.id) FROM {_RESOLVED}"
        " WHERE k.case_file = ? AND r.open = 1 AND r.sent_at < ?",
        (case, than),
    ).fetchone()
    return int(row[0])


def names_of(connection: Connection, case: str, record: int) -> list[Name]:
    """Give the names under which a record is a candidate of a case."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT DISTINCT k.delivery, k.item FROM {_RESOLVED}"
        " WHERE k.case_file = ? AND r.id = ? ORDER BY k.delivery, k.item",
        (case, record),
    ).fetchall()


def cited(connection: Connection) -> set[int]:
    """Give the private keys of all records that some case has as a candidate."""
    rows = connection.execute(f"SELECT DISTINCT r.id FROM {_RESOLVED} WHERE r.id IS NOT NULL")
    return {row[0] for row in rows}
