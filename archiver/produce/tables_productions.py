"""The statements of productions: what was made, the numbers given out, what was handed over."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.catalogue.connection import Connection


def put(connection: Connection, public: str, case: str, seq: int, content: str) -> None:
    """Keep a production, as JSON."""
    connection.execute(
        "INSERT OR REPLACE INTO production VALUES(?, ?, ?, ?)", (public, case, seq, content)
    )


def rows(connection: Connection, case: str) -> list[str]:
    """Give productions as JSON, the oldest first; those of all cases when `case` is empty."""
    found = connection.execute(
        "SELECT content FROM production WHERE ?1 = '' OR case_file = ?1 ORDER BY seq", (case,)
    )
    return [row[0] for row in found]


def put_numbers(
    connection: Connection, case: str, unit: str, numbers: Iterable[tuple[str, str]]
) -> None:
    """Keep which record gave which number; the first time counts."""
    connection.executemany(
        "INSERT OR IGNORE INTO production_number VALUES(?, ?, ?, ?)",
        [(case, unit, record, number) for record, number in numbers],
    )


def numbers(connection: Connection, case: str, unit: str) -> dict[str, str]:
    """Give the numbers that slices of a case have, by the record that named them."""
    return dict(
        connection.execute(
            "SELECT record, number FROM production_number WHERE case_file = ? AND unit = ?",
            (case, unit),
        ).fetchall()
    )


def put_handed(connection: Connection, seq: int, production: str, content: str) -> None:
    """Keep that a production was handed over, as JSON."""
    connection.execute("INSERT INTO production_handed VALUES(?, ?, ?)", (seq, production, content))


def handed(connection: Connection, production: str) -> list[str]:
    """Give to whom a production was handed over, as JSON, in order."""
    found = connection.execute(
        "SELECT content FROM production_handed WHERE production = ? ORDER BY seq", (production,)
    )
    return [row[0] for row in found]
