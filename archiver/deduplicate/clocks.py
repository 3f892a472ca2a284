"""How far one strand's clock stands from another's, stretch after stretch.

A chat text gives the local time of the phone that exported it, and no zone. A phone abroad renders
the *whole* chat in another zone, and where two zones change to summer time on different days the
distance changes a few times a year. Zones lie whole quarters of an hour apart (IANA time zone
database); what remains is a phone that was a minute off or a message that hung.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from archiver.deduplicate.relation import Stretch

QUARTER = 900_000
TOLERANCE = 150_000
"""Milliseconds that one message's time may differ on two phones besides the zone."""
HOUR = 3_600_000

_LEAST = 3
"""Fewer texts never make a stretch."""
_AGAINST, _CHANGE = 2, 3
"""What a text costs that disagrees with its stretch, and what a change of the clock costs."""
_FARTHEST = 27 * HOUR
"""Milliseconds; clocks of the world differ by at most 26 hours."""
_SEASONS = 2 * HOUR
"""Summer here and winter there: so much the distance of two zones changes in a year."""

Vote = tuple[int, int]
"""Time of a rare text on the left and on the right."""
_Step = tuple[tuple[int, ...], Sequence[int]]
"""What each offset costs after a text, and which one led to each."""


def stretches(votes: Sequence[Vote]) -> tuple[Stretch, ...]:
    """Cut votes, in the order of the left, into stretches of one offset with least contradiction.

    The cheapest course of offsets is found as a shortest path: a disagreeing text costs two, a
    change three, so that a change needs several texts and a lone odd one never makes it.
    """
    apart = [right - left for left, right in votes]
    known = {each: _offset(each) for each in set(apart)}
    offsets = [*map(known.__getitem__, apart)]
    states = _possible(Counter(one for one in offsets if one is not None))
    if not states:
        return ()
    course = _course(offsets, states) if len(states) > 1 else states * len(offsets)
    return joined(_cut(votes, offsets, course))


def joined(parts: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Join neighbours of one offset, between which a doubtful piece was left out."""
    made: list[Stretch] = []
    for part in parts:
        if made and made[-1].offset == part.offset:
            last = made.pop()
            votes, against = last.votes + part.votes, last.against + part.against
            part = Stretch(last.since, part.until, part.offset, votes, against)
        made.append(part)
    return tuple(made)


def _possible(counted: Counter[int]) -> list[int]:
    """Choose the offset that most texts have, and those that summer time makes of it.

    No other distance is a clock: a block that somebody forwarded hours later has one, too.
    """
    common = sorted(counted.items(), key=lambda one: (-one[1], abs(one[0]), one[0]))
    if not common:
        return []
    main = common[0][0]
    return [
        offset
        for offset, count in common
        if count >= _LEAST and abs(offset - main) <= _SEASONS and (offset - main) % (HOUR // 2) == 0
    ]


class Clock:
    """Reads times of the left on the clock of the right."""

    def __init__(self, known: Sequence[Stretch]) -> None:
        """Change from one stretch to the next halfway between the texts that speak for them."""
        self._known = known
        self._changes = [(one.until + other.since) // 2 for one, other in pairwise(known)]

    @property
    def steady(self) -> int | None:
        """The offset when there is only one."""
        if not self._known:
            return 0
        return self._known[0].offset if len(self._known) == 1 else None

    def between(self, first: int, last: int) -> Clock:
        """Give the clock of a time of the left: a steady one where one stretch holds throughout."""
        at = bisect_left(self._changes, first)
        if self._changes and at == bisect_left(self._changes, last):
            stretch = self._known[at]
            if stretch.since <= first and last <= stretch.until:
                return Clock((stretch,))
        return self

    def offset(self, time: int) -> int:
        """Give the offset at a time of the left."""
        if not self._changes:
            return self.steady or 0
        return self._known[bisect_left(self._changes, time)].offset

    def doubtful(self, times: Sequence[int]) -> Iterator[int]:
        """Give the places of those times of the left that may be read in another way too."""
        first, last = min(times, default=0), max(times, default=0)
        for one, other in pairwise(self._known):
            since, until = one.until, other.since
            if since < last and first < until:
                yield from [n for n, at in enumerate(times) if since < at < until and self.also(at)]

    def also(self, time: int) -> tuple[int, ...]:
        """Give how else a time may be read, as a difference: between stretches either holds."""
        at = bisect_left(self._changes, time)
        stretch = self._known[at] if self._known else None
        if stretch is None or stretch.since <= time <= stretch.until:
            return ()
        beside = at - 1 if time < stretch.since else at + 1
        if not 0 <= beside < len(self._known):
            return ()
        return (self._known[beside].offset - stretch.offset,)


def _offset(apart: int) -> int | None:
    """Give the nearest whole quarter, unless the texts are too far from it."""
    offset = (apart + QUARTER // 2) // QUARTER * QUARTER
    if abs(offset) > _FARTHEST or abs(apart - offset) > TOLERANCE + 60_000:
        return None
    return offset


def _course(offsets: Sequence[int | None], states: Sequence[int]) -> list[int]:
    costs = (0,) * len(states)
    came: list[Sequence[int]] = []
    known: dict[tuple[int | None, tuple[int, ...]], _Step] = {}
    for offset in offsets:
        step = known.get((offset, costs))
        if step is None:
            step = known[offset, costs] = _step(offset, costs, states)
        costs = step[0]
        came.append(step[1])
    at = costs.index(0)
    course = []
    for steps in reversed(came):
        course.append(states[at])
        at = steps[at]
    return course[::-1]


def _step(offset: int | None, costs: tuple[int, ...], states: Sequence[int]) -> _Step:
    """Go on by one text.

    Costs count from the cheapest, so that there are few of them and each step is made once.
    """
    cheapest = costs.index(0)
    came = [n if cost <= _CHANGE else cheapest for n, cost in enumerate(costs)]
    after = [
        min(cost, _CHANGE) + (0 if state == offset else _AGAINST)
        for cost, state in zip(costs, states, strict=True)
    ]
    least = min(after)
    return tuple(cost - least for cost in after), came


def _cut(
    votes: Sequence[Vote], offsets: Sequence[int | None], course: Sequence[int]
) -> Iterable[Stretch]:
    for offset, run in groupby(range(len(course)), key=course.__getitem__):
        places = [*run]
        times = [votes[n][0] for n in places if offsets[n] == offset]
        if len(times) >= _LEAST:
            against = len(places) - len(times)
            yield Stretch(times[0], times[-1], offset, len(times), against)
