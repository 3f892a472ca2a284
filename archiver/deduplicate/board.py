"""Two strands side by side while they are aligned: what is compared, and what is joined so far."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from operator import add

from archiver.deduplicate.authors import People, Tie
from archiver.deduplicate.clocks import HOUR, TOLERANCE, Clock
from archiver.deduplicate.likeness import Matching, forms
from archiver.deduplicate.links import Grounds
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
        times = [one.sent_at or 0 for one in left]
        clock = Clock(relation.stretches)
        if times and clock.steady is None:
            clock = clock.between(min(times), max(times))
        self.left_times = _on_right_clock(times, clock)
        self.right_times = [one.sent_at or 0 for one in right]
        self.left_mates = [NOBODY] * len(left)
        self.right_mates = [NOBODY] * len(right)
        self.grounds: dict[int, Grounds] = {}
        self.proposed: dict[tuple[int, int], tuple[Grounds, str]] = {}
        self.margin = _MINUTE if _in_minutes(left) or _in_minutes(right) else _MINUTE // 4
        self._misplaced = self.margin // 3 + 1
        self._also = _also(left, right, times, clock)
        self.has_doubtful_times = self._also is not None
        self.left_authors = [one.author for one in left]
        self.right_authors = [one.author for one in right]
        here, there = self.people.one_name(set(self.left_authors), set(self.right_authors))
        self.left_people = [*map(here.__getitem__, self.left_authors)]
        self.right_people = [*map(there.__getitem__, self.right_authors)]
        self._posts: tuple[Sequence[int], Sequence[int]] = (), ()

    def apart(self, i: int, j: int) -> int:
        """Give how far two utterances are apart on one clock, in milliseconds."""
        rest = self.right_times[j] - self.left_times[i]
        if self._also is None:
            return abs(rest)
        here, there = self._also
        if i not in here and j not in there:
            return abs(rest)
        readings = (0, *here.get(i, ()), *there.get(j, ()))
        return min(abs(rest - other) for other in readings)

    def cost(self, i: int, j: int) -> int:
        """Give how far two utterances are apart in time and in order, in milliseconds.

        Three messages that are known and stand between count as much as the least difference of
        time that tells.
        """
        ours, theirs = self._posts
        return self.apart(i, j) + abs(ours[i] - theirs[j]) * self._misplaced

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

    def settle(self) -> None:
        """Take the links so far as fixed: they say what stands where, and whose clock is ahead."""
        pairs = [(i, j) for i, j in enumerate(self.left_mates) if j != NOBODY]
        fixed = rising(pairs)
        self._posts = (
            _passed([i for i, _ in fixed], len(self.left)),
            _passed([j for _, j in fixed], len(self.right)),
        )
        if self._also is not None:
            self._read_again(fixed)
        self._centre(pairs)

    def join(self, i: int, j: int, grounds: Grounds) -> None:
        """Make two utterances one message."""
        self.left_mates[i], self.right_mates[j] = j, i
        self.grounds[i] = grounds

    def propose(self, i: int, j: int, grounds: Grounds, reason: str) -> None:
        """Keep a pair for a person to judge, for the first reason that was found."""
        self.proposed.setdefault((i, j), (grounds, reason))

    def left_over(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield what is not joined, in pieces between which nothing was left for a while."""
        ours = _timed(self.left_times, self.left_mates, 0)
        theirs = _timed(self.right_times, self.right_mates, 1)
        piece: tuple[list[int], list[int]] = [], []
        last = 0
        for time, side, n in sorted(ours + theirs):
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
        authors, ours, theirs = self.left_authors, self.left_times, self.right_times
        rests: dict[str, list[int]] = {who: [] for who in set(authors)}
        for i, j in pairs:
            rest = theirs[j] - ours[i]
            if -TOLERANCE <= rest <= TOLERANCE:
                rests[authors[i]].append(rest)
        usual = _mean([*chain.from_iterable(rests.values())], 0)
        centres = {who: _mean(one, usual) for who, one in rests.items()}
        shifts = map(centres.__getitem__, self.left_authors)
        self.left_times = [*map(add, self.left_times, shifts)]


def alone(mates: Iterable[int]) -> list[int]:
    """Give the places of what is not joined."""
    return [n for n, mate in enumerate(mates) if mate == NOBODY]


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the longest part of pairs, ordered by the left, in which the right rises as well."""
    tails: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for n, (_, right) in enumerate(pairs):
        if not tails or right > tails[-1]:
            before.append(lasts[-1] if lasts else NOBODY)
            tails.append(right)
            lasts.append(n)
        else:
            at = bisect_left(tails, right)
            tails[at], lasts[at] = right, n
            before.append(lasts[at - 1] if at else NOBODY)
    course = []
    at = lasts[-1] if lasts else NOBODY
    while at != NOBODY:
        course.append(pairs[at])
        at = before[at]
    return course[::-1]


def _passed(posts: Iterable[int], count: int) -> Sequence[int]:
    """Give for each place how many posts stand before it."""
    stands = bytearray(count)
    for at in posts:
        stands[at] = 1
    return [*accumulate(stands, initial=0)]


def _mean(rests: Sequence[int], otherwise: int) -> int:
    return sum(rests) // len(rests) if len(rests) >= _CENTRED else otherwise


def _in_minutes(side: Iterable[Utterance]) -> bool:
    return "min" in {one.precision for one in side}


def _timed(times: Sequence[int], mates: Sequence[int], side: int) -> list[tuple[int, int, int]]:
    return [(times[n], side, n) for n in alone(mates)]


def _on_right_clock(times: Sequence[int], clock: Clock) -> list[int]:
    steady = clock.steady
    if steady is None:
        return [time + clock.offset(time) for time in times]
    return [time + steady for time in times] if steady else [*times]


_Also = tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]


def _also(
    left: Sequence[Utterance], right: Sequence[Utterance], times: Sequence[int], clock: Clock
) -> _Also | None:
    """Find the times that can be read in another way too; most windows have none."""
    twice = HOUR, -HOUR
    here: dict[int, tuple[int, ...]] = {i: twice for i, one in enumerate(left) if one.ambiguous}
    there: dict[int, tuple[int, ...]] = {j: twice for j, one in enumerate(right) if one.ambiguous}
    if clock.steady is None:
        for i in clock.doubtful(times):
            here[i] = (*here.get(i, ()), *clock.also(times[i]))
    return (here, there) if here or there else None
