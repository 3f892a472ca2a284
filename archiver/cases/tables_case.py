"""The statements of cases: the case itself, what was done in it, and the searches it keeps."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archiver.store.catalogue.connection import Connection


def put(connection: Connection, public: str, seq: int, content: str) -> None:
    """Keep a case as JSON, or what is new about it; `seq` stays that of its opening."""
    connection.execute(
        "INSERT INTO case_file VALUES(?, ?, ?) ON CONFLICT(public)"
        " DO UPDATE SET content = excluded.content",
        (public, seq, content),
    )


def rows(connection: Connection) -> list[str]:
    """Give all cases as JSON, the oldest first."""
    found = connection.execute("SELECT content FROM case_file ORDER BY seq, public")
    return [row[0] for row in found]


def row(connection: Connection, public: str) -> str | None:
    """Give one case as JSON."""
    found = connection.execute("SELECT content FROM case_file WHERE public = ?", (public,))
    content = found.fetchone()
    return None if content is None else str(content[0])


def put_step(connection: Connection, values: Sequence[Any]) -> None:
    """Keep what was done in a case: (case, seq, what, officer, at, content as JSON)."""
    connection.execute("INSERT INTO case_step VALUES(?, ?, ?, ?, ?, ?)", values)


def steps(connection: Connection, public: str) -> list[tuple[int, str, str, str, str]]:
    """Give what was done in a case, in order: (seq, what, officer, at, content as JSON)."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT seq, what, officer, at, content FROM case_step WHERE case_file = ? ORDER BY seq",
        (public,),
    ).fetchall()


def put_search(connection: Connection, public: str, case: str, seq: int, content: str) -> None:
    """Keep a search of a case, as JSON."""
    connection.execute("INSERT INTO case_search VALUES(?, ?, ?, ?)", (public, case, seq, content))


def searches(connection: Connection, case: str) -> list[tuple[int, str]]:
    """Give the searches of a case, in order: (seq, content as JSON)."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT seq, content FROM case_search WHERE case_file = ? ORDER BY seq", (case,)
    ).fetchall()
