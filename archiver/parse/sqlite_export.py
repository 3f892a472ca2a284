"""Read a phone's database of which each row of one table is a message, as phones keep several.

Every row is an item; what the making of it met follows it, and what was not read is named at last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Protocol

from archiver.format import Source
from archiver.model import Finding, Item
from archiver.parse.sqlite_beside import Beside, Rows
from archiver.parse.sqlite_file import open_database
from archiver.parse.sqlite_table import Database, Row


class Making(Protocol):
    """Makes items; `remarks` holds the findings about the last one."""

    remarks: list[Finding]

    def plain(self, number: int, row: Row, beside: Rows) -> Item | None:
        """Make the item of a row that holds words and nothing else; None when there is more."""

    def item(self, number: int, row: Row, beside: Rows) -> Item:
        """Make the item of any row."""


def read_whole(
    source: Source,
    no_messages: str,
    has_messages: Callable[[Database], bool],
    read: Callable[[Source, Database], Iterator[Item | Finding]],
) -> Iterator[Item | Finding]:
    """Yield what is read of a database, and what is to be known about it.

    `no_messages` is the code of the finding that it has no table of messages.
    """
    database, findings = open_database(source)
    yield from findings
    if database is None:
        return
    with closing(database):
        if not has_messages(database):
            yield Finding(no_messages, {"count": len(database.tables)}, source.main)
            return
        yield from read(source, database)
        database.name_unread()
        yield from database.drain()


def messages(
    source: Source,
    database: Database,
    table: str,
    columns: Sequence[str],
    beside: Beside,
    make: Making,
) -> Iterator[Item | Finding]:
    """Yield every row of the table as an item, in step with its side tables."""
    number = source.first_number - 1
    for number, row in enumerate(database.rows(table, columns), source.first_number):
        found = beside.of(row[0])
        yield make.plain(number, row, found) or make.item(number, row, found)
        if make.remarks:
            yield from make.remarks
            make.remarks.clear()
        if database.findings:
            yield from database.drain()
    beside.finish()
    database.check_count(table, number - source.first_number + 1)
