"""Stream the rows of a SQLite database whose columns differ from version to version.

Columns are looked up and never assumed: one that a version lacks reads as NULL. Only real tables
are read, no views. A damaged page costs the rows on it and no others: the stream goes on behind
it, with a finding that says between which rows something is missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from archiver.model import Finding

ROWS_LOST = "E-B906"
COUNT_DIFFERS = "E-B910"
UNDECODABLE = "W-B911"
ORPHANS = "W-B913"
NOT_READ = "W-B914"

Row = tuple[Any, ...]

DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises; its remains may stand in SQLite's own message and be no text."""

_LEAST, _MOST = -(2**63), 2**63 - 1
_MOST_GAPS = 1_000
_NAMES = 2_000


class Database:
    """An open database; `findings` collects what is met while its rows are read."""

    def __init__(self, connection: sqlite3.Connection, member: int) -> None:
        """Take over a connection and look up the tables.

        Raises:
            sqlite3.Error: The list of tables cannot be read.
            UnicodeDecodeError: The same.
        """
        self.findings: list[Finding] = []
        self._connection, self._member = connection, member
        self._broken = 0
        self._read: set[str] = set()
        connection.text_factory = self._decode
        self.tables = {name: columns for name in self._names() if (columns := self._columns(name))}

    def drain(self) -> list[Finding]:
        """Give what was met since the last time."""
        found, self.findings = self.findings, []
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is a table with these columns."""
        return table in self.tables and self.tables[table].issuperset(columns)

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Yield the rows of a table in order of their rowid, which comes first in each.

        Blobs and numbers come as they are, whatever the column was meant for.
        """
        if table not in self.tables:
            return
        self._read.add(table)
        picked = ", ".join(self.column(table, name) for name in columns)
        select = f"SELECT rowid, {picked} FROM {_quoted(table)} WHERE rowid >= ? ORDER BY rowid"  # noqa: S608
        start: int | None = _LEAST
        gaps = 0
        while start is not None:
            try:
                for row in self._connection.execute(select, (start,)):
                    start = row[0] + 1
                    if self._broken:
                        self._undecodable(table, row[0])
                    yield row
            except DAMAGE as error:
                gaps += 1
                start = self._behind(select, table, start or 0, error, last=gaps > _MOST_GAPS)
            else:
                start = None

    def joined(self, tables: Sequence[str], select: str) -> Iterator[Row]:
        """Yield what a statement over these tables gives; put together from constants only.

        A join is written CROSS JOIN, with the table that is looked up last: SQLite would else run
        through all of it for each row, to give the rows in the order that is asked for. On damage
        the rest is left out, with a finding.
        """
        if not all(table in self.tables for table in tables):
            return
        self._read.update(tables)
        last: object = ""
        try:
            for row in self._connection.execute(select):
                last = row[0]
                if self._broken:
                    self._undecodable(tables[0], last)
                yield row
        except DAMAGE as error:
            values: dict[str, str | int] = {
                "table": tables[0], "after": str(last), "until": "", "reason": str(error),
            }  # fmt: skip
            self._find(ROWS_LOST, values)

    def column(self, table: str, name: str, alias: str = "") -> str:
        """Write a column for a statement; NULL when the table has none of that name."""
        if name not in self.tables.get(table, ()):
            return "NULL"
        return f"{alias}.{_quoted(name)}" if alias else _quoted(name)

    def check_count(self, table: str, read: int) -> None:
        """Compare the number of rows that were read with what the database counts."""
        try:
            counted = self._connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()  # noqa: S608
        except DAMAGE:
            counted = (-1,)
        if counted[0] != read:
            self._find(COUNT_DIFFERS, {"table": table, "counted": counted[0], "read": read})

    def orphans(self, table: str, count: int) -> None:
        """Say that rows of a side table belong to no row that was read."""
        if count:
            self._find(ORPHANS, {"table": table, "count": count})

    def name_unread(self) -> None:
        """Name the tables that hold something and were not read."""
        names = sorted(name for name in self.tables if name not in self._read and self._any(name))
        if names:
            self._find(NOT_READ, {"count": len(names), "names": ", ".join(names)[:_NAMES]})

    def _any(self, table: str) -> bool:
        try:
            select = f"SELECT 1 FROM {_quoted(table)} LIMIT 1"  # noqa: S608
            return self._connection.execute(select).fetchone() is not None
        except DAMAGE:
            return True

    def _names(self) -> list[str]:
        """List the real tables; what a module keeps or an index needs is no table of ours."""
        select = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return [name for (name,) in self._connection.execute(select) if isinstance(name, str)]

    def _columns(self, table: str) -> frozenset[str]:
        """List the stored columns; a computed one would run what the file says.

        None when a column hides the rowid by which a table is read.
        """
        found = self._connection.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
        hides = any(str(row[1]).lower() == "rowid" and row[5] != 1 for row in found)
        return frozenset() if hides else frozenset(row[1] for row in found if row[6] == 0)

    def _decode(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            self._broken += 1
            return data.decode(errors="replace")

    def _undecodable(self, table: str, row: object) -> None:
        self._broken = 0
        self._find(UNDECODABLE, {"node": f"{table}/{row}"})

    def _find(self, code: str, values: dict[str, str | int]) -> None:
        self.findings.append(Finding(code, values, self._member))

    def _behind(
        self, select: str, table: str, start: int, error: Exception, *, last: bool
    ) -> int | None:
        """Find the first row behind a damaged place; None when nothing can be read any more."""
        step, found = 1, None
        while not last and found is None and start + step <= _MOST:
            found = self._first(select, start + step)
            step *= 2
        if found is not None:
            found = self._nearest(select, start + step // 4, start + step // 2)
        values: dict[str, str | int] = {
            "table": table, "after": max(start - 1, 0), "reason": str(error),
            "until": "" if found is None else str(found),
        }  # fmt: skip
        self._find(ROWS_LOST, values)
        return found

    def _nearest(self, select: str, bad: int, good: int) -> int | None:
        """Close in on the first place from which rows can be read."""
        while good - bad > 1:
            middle = (bad + good) // 2
            if self._first(select, middle) is None:
                bad = middle
            else:
                good = middle
        return self._first(select, good)

    def _first(self, select: str, start: int) -> int | None:
        """Give the first rowid from a place on, the place itself where there is none; or None."""
        try:
            row = self._connection.execute(select + " LIMIT 1", (start,)).fetchone()
        except DAMAGE:
            return None
        finally:
            self._broken = 0
        return start if row is None else int(row[0])


def text_of(value: object) -> str:
    """Give a stored value as text, whatever its type; blobs as far as they are text."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def whole(value: object) -> int:
    """Give a stored value as a whole number; 0 when it is none."""
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST:
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
