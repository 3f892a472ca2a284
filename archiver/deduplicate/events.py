"""Join what happened: a group made, a title changed, somebody gone.

Each phone words an event from where its owner stands, and names people as it knows them. Only some
events tell by their type and time what happened; of the others a person must judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from archiver.deduplicate.authors import Tie
from archiver.deduplicate.board import NOBODY, Board
from archiver.deduplicate.clocks import TOLERANCE

_TELLING = frozenset(
    {
        "encryption-notice",
        "group-created",
        "title-changed",
        "picture-changed",
        "picture-removed",
        "description-changed",
        "description-removed",
        "disappearing-on",
        "disappearing-off",
        "member-left",
    }
)
_SELF = frozenset({"you", "your", "u", "uw", "je", "jij", "jou", "jouw"})
"""How phones call their owner in events; the same words mean somebody else on each."""

Test = Callable[[Board, int, int], bool]


def join_events(board: Board, here: Sequence[int], there: Sequence[int]) -> None:
    """Join events that read the same, then those of one type, where only one fits."""
    for alike in (_same_words, _same_type):
        pairs = [
            (i, j)
            for i in here
            for j in there
            if board.left_mates[i] == board.right_mates[j] == NOBODY
            and _possible(board, i, j)
            and alike(board, i, j)
        ]
        left, right = Counter(i for i, _ in pairs), Counter(j for _, j in pairs)
        for i, j in pairs:
            _judge(board, i, j, alone=left[i] == right[j] == 1)


def _possible(board: Board, i: int, j: int) -> bool:
    return (
        _same_type(board, i, j)
        and board.cost(i, j) <= TOLERANCE
        and board.tie(i, j) is not Tie.CONTRARY
    )


def _same_type(board: Board, i: int, j: int) -> bool:
    return board.left[i].type == board.right[j].type


def _same_words(board: Board, i: int, j: int) -> bool:
    form = board.left_forms[i]
    return form == board.right_forms[j] and _SELF.isdisjoint(form.split())


def _judge(board: Board, i: int, j: int, *, alone: bool) -> None:
    sure = board.left[i].type in _TELLING or (
        board.tie(i, j) is Tie.CERTAIN and _same_words(board, i, j)
    )
    if alone and sure:
        board.join(i, j, ("inferred", 700, ("type", "time", "order")))
    else:
        reason = "event" if alone else "several-fit"
        board.propose(i, j, ("inferred", 400, ("type", "time")), reason)
