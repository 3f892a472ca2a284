"""Join what is evidence by itself: texts and files that each strand has once.

The first step of patience alignment (Bram Cohen's idea of 2006: what occurs once on both sides is
fixed first), with the clock and the people to vouch for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.deduplicate.authors import Tie
from archiver.deduplicate.board import Board
from archiver.deduplicate.clocks import HOUR, TOLERANCE
from archiver.deduplicate.likeness import RARE, is_rare

_REPEATED = -1
_LATE_CERTAIN, _LATE_OPEN = 2 * HOUR, HOUR // 2
"""How late a rare text may be that hung on one phone, its author certain or merely possible."""

_SURE = "exact", 1000, ("text", "author", "time")
_LATE = "exact", 900, ("text", "author", "-time")
_OPEN = "exact", 900, ("text", "time")
_OPEN_LATE = "exact", 750, ("text", "-time")
_OTHER_AUTHOR = "exact", 500, ("text", "time", "-author")


def join_anchors(board: Board) -> None:
    """Join every rare text that both sides have once, unless clock or author contradict it."""
    ours, theirs = board.left_people, board.right_people
    for i, j in _once(board.left_forms, board.right_forms):
        apart, who = board.apart(i, j), ours[i]
        if apart <= TOLERANCE and who and who == theirs[j]:
            board.join(i, j, _SURE)
        else:
            _judge(board, i, j, apart)
    board.settle()


def _judge(board: Board, i: int, j: int, apart: int) -> None:
    """Weigh how late a text is against what is known of its author."""
    tie = board.tie(i, j)
    if tie is Tie.CONTRARY:
        if apart <= TOLERANCE:
            board.propose(i, j, _OTHER_AUTHOR, "other-author")
    elif apart <= TOLERANCE:
        board.join(i, j, _SURE if tie is Tie.CERTAIN else _OPEN)
    elif tie is Tie.CERTAIN:
        if apart <= _LATE_CERTAIN:
            board.join(i, j, _LATE)
    elif apart <= _LATE_OPEN:
        board.join(i, j, _OPEN_LATE)


def _once(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int, int]]:
    there = _places(right)
    for key, i in _places(left).items():
        j = there.get(key, _REPEATED)
        if i >= 0 and j >= 0 and is_rare(key):
            yield i, j


def _places(forms: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for n, key in enumerate(forms):
        if len(key) >= RARE:
            places[key] = _REPEATED if key in places else n
    return places
