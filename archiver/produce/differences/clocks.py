"""One clock for all exports of a conversation, and who is certainly whom, as aligning learned it.

Times are brought to the clock of the first export (in an order that no arrival changes) of those
that may be seen. What was learned is used whole, also through strands that may not be seen: how far
two clocks that one sees stand apart tells nothing of a third.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from archiver.deduplicate.frame import Frame, frames
from archiver.deduplicate.relation import Relation
from archiver.deduplicate.ties import relations as ties_of
from archiver.store.catalogue import related
from archiver.store.catalogue.compare import Export
from archiver.store.catalogue.connection import Connection

HOUR = 3_600_000
_HUNG = HOUR // 2
_SEASONS = 2 * HOUR
"""So much summer time moves two clocks against one another in a year."""


class Clocks:
    """Reads every strand's times on one clock."""

    def __init__(
        self,
        placed: Mapping[int, Frame],
        first: int,
        known: Mapping[int, frozenset[str]],
        *,
        one_clock: bool,
    ) -> None:
        self._placed = placed
        self._first = placed[first]
        self._known = known
        self._one_clock = one_clock

    def at(self, strand: int, time: int) -> int:
        """Give the common time of a strand's own time, in milliseconds since 1970."""
        if self._one_clock:
            return time
        wanted = self._placed[strand].at(time) or 0
        found = wanted
        for _ in range(3):
            # The frame may be that of a strand which is not shown; the way back is found by steps.
            off = (self._first.at(found) or 0) - wanted
            if not off:
                break
            found -= off
        return found

    def person(self, strand: int, author: str) -> str:
        """Name an author as all strands do; empty when it is not certain who it is."""
        return self._placed[strand].person(author) if author in self._known[strand] else ""

    def spread(self, exports: Iterable[Export]) -> int:
        """Give how far a record may lie from where its own time puts it, in milliseconds."""
        ends = [
            (one.strand, time)
            for one in exports
            for time in (one.first, one.last)
            if time is not None
        ]
        apart = max((abs(self.at(strand, time) - time) for strand, time in ends), default=0)
        return apart + _HUNG + (_SEASONS if apart else 0)


def clocks(connection: Connection, strands: Sequence[int], exports: Sequence[Export]) -> Clocks:
    """Learn from what the catalogue knows of a conversation's strands (at least one export)."""
    order = sorted(strands, key=partial(related.place_of, connection))
    relations = _relations(connection, order)
    known: dict[int, set[str]] = {strand: set() for strand in order}
    for (one, two), relation in relations.items():
        for vote in relation.certain_authors:
            known[one].add(vote.left)
            known[two].add(vote.right)
    return Clocks(
        dict(zip(order, frames(order, relations), strict=True)),
        exports[0].strand,
        {strand: frozenset(names) for strand, names in known.items()},
        one_clock=not any(part.offset for one in relations.values() for part in one.stretches),
    )


def _relations(connection: Connection, order: Sequence[int]) -> dict[tuple[int, int], Relation]:
    """Give what is known of the strands that are certainly one, the earlier of each pair first."""
    ties = {tie for strand in order for tie in related.ties(connection, strand)}
    same = (t for t in ties if t[2] == "same" and t[0] in order and t[1] in order)
    return ties_of(sorted(same), order.index)
