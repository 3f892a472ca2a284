"""Join texts that hung on one phone and stand elsewhere in its order, or at another time.

A second pass over what is left: the same text of the same person, when there is only one that it
can be within the time that a message may hang. An "ok" that hung is proposed and not joined.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from archiver.deduplicate.board import Board
from archiver.deduplicate.clocks import TOLERANCE
from archiver.deduplicate.likeness import says_something
from archiver.deduplicate.said_often import places

_LATE = 20 * 60_000
"""So long a message may have hung, in milliseconds."""
_MOVED = "sender-confirmed", 850, ("text", "author", "time", "-order")
_HUNG = "sender-confirmed", 700, ("text", "author", "-time", "-order")

Pair = tuple[int, int]


def join_late(board: Board) -> None:
    """Join what is out of order; what is out of time as well only when it says something."""
    left, right = places(board)
    for key, here in left.items():
        if key in right:
            _join(board, key[0], list(_near(board, here, right[key])))


def _near(board: Board, here: Sequence[int], there: Sequence[int]) -> Iterator[Pair]:
    times = [board.right_times[j] for j in there]
    for i in here:
        since = bisect_left(times, board.left_times[i] - _LATE)
        until = bisect_right(times, board.left_times[i] + _LATE)
        for j in there[since:until]:
            yield i, j


def _join(board: Board, form: str, pairs: Sequence[Pair]) -> None:
    left, right = Counter(i for i, _ in pairs), Counter(j for _, j in pairs)
    for i, j in pairs:
        if left[i] > 1 or right[j] > 1:
            board.propose(i, j, _HUNG, "several-fit")
        elif board.apart(i, j) <= TOLERANCE:
            board.join(i, j, _MOVED)
        elif says_something(form):
            board.join(i, j, _HUNG)
        else:
            board.propose(i, j, _HUNG, "late")
