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
        if sent_at is not None:
            self.first = sent_at if self.first is None else min(self.first, sent_at)
            self.last = sent_at if self.last is None else max(self.last, sent_at)

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
    The others know strands by key: `switched` when messages were last set to disappear and to stay,
    `shared` the open records of chats that several accounts have.
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
    connection: Connection, months: Months, watched: Collection[int] = frozenset()
) -> Census:
    """Read the catalogue once; `watched` are participants whose own messages are told apart."""
    strands = {one.key: one for one in tables.strands(connection)}
    found = Census(months, strands, defaultdict(dict), defaultdict(dict), {}, {}, {}, {})
    shared = _shared(strands.values())
    size = tables.last_copy(connection) + 1
    where, when, is_open = array("q", bytes(8 * size)), array("q", bytes(8 * size)), bytearray(size)
    for copy in tables.copies(connection):
        if copy.strand not in strands:
            continue
        where[copy.key] = copy.strand
        is_open[copy.key] = copy.open
        when[copy.key] = _NONE if copy.sent_at is None else copy.sent_at
        _count(found, copy)
        if copy.strand in shared:
            _share(found, copy)
        if copy.author is not None and copy.author in watched:
            _author(found.authored.setdefault(copy.author, Authored()), copy)
    for delivery, key in tables.holdings(connection):
        if strand := where[key]:
            exports = found.exports[strand, is_open[key]]
            tally = exports.get(delivery)
            if tally is None:
                tally = exports[delivery] = Tally()
            tally.count(None if when[key] == _NONE else when[key])
    return found


_NONE = -(1 << 62)


def _shared(strands: Iterable[Strand]) -> set[int]:
    """Give the strands of chats that more than one account has. Not everyone gets every mail."""
    having: dict[str, dict[int, str]] = defaultdict(dict)
    for one in strands:
        if one.service != "mail":
            having[one.conversation][one.key] = one.account
    return {key for among in having.values() if len(set(among.values())) > 1 for key in among}


def _count(found: Census, copy: CopyRow) -> None:
    stretch = None if copy.sent_at is None else found.months.stretch(copy.sent_at)
    spread = found.spread[copy.strand, copy.open]
    tally = spread.get(stretch)
    if tally is None:
        tally = spread[stretch] = Tally()
    tally.count(copy.sent_at)
    if copy.switch:
        on, off = found.switched.get(copy.strand, (None, None))
        at = copy.sent_at if copy.sent_at is not None else 0
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
