"""Bring together the rows of many tables that belong to one message, in one pass over each.

Every side table is read in the order of the message it belongs to, in step with the messages: no
statement per message, no table in memory. Rows that belong to no message are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archiver.parse.sqlite_table import Database, Row

Rows = Mapping[str, list[Row]]
"""The rows of one message by the name of the side table, each without the message's number."""

NOTHING: Rows = {}
_END = 1 << 63


class _Side:
    """One side table, in the order of the messages."""

    __slots__ = ("_rows", "key", "name", "row", "strays", "table")

    def __init__(self, name: str, table: str, rows: Iterator[Row]) -> None:
        self.name, self.table, self._rows = name, table, rows
        self.strays = 0
        self.row: Row = ()
        self.key = -_END
        self.advance()

    def advance(self) -> None:
        """Go to the next row that names a message."""
        for row in self._rows:
            if type(row[0]) is int:
                self.key, self.row = row[0], row[1:]
                return
            self.strays += 1
        self.key = _END

    def take(self, message: int) -> list[Row]:
        """Give the rows of a message and leave those of earlier ones aside."""
        while self.key < message:
            self.strays += 1
            self.advance()
        found = []
        while self.key == message:
            found.append(self.row)
            self.advance()
        return found


class Beside:
    """The side tables by name: which table, and its rows with the message's number first."""

    def __init__(
        self, database: Database, selects: Mapping[str, tuple[str, Iterator[Row]]]
    ) -> None:
        """Start all of them."""
        self._database = database
        self._sides = [_Side(name, table, rows) for name, (table, rows) in selects.items()]
        self._next = min((side.key for side in self._sides), default=_END)

    def of(self, message: int) -> Rows:
        """Give what belongs to a message; messages come in rising order."""
        if message < self._next:
            return NOTHING
        found = {
            side.name: rows
            for side in self._sides
            if side.key <= message and (rows := side.take(message))
        }
        self._next = min(side.key for side in self._sides)
        return found or NOTHING

    def finish(self) -> None:
        """Count what belongs to no message."""
        for side in self._sides:
            side.take(_END - 1)
            self._database.orphans(side.table, side.strays)


def side(database: Database, table: str, key: str, names: Sequence[str]) -> Iterator[Row]:
    """Read columns of a side table by the message that its column `key` names."""
    if not database.has(table, key):
        return iter(())
    columns = ", ".join(database.column(table, name) for name in names)
    return database.joined(
        (table,),
        f"SELECT {key}, {columns} FROM {table} ORDER BY {key}, rowid",  # noqa: S608
    )


def first(beside: Rows, name: str) -> Row:
    """Give the first row of a side table; empty when the message has none."""
    rows = beside.get(name)
    return rows[0] if rows else ()
