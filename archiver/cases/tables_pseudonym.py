"""The statements of pseudonyms: which name stands for which numbered person of a case."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.catalogue.connection import Connection


def put(connection: Connection, case: str, numbered: Iterable[tuple[str, int]]) -> None:
    """Keep (folded name, number) of one case."""
    connection.executemany(
        "INSERT OR REPLACE INTO case_pseudonym(case_file, name, number) VALUES(?, ?, ?)",
        [(case, *one) for one in numbered],
    )


def numbers(connection: Connection, case: str) -> dict[str, int]:
    """Give the number of each folded name of a case."""
    rows = connection.execute(
        "SELECT name, number FROM case_pseudonym WHERE case_file = ? ORDER BY number, name",
        (case,),
    )
    return dict(rows.fetchall())
