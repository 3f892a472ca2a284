"""One frame for several strands: one clock, and one name for a person whom each knows otherwise.

Strands are taken in canonical order. The frame is the first one's clock; a person is named as the
first strand that knows them does. Every other strand's clock is led to it by the strongest ties.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from archiver.deduplicate.relation import Relation, Stretch
from archiver.model import Utterance

_GLOBAL = ("e164:", "mail:", "jid:", "lid:", "aci:", "mxid:")


class Frame:
    """Brings the copies of one strand into the frame of their conversation."""

    def __init__(
        self, position: int, clocks: Sequence[tuple[Stretch, ...]], persons: Mapping[str, str]
    ) -> None:
        self._position = position
        self._clocks = [_by_own_clock(stretches) for stretches in clocks if stretches]
        self._persons = persons
        steady = all(len(starts) == 1 for starts, _ in self._clocks)
        self._ahead = sum(offsets[0] for _, offsets in self._clocks) if steady else None

    def place(self, utterance: Utterance) -> Utterance:
        """Give a copy with the frame's time and the frame's name of its author."""
        at, author = self.at(utterance.sent_at), self.person(utterance.author)
        if at == utterance.sent_at and author == utterance.author:
            return utterance
        return msgspec.structs.replace(utterance, sent_at=at, author=author)

    def at(self, time: int | None) -> int | None:
        """Give the frame's time of a time of the strand, in milliseconds since 1970."""
        if time is None:
            return None
        if self._ahead is not None:
            return time - self._ahead
        for starts, offsets in self._clocks:
            time -= offsets[bisect_right(starts, time)]
        return time

    def person(self, author: str) -> str:
        """Name an author; a name that nobody tied to another holds within its strand only."""
        return self._persons.get(author) or (author and _own(self._position, author))


def frames(strands: Sequence[int], relations: Mapping[tuple[int, int], Relation]) -> list[Frame]:
    """Give the frame of each strand of one conversation.

    Args:
        strands: Their keys in canonical order.
        relations: By (earlier strand, later strand); those of which is certain that they are one.
    """
    names = _Names()
    ties = _Ties(strands, relations)
    for before, after in ties.pairs():
        if ties.between(before, after).same_phone:
            names.share(before, after)
    for before, after in ties.pairs():
        names.tie(before, after, ties.between(before, after))
    clocks = ties.clocks()
    return [
        Frame(names.position(position), clocks[position], names.of(position))
        for position in range(len(strands))
    ]


class _Ties:
    """How the strands hang together, by their positions in canonical order."""

    def __init__(
        self, strands: Sequence[int], relations: Mapping[tuple[int, int], Relation]
    ) -> None:
        self._count = len(strands)
        self._known = {
            (before, after): relations[one, two]
            for before, one in enumerate(strands)
            for after, two in enumerate(strands)
            if (one, two) in relations
        }

    def pairs(self) -> list[tuple[int, int]]:
        """Give the tied pairs in canonical order."""
        return sorted(self._known)

    def between(self, base: int, other: int) -> Relation:
        """Give the relation of two as the first sees the second."""
        found = self._known.get((base, other))
        return self._known[other, base].mirrored() if found is None else found

    def clocks(self) -> dict[int, tuple[tuple[Stretch, ...], ...]]:
        """Lead every strand's clock to the first one's, by the ties that most texts carry."""
        clocks: dict[int, tuple[tuple[Stretch, ...], ...]] = {0: ()}
        while len(clocks) < self._count:
            step = self._strongest(clocks)
            if step is None:
                clocks[min(set(range(self._count)) - clocks.keys())] = ()
                continue
            base, other = step
            clocks[other] = (self.between(base, other).stretches, *clocks[base])
        return clocks

    def _strongest(self, reached: Mapping[int, object]) -> tuple[int, int] | None:
        steps = [
            (base, other)
            for before, after in self._known
            for base, other in ((before, after), (after, before))
            if base in reached and other not in reached
        ]
        return min(steps, key=lambda step: (-self.between(*step).agreeing, step), default=None)


def _by_own_clock(stretches: Sequence[Stretch]) -> tuple[list[int], list[int]]:
    """Give when each stretch begins by a strand's own clock, and the offset before and after."""
    starts = [one.since + one.offset for one in stretches]
    return starts, [stretches[0].offset, *(one.offset for one in stretches)]


class _Names:
    """Persons: authors of strands that are tied to each other, named as the first strand does."""

    def __init__(self) -> None:
        self._tied: dict[str, str] = {}
        self._authors: dict[int, set[str]] = defaultdict(set)
        self._same: dict[int, int] = {}

    def position(self, strand: int) -> int:
        """Give the strand whose names hold here too: exports of one phone call people the same."""
        return self._same.get(strand, strand)

    def share(self, earlier: int, later: int) -> None:
        """Let the later strand call people as the earlier one does; before anything is tied."""
        here, there = sorted((self.position(earlier), self.position(later)))
        for strand in (*self._same, there, later):
            if self.position(strand) == there:
                self._same[strand] = here

    def tie(self, earlier: int, later: int, relation: Relation) -> None:
        """Learn who of the later strand is whom of the earlier one."""
        for vote in relation.authors:
            if vote.certain:
                self._authors[earlier].add(vote.left)
                self._authors[later].add(vote.right)
                here, there = self.position(earlier), self.position(later)
                self._unite(_own(here, vote.left), _own(there, vote.right))

    def _unite(self, one: str, two: str) -> None:
        first, second = sorted((self._root(one), self._root(two)), key=_order)
        if first != second:
            self._tied[second] = first

    def _root(self, name: str) -> str:
        while name in self._tied:
            name = self._tied[name]
        return name

    def of(self, strand: int) -> dict[str, str]:
        """Give the names of the people of a strand."""
        here = self.position(strand)
        known = {
            name
            for other, names in self._authors.items()
            if self.position(other) == here
            for name in names
        }
        return {author: self._root(_own(here, author)) for author in sorted(known)}


def _own(position: int, author: str) -> str:
    """Name an author within a strand; an identifier that holds everywhere stays as it is."""
    return author if author.startswith(_GLOBAL) else f"{position}/{author}"


def _order(name: str) -> tuple[bool, int, str]:
    """Put identifiers that hold everywhere first, then the names of the first strand."""
    position, _, author = name.partition("/")
    is_name = position.isdecimal()
    return is_name, int(position) if is_name else 0, author
