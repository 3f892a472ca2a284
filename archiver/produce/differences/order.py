"""Which messages stand elsewhere in one export than in another, among what both have.

Each export is compared with the first one that shares anything with it. The fewest messages that
must be moved to make both orders one are told; the rest stands alike. Both orders are those of the
files, which is how their owners saw them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from archiver.deduplicate.board import rising
from archiver.produce.differences.kinds import Kind
from archiver.produce.differences.model import Difference, Side
from archiver.produce.differences.moments import Moment, sender


def moved(window: Sequence[Moment]) -> Iterator[tuple[int, Difference]]:
    """Give the messages of a window that stand elsewhere, each with its index there."""
    others: dict[int, set[int]] = {}
    for first, number in _pairs(window):
        for index in _displaced(window, first, number):
            others.setdefault(index, {first}).add(number)
    for index, numbers in sorted(others.items()):
        moment = window[index]
        sides = tuple(Side(n, "order", moment.told[n]) for n in moment.told if n in numbers)
        told = Difference(Kind.ORDER, moment.at, moment.record, sender(moment), has=sides)
        yield index, told


def _pairs(window: Sequence[Moment]) -> list[tuple[int, int]]:
    """Give each export with the first of those before it that has a message of the window too."""
    found: dict[int, int] = {}
    for moment in window:
        first = next(iter(moment.told))
        for number in moment.told:
            if number != first:
                found[number] = min(first, found.get(number, first))
    return [(first, number) for number, first in sorted(found.items())]


def _displaced(window: Sequence[Moment], first: int, number: int) -> set[int]:
    """Give the places in the window of what must move for two exports to have one order."""
    shared = sorted(
        (moment.told[first].item, moment.told[number].item, index)
        for index, moment in enumerate(window)
        if first in moment.told and number in moment.told
    )
    if all(one[1] < other[1] for one, other in pairwise(shared)):
        return set()
    kept = set(rising([(one, other) for one, other, _ in shared]))
    return {index for one, other, index in shared if (one, other) not in kept}
