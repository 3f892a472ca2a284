"""Cut a conversation where nobody says anything for a while, so that each piece fits in memory.

A message and its copy then fall into one piece, and solving piece after piece gives what solving
the whole gives. Where nobody is silent for long, the longer a piece is the less silence suffices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct

_MINUTE = 60_000


class Silence(Struct, frozen=True):
    """More than `length` milliseconds without a word end a piece that has `moments` or more."""

    length: int
    moments: int


BETWEEN = (Silence(120 * _MINUTE, 4_000), Silence(10 * _MINUTE, 20_000), Silence(0, 40_000))
"""Silences that part strands of several phones, on one of which a text may have hung."""
WITHIN = (Silence(30 * _MINUTE, 50), *BETWEEN)
"""Silences that part a strand whose copies have one clock."""


def cut(moments: Iterable[int], silences: tuple[Silence, ...]) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a conversation as ``[since, until)``.

    Args:
        moments: When something was said, in milliseconds, in order.
        silences: What may end a piece; any of them does.
    """
    fewest = max(1, min(each.moments for each in silences))
    rest = iter(moments)
    piece = [*islice(rest, fewest)]
    while piece:
        start, last, count = piece[0], max(piece), len(piece)
        piece = []
        for moment in rest:
            if _ends(moment - last, count, silences):
                piece = [moment, *islice(rest, fewest - 1)]
                break
            last = max(last, moment)
            count += 1
        yield start, last + 1


def _ends(silence: int, count: int, silences: tuple[Silence, ...]) -> bool:
    return any(silence > each.length and count >= each.moments for each in silences)
