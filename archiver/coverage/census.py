"""Count every copy and every holding once: by thread and month, by thread and delivery.

All answers on coverage rest on this one reading, so that no two of them can disagree. A thread is
one account's strand of a conversation. What is sealed is counted beside what is open.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from archiver.coverage import tables
from archiver.coverage.months import Months
from archiver.coverage.tables import CopyRow, Strand
from archiver.store.catalogue.connection import Connection

_ON, _OFF = 1, 2
OPEN, SEALED = 1, 0


@dataclass(slots=True)
class Tally:
    """How many records, and the first and last moment (ms since 1970) of those that have one."""

    records: int = 0
    first: int | None = None
    last: int | None = None

    def count(self, sent_at: int | None) -> None:
        """Count one record."""
        self.records += 1
        if sent_at is None:
            return
        if self.first is None or sent_at < self.first:
            self.first = sent_at
        if self.last is None or sent_at > self.last:
            self.last = sent_at

    def add(self, other: Tally) -> None:
        """Count what another has counted."""
        self.records += other.records
        for moment in (other.first, other.last):
            if moment is not None:
                self.first = moment if self.first is None else min(self.first, moment)
                self.last = moment if self.last is None else max(self.last, moment)


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    found = Tally()
    for one in tallies:
        found.add(one)
    return found


@dataclass(slots=True)
class Authored:
    """What one watched participant wrote: the open copies, and how many sealed ones."""

    copies: list[int] = field(default_factory=list)
    opened: Tally = field(default_factory=Tally)
    sealed: int = 0


Thread = tuple[int, int]


@dataclass(slots=True)
class Census:
    """What is here by thread, a strand's key with 1 for what is open of it and 0 for the rest.

    `spread` is by stretch of time (None for records without a time), `exports` by delivery's key.
    The others know strands by key: `switched` when messages were last set to disappear and to stay
    (`UNTIMED` where that has no time), `shared` the open records of chats that several accounts
    have.
    """

    months: Months
    strands: dict[int, Strand]
    spread: dict[Thread, dict[int | None, Tally]]
    exports: dict[Thread, dict[int, Tally]]
    switched: dict[int, tuple[int | None, int | None]]
    shared: dict[int, set[int]]
    sent_at: dict[int, int]
    authored: dict[int, Authored]


def census(
    connection: Connection,
    months: Months,
    watched: Collection[int] = frozenset(),
    *,
    by_delivery: bool = False,
) -> Census:
    """Read the catalogue once; `watched` are participants whose own messages are told apart.

    Only what is asked `by_delivery` reads the holdings too.
    """
    strands = {one.key: one for one in tables.strands(connection)}
    found = Census(months, strands, defaultdict(dict), defaultdict(dict), {}, {}, {}, {})
    shared = _shared(strands.values())
    place = _Place(found)
    kept = _Kept(tables.last_copy(connection) + 1 if by_delivery else 0)
    for copy in tables.copies(connection):
        key, _, strand, opened, sent_at, author, switch = copy
        if strand not in strands:
            continue
        place.tally(strand, opened, sent_at).count(sent_at)
        if by_delivery:
            kept.keep(key, strand, opened, sent_at)
        if switch:
            _switch(found, copy)
        if strand in shared:
            _share(found, copy)
        if author is not None and author in watched:
            _author(found.authored.setdefault(author, Authored()), copy)
    if by_delivery:
        kept.count(found, tables.holdings(connection))
    return found


UNTIMED = -(1 << 62)
"""Stands for a time that nobody knows, before all others."""


class _Place:
    """Finds the tally that a record counts in; neighbours mostly count in the same one."""

    def __init__(self, found: Census) -> None:
        self._found = found
        self._thread: Thread = (0, 0)
        self._low = self._high = 0
        self._last = Tally()

    def tally(self, strand: int, opened: int, sent_at: int | None) -> Tally:
        """Give the tally of a thread and a stretch of time."""
        same = self._thread == (strand, opened)
        if same and sent_at is not None and self._low <= sent_at < self._high:
            return self._last
        months = self._found.months
        stretch = None if sent_at is None else months.stretch(sent_at)
        spread = self._found.spread[strand, opened]
        tally = spread.get(stretch)
        if tally is None:
            tally = spread[stretch] = Tally()
        if stretch is not None and stretch + 1 < len(months.starts):
            self._thread, self._last = (strand, opened), tally
            self._low, self._high = months.starts[stretch], months.starts[stretch + 1]
        return tally


class _Kept:
    """Remembers of each copy where it belongs, by its key, till the holdings are read."""

    def __init__(self, size: int) -> None:
        self._strand = array("q", bytes(8 * size))
        self._sent_at = array("q", bytes(8 * size))
        self._open = bytearray(size)

    def keep(self, key: int, strand: int, opened: int, sent_at: int | None) -> None:
        """Remember one copy."""
        self._strand[key] = strand
        self._open[key] = opened
        self._sent_at[key] = UNTIMED if sent_at is None else sent_at

    def count(self, found: Census, holdings: Iterable[tuple[int, int]]) -> None:
        """Count what each delivery has of each thread."""
        strands, opened, times = self._strand, self._open, self._sent_at
        last, tally = (0, 0, 0), Tally()
        for delivery, key in holdings:
            if not strands[key]:
                continue
            where = delivery, strands[key], opened[key]
            if where != last:
                tally = found.exports[where[1:]].setdefault(delivery, Tally())
                last = where
            tally.count(None if times[key] == UNTIMED else times[key])


def _shared(strands: Iterable[Strand]) -> set[int]:
    """Give the strands of chats that more than one account has. Not everyone gets every mail."""
    having: dict[str, dict[int, str]] = defaultdict(dict)
    for one in strands:
        if one.service != "mail":
            having[one.conversation][one.key] = one.account
    return {key for among in having.values() if len(set(among.values())) > 1 for key in among}


def _switch(found: Census, copy: CopyRow) -> None:
    on, off = found.switched.get(copy.strand, (None, None))
    at = UNTIMED if copy.sent_at is None else copy.sent_at
    found.switched[copy.strand] = (
        max(on or at, at) if copy.switch == _ON else on,
        max(off or at, at) if copy.switch == _OFF else off,
    )


def _share(found: Census, copy: CopyRow) -> None:
    if copy.open and copy.sent_at is not None:
        found.shared.setdefault(copy.strand, set()).add(copy.record)
        found.sent_at[copy.record] = copy.sent_at


def _author(one: Authored, copy: CopyRow) -> None:
    if copy.open:
        one.copies.append(copy.key)
        one.opened.count(copy.sent_at)
    else:
        one.sealed += 1
