"""Cut two strands into windows that can be aligned one by one, so that memory stays bounded.

Both are cut at one moment, in the widest silence that both share: a message and its copy then fall
into one window, and aligning the windows gives what aligning the whole gives.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from archiver.deduplicate.clocks import HOUR, Clock
from archiver.deduplicate.relation import Relation
from archiver.model import Utterance

MOST = 20_000
"""Utterances of one side in a window; only a chat that is never silent has a window with more."""
_MARGIN = 3 * HOUR
"""How far before the end of what was read a cut may be: a clock may be set back, a text be late."""
_BEFORE = -(1 << 62)

Window = tuple[list[Utterance], list[Utterance]]


def windows(
    left: Iterable[Utterance],
    right: Iterable[Utterance],
    relation: Relation,
    *,
    most: int = MOST,
) -> Iterator[Window]:
    """Yield what stands at one time on both sides, each side in its own order.

    Args:
        left: One strand, in the order of its own time; what has no time stays with what stands
            before it, and is aligned with that window only.
        right: The other.
        relation: How the right stands to the left.
        most: About how many utterances of a side are held at once.
    """
    clock = Clock(relation.stretches)
    ours = _Reader(left, lambda time: time + clock.offset(time))
    theirs = _Reader(right, lambda time: time)
    while not (ours.ended and theirs.ended):
        _read(ours, theirs, most)
        if not (ours.ended and theirs.ended):
            cut = _widest_silence(ours, theirs, most)
            yield ours.take(cut), theirs.take(cut)
    if ours.waiting or theirs.waiting:
        yield ours.take(None), theirs.take(None)


def _read(ours: _Reader, theirs: _Reader, most: int) -> None:
    """Read both up to one moment, until one of them has a window's worth."""
    while len(ours.waiting) < most and len(theirs.waiting) < most:
        if ours.ended and theirs.ended:
            return
        behind = theirs.ended or (not ours.ended and ours.latest <= theirs.latest)
        (ours if behind else theirs).read()


def _widest_silence(ours: _Reader, theirs: _Reader, most: int) -> int:
    """Give the end of the longest time in which nobody said anything on either side.

    Looked for in the later half, so that windows are not smaller than need be.
    """
    horizon = min(side.latest for side in (ours, theirs) if not side.ended)
    times = sorted(time for time in (*ours.times, *theirs.times) if time <= horizon)
    settled = bisect_right(times, horizon - _MARGIN)
    times = times[: settled if settled > most // 2 else len(times)]
    later = range(max(len(times) // 2, 1), len(times))
    widest = max(later, key=lambda n: (times[n] - times[n - 1], n), default=None)
    return horizon + 1 if widest is None else times[widest]


class _Reader:
    """One side, read as far as needed."""

    def __init__(self, strand: Iterable[Utterance], on_one_clock: Callable[[int], int]) -> None:
        self._strand = iter(strand)
        self._on_one_clock = on_one_clock
        self.waiting: list[Utterance] = []
        self.times: list[int] = []
        self.ended = False

    @property
    def latest(self) -> int:
        """The time up to which this side was read."""
        return self.times[-1] if self.times else _BEFORE

    def read(self) -> None:
        """Read one more."""
        one = next(self._strand, None)
        if one is None:
            self.ended = True
            return
        self.waiting.append(one)
        time = self.latest if one.sent_at is None else self._on_one_clock(one.sent_at)
        self.times.append(time)

    def take(self, until: int | None) -> list[Utterance]:
        """Hand over what stands before a moment, or everything."""
        if until is None:
            taken, self.waiting, self.times = self.waiting, [], []
            return taken
        taken = [one for one, time in zip(self.waiting, self.times, strict=True) if time < until]
        left = [n for n, time in enumerate(self.times) if time >= until]
        self.waiting = [self.waiting[n] for n in left]
        self.times = [self.times[n] for n in left]
        return taken
