"""Two strands side by side while they are aligned: what is compared, and what is joined so far."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from archiver.deduplicate.authors import People, Tie
from archiver.deduplicate.clocks import HOUR, TOLERANCE, Clock
from archiver.deduplicate.likeness import Matching, forms
from archiver.deduplicate.links import Link, Proposal
from archiver.deduplicate.relation import Relation
from archiver.model import Utterance

NOBODY = -1
_MINUTE = 60_000
_CENTRED = 5
"""So many anchors say how far somebody's messages lie apart besides the zone."""


class Board:
    """The utterances with a time of two strands, and which belong together so far.

    Indexes count within each side; times are on the right's clock, in milliseconds.
    """

    def __init__(
        self,
        left: Sequence[Utterance],
        right: Sequence[Utterance],
        relation: Relation,
        matching: Matching,
    ) -> None:
        self.matching = matching
        self.people = People(relation)
        self.left, self.right = left, right
        self.left_forms = forms(left, matching)
        self.right_forms = forms(right, matching)
        clock = Clock(relation.stretches)
        self.left_times = _on_right_clock(left, clock)
        self.right_times = [one.sent_at or 0 for one in right]
        self.left_mates = [NOBODY] * len(left)
        self.right_mates = [NOBODY] * len(right)
        self.links: list[Link] = []
        self.proposals: list[Proposal] = []
        self.margin = _MINUTE if _in_minutes(left) or _in_minutes(right) else _MINUTE // 4
        self._also = _also(left, right, clock)
        self.left_authors = [one.author for one in left]
        self.right_authors = [one.author for one in right]
        self._names = self.people.one_name(self.left_authors, self.right_authors)
        self._posts: tuple[list[int], list[int]] = [], []

    def apart(self, i: int, j: int) -> int:
        """Give how far two utterances are apart on one clock, in milliseconds."""
        rest = self.right_times[j] - self.left_times[i]
        if self._also is None:
            return abs(rest)
        here, there = self._also
        readings = (0, *here.get(i, ()), *there.get(j, ()))
        return min(abs(rest - other) for other in readings)

    def cost(self, i: int, j: int) -> int:
        """Give how far two utterances are apart in time and in order, in milliseconds.

        Three messages that are known and stand between count as much as the least difference of
        time that tells.
        """
        ours, theirs = self._posts
        between = abs(bisect_left(ours, i) - bisect_left(theirs, j))
        return self.apart(i, j) + between * (self.margin // 3 + 1)

    def around(self, i: int, there: Sequence[int]) -> Sequence[int]:
        """Give those of the right, in order, that can be near in time."""
        if self._also is not None:
            return there
        time = self.left_times[i]
        since = bisect_left(there, time - TOLERANCE, key=self.right_times.__getitem__)
        until = bisect_right(there, time + TOLERANCE, key=self.right_times.__getitem__)
        return there[since:until]

    def tie(self, i: int, j: int) -> Tie:
        """Say what is known of the two authors."""
        return self.people.tie(self.left_authors[i], self.right_authors[j])

    def left_people(self) -> list[str]:
        """Give for each utterance of the left who said it; empty where that is not certain."""
        return [*map(self._names[0].__getitem__, self.left_authors)]

    def right_people(self) -> list[str]:
        """Give the same for the right, with the same names."""
        return [*map(self._names[1].__getitem__, self.right_authors)]

    def settle(self) -> None:
        """Take the links so far as fixed: they say what stands where, and whose clock is ahead."""
        pairs = [(i, j) for i, j in enumerate(self.left_mates) if j != NOBODY]
        fixed = rising(pairs)
        self._posts = [i for i, _ in fixed], [j for _, j in fixed]
        if self._also is not None:
            self._read_again(fixed)
        self._centre(pairs)

    def join(self, i: int, j: int, how: str, score: int, evidence: tuple[str, ...]) -> None:
        """Make two utterances one message."""
        here, there = self.left[i], self.right[j]
        self.left_mates[i], self.right_mates[j] = j, i
        offset = (there.sent_at or 0) - (here.sent_at or 0)
        self.links.append(Link(here.copy, there.copy, how, offset, score, evidence))

    def propose(
        self, i: int, j: int, how: str, score: int, evidence: tuple[str, ...], reason: str
    ) -> None:
        """Keep a pair for a person to judge."""
        here, there = self.left[i], self.right[j]
        offset = (there.sent_at or 0) - (here.sent_at or 0)
        self.proposals.append(Proposal(here.copy, there.copy, how, offset, score, evidence, reason))

    def left_over(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield what is not joined, in pieces between which nothing was left for a while."""
        ours = _alone(self.left_times, self.left_mates, 0)
        theirs = _alone(self.right_times, self.right_mates, 1)
        piece: tuple[list[int], list[int]] = [], []
        last = 0
        for time, side, n in sorted(chain(ours, theirs)):
            if time - last > TOLERANCE:
                if piece[0] and piece[1]:
                    yield piece
                piece = [], []
            piece[side].append(n)
            last = time
        if piece[0] and piece[1]:
            yield piece

    def _read_again(self, fixed: Sequence[tuple[int, int]]) -> None:
        """Where anchors show that the other reading of the clock holds, take that one."""
        times = [*self.left_times]
        for (start, _), (i, j), (end, _) in zip(
            [(0, 0), *fixed], fixed, [*fixed[1:], (len(times), 0)], strict=False
        ):
            rest = self.right_times[j] - times[i]
            if abs(rest) <= TOLERANCE or self.apart(i, j) > TOLERANCE:
                continue
            shift = (rest + HOUR // 4) // (HOUR // 2) * (HOUR // 2)
            for n in range(start + 1, end):
                if abs(times[n] - times[i]) <= HOUR and self.left_times[n] == times[n]:
                    self.left_times[n] = times[n] + shift

    def _centre(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Put each person's messages where the anchors say that they are on the average.

        One's own messages bear the time of one's own phone, the others that of the service.
        """
        rests: dict[str, list[int]] = {}
        for i, j in pairs:
            rest = self.right_times[j] - self.left_times[i]
            if -TOLERANCE <= rest <= TOLERANCE:
                rests.setdefault(self.left_authors[i], []).append(rest)
        everybody = [rest for one in rests.values() for rest in one]
        usual = _mean(everybody) if len(everybody) >= _CENTRED else 0
        centres = {who: _mean(one) for who, one in rests.items() if len(one) >= _CENTRED}
        self.left_times = [
            time + centres.get(author, usual)
            for time, author in zip(self.left_times, self.left_authors, strict=True)
        ]


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the longest part of pairs, ordered by the left, in which the right rises as well."""
    tails: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for n, (_, right) in enumerate(pairs):
        at = len(tails) if not tails or right > tails[-1] else bisect_left(tails, right)
        if at == len(tails):
            tails.append(right)
            lasts.append(n)
        else:
            tails[at], lasts[at] = right, n
        before.append(lasts[at - 1] if at else NOBODY)
    course = []
    at = lasts[-1] if lasts else NOBODY
    while at != NOBODY:
        course.append(pairs[at])
        at = before[at]
    return course[::-1]


def _mean(rests: Sequence[int]) -> int:
    return sum(rests) // len(rests)


def _in_minutes(side: Iterable[Utterance]) -> bool:
    return any(one.precision == "min" for one in side)


def _alone(times: Sequence[int], mates: Sequence[int], side: int) -> Iterator[tuple[int, int, int]]:
    for n, mate in enumerate(mates):
        if mate == NOBODY:
            yield times[n], side, n


def _on_right_clock(left: Sequence[Utterance], clock: Clock) -> list[int]:
    steady = clock.steady
    if steady is not None:
        return [(one.sent_at or 0) + steady for one in left]
    return [time + clock.offset(time) for time in (one.sent_at or 0 for one in left)]


_Also = tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]


def _also(left: Sequence[Utterance], right: Sequence[Utterance], clock: Clock) -> _Also | None:
    """Find the times that can be read in another way too; most windows have none."""
    twice = HOUR, -HOUR
    here: dict[int, tuple[int, ...]] = {i: twice for i, one in enumerate(left) if one.ambiguous}
    there: dict[int, tuple[int, ...]] = {j: twice for j, one in enumerate(right) if one.ambiguous}
    if clock.steady is None:
        for i, one in enumerate(left):
            others = clock.also(one.sent_at or 0)
            if others:
                here[i] = (*here.get(i, ()), *others)
    return (here, there) if here or there else None
