"""Episodes: the runs of messages in a strand of which work or private is decided as one.

A silence ends an episode, a shorter one does where a new day begins, and so does its length. An
episode is named by its first message, and what was decided of one holds for exactly the messages
that it had then: what arrives later, also between them, forms an episode of its own, a **rest**.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from msgspec import Struct

from archiver.classify.moments import dutch
from archiver.errors import NoSuchThing
from archiver.sorting.tables_acts import Act, acts
from archiver.sorting.tables_members import Member, Strand, members, strand_of
from archiver.store.catalogue.connection import Connection

_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Cut:
    """When an episode ends: after a silence, at a new day after a shorter one, at a length.

    Silences are in hours; days are those of the Dutch clock.
    """

    silence: int = 6
    day_silence: int = 2
    most: int = 200

    def between(self, one: int | None, two: int | None) -> bool:
        """Whether an episode ends between two moments (ms since 1970); never where one is None."""
        if one is None or two is None:
            return (one is None) != (two is None)
        gap = two - one
        if gap >= self.silence * _HOUR:
            return True
        return gap >= self.day_silence * _HOUR and _day(one) != _day(two)


class Episode(Struct, frozen=True):
    """A run of messages of one strand, with the act that counts for all of it, if any.

    A `rest` came after its neighbours were decided.
    """

    id: str
    strand: Strand
    members: tuple[Member, ...]
    act: Act | None = None
    rest: bool = False

    @property
    def digest(self) -> str:
        """The SHA-256 of the names of its messages: of exactly these something is decided."""
        return sha256("\n".join(one.id for one in self.members).encode()).hexdigest()

    @property
    def is_open(self) -> bool:
        """Whether all may see it."""
        return all(one.opened for one in self.members)

    @property
    def since(self) -> int | None:
        """The time of its first message (ms since 1970); None where none has one."""
        return min((one.sent_at for one in self.members if one.sent_at is not None), default=None)

    @property
    def until(self) -> int | None:
        """The time of its last message (ms since 1970); None where none has one."""
        return max((one.sent_at for one in self.members if one.sent_at is not None), default=None)

    @property
    def received_at(self) -> int:
        """When the last of it came in (ms since 1970)."""
        return max(one.received_at for one in self.members)


def episodes(connection: Connection, strand: Strand, cut: Cut) -> list[Episode]:
    """Give the episodes of a strand in the order of their first messages."""
    found = members(connection, strand.key)
    known = acts(connection, [one.act for one in found if one.act is not None])
    decided: dict[int, list[Member]] = {}
    for one in found:
        if one.act is not None:
            decided.setdefault(one.act, []).append(one)
    made = [
        Episode(known[seq].episode, strand, tuple(those), known[seq])
        for seq, those in decided.items()
    ]
    made += [
        Episode(
            found[first].id, strand, tuple(found[first:end]), None, _is_rest(found, first, end, cut)
        )
        for first, end in _runs(found, cut)
    ]
    return sorted(made, key=_first)


def find(connection: Connection, public: str, cut: Cut) -> Episode:
    """Give the episode of this name, or that has the message of this name.

    Raises:
        NoSuchThing: There is none.
    """
    strand = strand_of(connection, public)
    there = [] if strand is None else episodes(connection, strand, cut)
    named = [one for one in there if public in {member.id for member in one.members}]
    for one in named or (one for one in there if one.id == public):
        return one
    raise NoSuchThing(what="episode", name=public)


def around(
    connection: Connection, episode: Episode, number: int
) -> tuple[list[Member], list[Member]]:
    """Give up to `number` messages of the strand before an episode, and as many after it."""
    own = {one.copy for one in episode.members}
    found = members(connection, episode.strand.key)
    others = [one for one in found if one.copy not in own]
    before = [one for one in others if one.order < episode.members[0].order]
    after = [one for one in others if one.order > episode.members[-1].order]
    return before[-number:] if number else [], after[:number]


def _day(moment: int) -> int:
    try:
        return dutch(moment).toordinal()
    except OverflowError:  # A clock may say what no calendar has.
        return moment // (24 * _HOUR)


def _runs(found: Sequence[Member], cut: Cut) -> Iterator[tuple[int, int]]:
    """Yield the undecided runs as (first, end)."""
    first: int | None = None
    for place, one in enumerate(found):
        if first is not None and _ends(found, first, place, cut):
            yield first, place
            first = None
        if first is None and one.act is None:
            first = place
    if first is not None:
        yield first, len(found)


def _ends(found: Sequence[Member], first: int, place: int, cut: Cut) -> bool:
    before, one = found[place - 1], found[place]
    return (
        one.act is not None
        or one.opened != before.opened
        or place - first >= cut.most
        or cut.between(before.sent_at, one.sent_at)
    )


def _is_rest(found: Sequence[Member], first: int, end: int, cut: Cut) -> bool:
    """Whether what stands beside a run is decided, and no silence lies between."""
    beside = pairwise(found[max(first - 1, 0) : end + 1])
    return any(
        (one.act is None) != (two.act is None) and not cut.between(one.sent_at, two.sent_at)
        for one, two in beside
    )


def _first(episode: Episode) -> tuple[int, int, int]:
    return episode.members[0].order
