"""Join texts that were edited, or that one phone shows with a slip the other does not have.

A phone may mark an edited text or not, and the two exports may lie before and after the edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.deduplicate.authors import Tie
from archiver.deduplicate.board import Board
from archiver.deduplicate.clocks import TOLERANCE
from archiver.deduplicate.likeness import is_rare, likeness, same_numbers

_ALIKE, _NEARLY_EQUAL = 400, 800
"""Per mille that an edited text must share with the other, with and without a mark of editing."""
_EVIDENCE = ("author", "time", "order", "-text")


def join_edits(board: Board, here: Sequence[int], there: Sequence[int]) -> None:
    """Join texts of one person at one time that are alike, of what is left at that time."""
    for i, j, score in _most_alike(board, here, there):
        placed = board.cost(i, j) <= TOLERANCE
        if board.tie(i, j) is not Tie.CERTAIN:
            _propose(board, i, j, score)
        elif (placed and _is_edit(board, i, j, score)) or _is_slip(board, i, j, score):
            board.join(i, j, ("edited", score, _EVIDENCE))
        elif placed and (_marked(board, i, j) or score >= _ALIKE):
            board.propose(i, j, ("edited", score, _EVIDENCE), "other-text")


def _most_alike(
    board: Board, here: Sequence[int], there: Sequence[int]
) -> Iterator[tuple[int, int, int]]:
    """Yield each pair that is for both the most alike."""
    scores = {
        (i, j): likeness(board.left_forms[i], board.right_forms[j])
        for i in here
        for j in board.around(i, there)
        if board.apart(i, j) <= TOLERANCE and board.tie(i, j) is not Tie.CONTRARY
    }
    rivals: dict[int, list[int]] = {}  # of the right by the complement of the index
    for (i, j), score in scores.items():
        rivals.setdefault(i, []).append(score)
        rivals.setdefault(~j, []).append(score)
    best = {n: max(given) if given.count(max(given)) == 1 else -1 for n, given in rivals.items()}
    for (i, j), score in scores.items():
        if score == best[i] == best[~j]:
            yield i, j, score


def _is_edit(board: Board, i: int, j: int, score: int) -> bool:
    """Believe a mark when the texts are alike, or when both stand at one place and time."""
    return _marked(board, i, j) and (score >= _ALIKE or board.cost(i, j) <= board.margin)


def _marked(board: Board, i: int, j: int) -> bool:
    return "edited" in board.left[i].marks or "edited" in board.right[j].marks


def _is_slip(board: Board, i: int, j: int, score: int) -> bool:
    """Whether long texts are nearly equal and name the same numbers."""
    here, there = board.left_forms[i], board.right_forms[j]
    return score >= _NEARLY_EQUAL and is_rare(here) and same_numbers(here, there)


def _propose(board: Board, i: int, j: int, score: int) -> None:
    """Keep for an officer what is alike and whose author is not known."""
    if board.left_forms[i] == board.right_forms[j]:
        evidence = ("text", "time", "order")
        board.propose(i, j, ("sender-confirmed", score, evidence), "author-unknown")
    elif score >= _ALIKE:
        board.propose(i, j, ("edited", score, _EVIDENCE[1:]), "author-unknown")
