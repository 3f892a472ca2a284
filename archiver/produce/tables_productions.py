"""The statements of productions: what was made, the numbers given out, what was handed over."""

from __future__ import annotations

from collections.abc import Sequence

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


def put_slices(
    connection: Connection, seq: int, case: str, unit: str, given: Sequence[tuple[str, str]]
) -> None:
    """Keep which records, as a JSON list, a production showed under which number."""
    connection.executemany(
        "INSERT INTO production_slice VALUES(?, ?, ?, ?, ?, ?)",
        [(seq, place, case, unit, *one) for place, one in enumerate(given)],
    )


def slices(connection: Connection, case: str, unit: str) -> list[list[tuple[str, str]]]:
    """Give (number, records as a JSON list) of each production of a case, the oldest first."""
    found: dict[int, list[tuple[str, str]]] = {}
    for seq, *one in connection.execute(
        "SELECT seq, number, records FROM production_slice WHERE case_file = ? AND unit = ?"
        " ORDER BY seq, place",
        (case, unit),
    ):
        found.setdefault(seq, []).append((one[0], one[1]))
    return [*found.values()]


def put_handed(connection: Connection, seq: int, production: str, content: str) -> None:
    """Keep that a production was handed over, as JSON."""
    connection.execute("INSERT INTO production_handed VALUES(?, ?, ?)", (seq, production, content))


def handed(connection: Connection, production: str) -> list[str]:
    """Give to whom a production was handed over, as JSON, in order."""
    found = connection.execute(
        "SELECT content FROM production_handed WHERE production = ? ORDER BY seq", (production,)
    )
    return [row[0] for row in found]
