"""Solve one stretch of a conversation: which copies, of all who hold it, are one record.

The answer depends on what was handed in and on officers' decisions, never on the order in which it
came. First each strand by itself: its deliveries in the order of their digests, matched moment by
moment (`archiver.deduplicate.again`). Then strand after strand, in canonical order, each aligned as
a whole with all before it (`archiver.deduplicate.alignment`).

All copies here are in one frame (`archiver.deduplicate.frame`): one clock, one name a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from archiver.deduplicate.again import match_again
from archiver.deduplicate.alignment import align
from archiver.deduplicate.links import Link, Proposal
from archiver.deduplicate.relation import same_clock
from archiver.model import Utterance

Matching = Callable[[str], str]
Pair = tuple[int, int]


class Held(Struct, frozen=True, gc=False):
    """A copy with its strand and those that hold it, as ranks in canonical order, rising."""

    utterance: Utterance
    strand: int
    holders: tuple[int, ...]


class Placed(Struct, frozen=True, gc=False):
    """A copy in its group, and how it came there; `other` is the copy it was aligned with.

    `how` is empty for the copy that opened the group.
    """

    copy: int
    how: str = ""
    other: int = 0
    offset: int = 0
    agrees: tuple[str, ...] = ()


class Doubt(Struct, frozen=True, gc=False):
    """Two copies that may be one message, left apart, and why."""

    copy: int
    other: int
    reason: str


class Solution(Struct, frozen=True):
    """The groups, each a record, with their copies in canonical order; and what stays in doubt."""

    groups: tuple[tuple[Placed, ...], ...]
    doubts: tuple[Doubt, ...]


class Said(Struct, frozen=True):
    """What is known before: pairs of copies that officers put together or apart, or of one file."""

    together: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()
    one_file: frozenset[Pair] = frozenset()


def solve(held: Iterable[Held], said: Said, matching: Matching) -> Solution:
    """Group the copies of one stretch of a conversation.

    Args:
        held: The copies in order of time, in one frame.
        said: What the solution must respect; being apart wins.
        matching: Gives the form in which texts are compared.
    """
    table = _Table(said)
    strands: dict[int, list[Held]] = defaultdict(list)
    for each in held:
        strands[each.strand].append(each)
    for strand in sorted(strands):
        table.add(strands[strand], matching)
    return table.solution()


class _Group:
    """A record in the making."""

    __slots__ = ("holders", "placed", "shown")

    def __init__(self, first: Held) -> None:
        self.shown = first.utterance
        self.placed = [Placed(first.utterance.copy)]
        self.holders = set(first.holders)

    def take(self, other: _Group, first: Placed) -> None:
        """Take in another group, which is empty then; its first copy is placed as said."""
        self.placed += [first, *other.placed[1:]]
        self.holders |= other.holders
        if _says_less(self.shown, other.shown):
            self.shown = other.shown
        other.placed = []


def _says_less(shown: Utterance, other: Utterance) -> bool:
    return shown.type == "deleted" != other.type


def _in_time(groups: Iterable[_Group]) -> list[_Group]:
    """Put groups that have copies in order of time."""
    found = [group for group in groups if group.placed]
    found.sort(key=lambda one: (one.shown.sent_at is not None, one.shown.sent_at or 0))
    return found


def _shown(groups: Sequence[_Group]) -> list[Utterance]:
    return [group.shown for group in groups]


class _Table:
    """The groups so far."""

    def __init__(self, said: Said) -> None:
        self._together: dict[int, dict[int, str]] = defaultdict(dict)
        for how, pairs in (("same-file", said.one_file), ("officer", said.together)):
            for one, two in pairs - said.apart:
                self._together[one][two] = self._together[two][one] = how
        self._apart: dict[int, set[int]] = defaultdict(set)
        for one, two in said.apart:
            self._apart[one].add(two)
            self._apart[two].add(one)
        self._groups: list[_Group] = []
        self._group_of: dict[int, _Group] = {}
        self._doubts: list[Doubt] = []

    def add(self, held: Sequence[Held], matching: Matching) -> None:
        """Give each copy of a strand its group."""
        earlier = len(self._groups)
        own = self._exports(held, matching)
        loose = [group for group in own if not self._decided(group)]
        before = _in_time(self._groups[:earlier])
        if before and loose:
            there = _in_time(loose)
            found = align(_shown(before), _shown(there), same_clock(), matching)
            self._take([*found.links, *found.proposals])

    def _exports(self, held: Sequence[Held], matching: Matching) -> list[_Group]:
        """Group the copies of one strand, delivery by delivery."""
        brought: dict[int, list[Held]] = defaultdict(list)
        for each in held:
            brought[each.holders[0]].append(each)
        own: list[_Group] = []
        for rank in sorted(brought):
            facing = _in_time(group for group in own if rank not in group.holders)
            for each in brought[rank]:
                group = _Group(each)
                own.append(group)
                self._groups.append(group)
                self._group_of[each.utterance.copy] = group
            if facing:
                new = [each.utterance for each in brought[rank]]
                self._take(match_again(_shown(facing), new, matching))
                own = [group for group in own if group.placed]
        return own

    def _take(self, found: Iterable[Link | Proposal]) -> None:
        """Join what is linked; what is proposed, or cannot be joined, stays in doubt."""
        for one in found:
            group, joining = self._group_of[one.left], self._group_of[one.right]
            if isinstance(one, Proposal):
                self._doubts.append(Doubt(one.right, one.left, one.reason))
            elif self._may_join(group, joining):
                group.take(joining, Placed(one.right, one.how, one.left, one.offset, one.evidence))
                self._moved(group)
            elif not group.holders.isdisjoint(joining.holders):
                self._doubts.append(Doubt(one.right, one.left, "held-twice"))

    def _moved(self, group: _Group) -> None:
        for placed in group.placed:
            self._group_of[placed.copy] = group

    def _may_join(self, group: _Group, joining: _Group) -> bool:
        """Whether no delivery would hold the record twice, and no officer said otherwise."""
        apart = any(
            two.copy in self._apart.get(one.copy, ())
            for one in group.placed
            for two in joining.placed
        )
        return not apart and group.holders.isdisjoint(joining.holders)

    def _decided(self, group: _Group) -> bool:
        """Put a group where an officer, or an equal file, puts one of its copies."""
        for placed in list(group.placed):
            for other, how in sorted(self._together.get(placed.copy, {}).items()):
                there = self._group_of.get(other)
                if there is not None and there is not group:
                    there.take(group, Placed(group.placed[0].copy, how, other))
                    self._moved(there)
                    return True
        return False

    def solution(self) -> Solution:
        """Give the groups in the order in which they were opened; doubts that were solved go."""
        groups = [tuple(group.placed) for group in self._groups if group.placed]
        return Solution(tuple(groups), tuple(self._open_doubts()))

    def _open_doubts(self) -> Iterator[Doubt]:
        for doubt in self._doubts:
            one, two = self._group_of.get(doubt.copy), self._group_of.get(doubt.other)
            said = doubt.other in self._apart.get(doubt.copy, ())
            if one is not two and not said:
                yield doubt
