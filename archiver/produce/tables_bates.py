"""The statements of Bates numbers: which were given out, for what content."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from archiver.store.catalogue.connection import Connection


class Given(Struct, frozen=True):
    """Numbers that one document and the files attached to it have: `count` from `first` on.

    `content` is the digest of what they stand for, `slice` the document's number in the case.
    """

    content: str
    slice: str
    prefix: str
    first: int
    count: int


def put(connection: Connection, case: str, given: Iterable[Given]) -> None:
    """Keep numbers that were given out in a case."""
    connection.executemany(
        "INSERT INTO bates VALUES(?, ?, ?, ?, ?, ?)",
        [(one.first, one.count, case, one.content, one.slice, one.prefix) for one in given],
    )


def of_case(connection: Connection, case: str) -> list[Given]:
    """Give the numbers of a case, in order."""
    rows = connection.execute(
        "SELECT content, slice, prefix, first, count FROM bates WHERE case_file = ? ORDER BY first",
        (case,),
    )
    return [Given(*row) for row in rows]


def last(connection: Connection) -> int:
    """Give the last number that was ever given out, 0 before the first."""
    row = connection.execute("SELECT coalesce(max(first + count - 1), 0) FROM bates").fetchone()
    return int(row[0])
