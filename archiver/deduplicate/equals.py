"""Pair equals with equals: three "ok" here, three or two there, and which is which.

What is equal in everything but time is a multiset: as many as there are on both sides belong
together, in order. Where one side has more, only the clock can tell which one is missing; where it
cannot, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

Cost = Callable[[int, int], int]

_SLIGHT = 15_000
"""Milliseconds: so much better than being alone must a pair be."""


class Paired(Struct, frozen=True):
    """Pairs that are certain, and pairs that are only possible."""

    sure: tuple[tuple[int, int], ...]
    possible: tuple[tuple[int, int], ...]


def pair_equals(
    left: Sequence[int], right: Sequence[int], cost: Cost, *, within: int, margin: int
) -> Paired:
    """Pair equal utterances, given in order, that are at most `within` milliseconds apart.

    A pair is sure when every way without it is worse by more than `margin` milliseconds.
    """
    if len(left) == len(right) and max(map(cost, left, right), default=0) <= margin:
        return Paired(tuple(zip(left, right, strict=True)), ())
    turned = len(left) > len(right)
    few, many = (right, left) if turned else (left, right)
    costs = [[cost(n, m) if turned else cost(m, n) for n in many] for m in few]
    sure, possible = _forced(costs, within, margin)
    return Paired(
        tuple(_named(sure, few, many, turned=turned)),
        tuple(_named(possible, few, many, turned=turned)),
    )


def _named(
    pairs: Sequence[tuple[int, int]], few: Sequence[int], many: Sequence[int], *, turned: bool
) -> Iterator[tuple[int, int]]:
    for a, b in pairs:
        yield (many[b], few[a]) if turned else (few[a], many[b])


def _forced(
    costs: Sequence[Sequence[int]], alone: int, margin: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Find the cheapest pairing in order, and which of its pairs no other way comes near.

    To leave one of the few alone costs as much as the dearest pair.
    """
    ahead, behind = _table(costs, alone), _table([row[::-1] for row in costs[::-1]], alone)
    rows, columns = len(costs), len(costs[0])
    best = ahead[rows][columns]
    sure, possible = [], []
    for a, b in _course(costs, ahead, alone):
        before, after = ahead[a], behind[rows - a - 1]
        others = (
            before[other] + costs[a][other] + after[columns - other - 1]
            for other in range(columns)
            if other != b
        )
        skipped = min(before[at] + after[columns - at] for at in range(columns + 1)) + alone
        if min(others, default=skipped) - best > margin and skipped - best > _SLIGHT:
            sure.append((a, b))
        else:
            possible.append((a, b))
    return sure, possible


def _table(costs: Sequence[Sequence[int]], alone: int) -> list[list[int]]:
    """Give the least cost of pairing the first rows within the first columns, in order."""
    last = [0] * (len(costs[0]) + 1)
    table = [last]
    for row in costs:
        line = [last[0] + alone]
        for b, cost in enumerate(row):
            line.append(min(line[b], last[b] + cost, last[b + 1] + alone))
        table.append(line)
        last = line
    return table


def _course(
    costs: Sequence[Sequence[int]], table: Sequence[Sequence[int]], alone: int
) -> Iterator[tuple[int, int]]:
    a, b = len(costs), len(costs[0])
    while a and b:
        if table[a][b] == table[a][b - 1]:
            b -= 1
        elif table[a][b] == table[a - 1][b] + alone:
            a -= 1
        else:
            a, b = a - 1, b - 1
            yield a, b
