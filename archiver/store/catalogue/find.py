"""Run a search in the catalogue: full text within time bounds, joined with who and where.

A record's key is coded by time, so full text is walked newest first and stops at the limit; counts
are exact. Filters are looked up for each candidate in indexed tables and never sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection, placeholders
from archiver.store.catalogue.schema import BEFORE_ALL, BEYOND_ALL, COPIES, SERIAL_BITS

_FEW = 5_000
"""Records that are listed before a search rather than looked up for each hit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search made ready: an FTS5 expression (None matches all) and resolved filters.

    A filter that is None is not asked for; an empty one matches nothing. Times are milliseconds,
    `since` included and `until` not.
    """

    words: str | None
    since: int | None = None
    until: int | None = None
    strands: tuple[int, ...] | None = None
    participants: tuple[int, ...] | None = None
    accounts: tuple[int, ...] | None = None
    delivery: int | None = None
    service: str = ""
    sealed: bool = False

    @property
    def table(self) -> str:
        """The full-text table that may be read."""
        return "text_sealed" if self.sealed else "text_open"


def count(connection: Connection, wanted: Wanted) -> int:
    """Count all hits, exactly."""
    found = _Found(connection, wanted)
    return int(connection.execute(f"SELECT count(*) {found.source}", found.values).fetchone()[0])


def newest(connection: Connection, wanted: Wanted, limit: int) -> list[int]:
    """Give the records of the newest hits; a `limit` of 0 gives all."""
    found = _Found(connection, wanted)
    rows = connection.execute(
        f"SELECT {found.key} {found.source} ORDER BY {found.key} DESC LIMIT ?",
        (*found.values, limit or -1),
    )
    return [int(record) for (record,) in rows]


def counted(connection: Connection, wanted: Wanted, limit: int) -> tuple[int, list[int]]:
    """Count all hits, exactly, and give the records of the newest; a `limit` of 0 gives all.

    Where hits can only be few, full text is walked once for both, and onwards: it is slower
    backwards.
    """
    found = _Found(connection, wanted)
    if not found.few:
        return count(connection, wanted), newest(connection, wanted, limit)
    rows = connection.execute(f"SELECT {found.key} {found.source}", found.values)
    records = sorted((record for (record,) in rows), reverse=True)
    return len(records), records[: limit or None]


class _Found:
    """The FROM and WHERE of a search, with the values to bind; `few` bounds its hits."""

    def __init__(self, connection: Connection, wanted: Wanted) -> None:
        self._connection = connection
        self.few = False
        self.values: list[object] = []
        self._conditions: list[str] = []
        if wanted.words is None:
            self.key, table = "record.id", "record"
            self._add(f"record.open = {int(not wanted.sealed)}")
        else:
            self.key, table = f"{wanted.table}.rowid", wanted.table
            self._add(f"{wanted.table} MATCH ?", wanted.words)
        self._bounds(wanted)
        self._filters(wanted)
        self.source = f"FROM {table} WHERE {' AND '.join(self._conditions)}"

    def _add(self, condition: str, *values: object) -> None:
        self._conditions.append(condition)
        self.values.extend(values)

    def _bounds(self, wanted: Wanted) -> None:
        if wanted.since is not None or wanted.until is not None:
            self._add(f"{self.key} BETWEEN ? AND ?", *self._range(wanted))

    @staticmethod
    def _range(wanted: Wanted) -> tuple[int, int]:
        start = BEFORE_ALL if wanted.since is None else wanted.since // 1000 << SERIAL_BITS
        end = BEYOND_ALL if wanted.until is None else (wanted.until // 1000 << SERIAL_BITS) - 1
        return start, end

    def _filters(self, wanted: Wanted) -> None:
        opened = int(not wanted.sealed)
        if wanted.strands is not None:
            self._in_strands(wanted.strands, self._range(wanted))
        if wanted.participants is not None:
            within = f"IN ({placeholders(wanted.participants)})"
            self._exists(
                f"{COPIES} WHERE p.open = {opened}"
                f" AND (p.author {within} OR EXISTS (SELECT 1 FROM mail_participant t"
                f" WHERE t.copy = p.id AND t.participant {within})) AND m.id",
                (*wanted.participants, *wanted.participants),
            )
        if wanted.accounts is not None:
            self._exists(
                f"{COPIES} JOIN strand s ON s.id = p.strand"
                f" WHERE p.open = {opened} AND s.account IN ({placeholders(wanted.accounts)})"
                " AND m.id",
                wanted.accounts,
            )
        if wanted.delivery is not None:
            may_see = "p.open = 0" if wanted.sealed else seen("p", "d")
            self._exists(
                f"{COPIES} JOIN holding h ON h.copy = p.id JOIN delivery d ON d.id = h.delivery"
                f" WHERE {may_see} AND d.id = ?"
                " AND m.id",
                (wanted.delivery,),
            )
        if wanted.service and wanted.words is None:
            self._add(
                "record.conversation IN (SELECT id FROM conversation WHERE service = ?)",
                wanted.service,
            )
        if wanted.sealed and wanted.words is not None:
            self._exists("record r WHERE r.open = 0 AND r.id", ())

    def _in_strands(self, strands: Sequence[int], bounds: tuple[int, int]) -> None:
        """Ask for records of these strands: listed once where they are few, else one by one.

        The plus keeps SQLite from asking full text anew for each record of the list. Before the
        list it asks a Bloom filter, by the sum of what is looked up modulo 80,000 (SQLite 3.53).
        Keys of whole minutes are 125 numbers there, so that nearly all would seem listed: their
        high bits beside them make them as many as there are.
        """
        held = f"strand_copy s WHERE s.strand IN ({placeholders(strands)})"
        listed = f"FROM {held} AND s.record BETWEEN ? AND ?"
        last = self._connection.execute(
            f"SELECT 1 {listed} LIMIT 1 OFFSET {_FEW}", (*strands, *bounds)
        ).fetchone()
        self.few = last is None
        if self.few:
            self._add(
                f"(+{self.key}, {self.key} >> 14) IN (SELECT s.record, s.record >> 14 {listed})",
                *strands,
                *bounds,
            )
        else:
            self._exists(f"{held} AND s.record", strands)

    def _exists(self, what: str, values: Sequence[int]) -> None:
        self._add(f"EXISTS (SELECT 1 FROM {what} = {self.key})", *values)


def strands_of(connection: Connection, conversation: str) -> tuple[int, ...]:
    """Give the strands of the conversations with this id, or with this in their title."""
    return tuple(
        row[0]
        for row in connection.execute(
            "SELECT s.id FROM strand s WHERE s.conversation IN (SELECT c.id FROM conversation c"
            " WHERE c.public = ?1 OR instr(lower(c.title), lower(?1)) > 0"
            " UNION SELECT n.conversation FROM strand n WHERE n.public = ?1)",
            (conversation,),
        )
    )


def participants_of(connection: Connection, person: str) -> tuple[int, ...]:
    """Give the participants with this identifier, or with this in a label or identifier."""
    return tuple(
        row[0]
        for row in connection.execute(
            "SELECT id FROM participant p WHERE instr(lower(p.identifier), lower(?)) > 0"
            " OR EXISTS (SELECT 1 FROM participant_label l WHERE l.participant = p.id"
            " AND instr(lower(l.label), lower(?)) > 0)",
            (person, person),
        )
    )


def in_conversation(
    connection: Connection, record: int, around: int, *, sealed: bool
) -> Iterator[int]:
    """Give up to `around` records before and after one in its conversation, in order of time."""
    strands = (
        "SELECT s.id FROM strand s JOIN record r ON r.conversation = s.conversation WHERE r.id = ?"
    )
    for compare, order in (("<", "DESC"), (">", "ASC")):
        rows = connection.execute(
            f"SELECT DISTINCT h.record FROM strand_copy h JOIN record n ON n.id = h.record"
            f" WHERE h.strand IN ({strands}) AND h.record {compare} ? AND n.open = ?"
            f" ORDER BY h.record {order} LIMIT ?",
            (record, record, not sealed, around),
        ).fetchall()
        yield from sorted(row[0] for row in rows)
