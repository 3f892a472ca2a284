"""What full text has of records, and how it is told that they say something else now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archiver.store.catalogue.connection import Connection, parts

Words = tuple[int, str, str, str, str]
"""Of a record: whether it is open; and its subject, text, stems and tags."""

TABLES = (("text_open", 1), ("text_sealed", 0))
"""The full-text tables, each with what `record.open` is of the records in it."""


def indexed(connection: Connection, records: Iterable[int]) -> dict[int, Words]:
    """Give what full text has, or should have, of records."""
    return {
        record: tuple(words)
        for part, among in parts(sorted(records))
        for record, *words in connection.execute(
            "SELECT s.id, r.open, coalesce(s.subject, ''), s.text, s.stem, s.tags"
            f" FROM searchable s JOIN record r ON r.id = s.id WHERE s.id IN ({among})",
            part,
        )
    }


def reindex(
    connection: Connection, before: Mapping[int, Words], after: Mapping[int, Words], *, wipe: bool
) -> None:
    """Take out what was and is not any more, and put in what is new; most mostly stays."""
    gone = sorted(before.items() - after.items())
    come = sorted(after.items() - before.items())
    _secure_delete(connection, on=wipe)
    for table, opened in TABLES:
        columns = f"{table}(rowid, subject, text, stem, tags"
        connection.executemany(
            f"INSERT INTO {columns}, {table}) VALUES(?, ?, ?, ?, ?, 'delete')",
            [(record, *words) for record, (is_open, *words) in gone if is_open == opened],
        )
        connection.executemany(
            f"INSERT INTO {columns}) VALUES(?, ?, ?, ?, ?)",
            [(record, *words) for record, (is_open, *words) in come if is_open == opened],
        )
    _secure_delete(connection, on=True)


def _secure_delete(connection: Connection, *, on: bool) -> None:
    """Let full text note what leaves it rather than wipe it at once, at a tenth of the cost.

    Where copies only move, the words stand in another row. Whoever destroys must wipe, and have the
    index merged whole (``optimize``), which drops what was only noted before.
    """
    for table, _ in TABLES:
        connection.execute(
            f"INSERT INTO {table}({table}, rank) VALUES('secure-delete', ?)", (int(on),)
        )
