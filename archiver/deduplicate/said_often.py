"""Join what is no evidence by itself: short texts, and texts said often.

An "ok" of the same person at the same moment is the same "ok", as long as the people are certain
and as many stand on one side as on the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from archiver.deduplicate.board import Board, alone
from archiver.deduplicate.clocks import TOLERANCE
from archiver.deduplicate.equals import pair_equals
from archiver.deduplicate.likeness import EVENT, MEDIA, PLAIN

_HOW = "sender-confirmed"
_SURE = _HOW, 950, ("text", "author", "time", "order")
_ONE_OF_SEVERAL = _HOW, 900, ("text", "author", "time")
_POSSIBLE = _HOW, 600, ("text", "author", "time", "-order")

Key = tuple[str, str]
"""The form of a text, and who said it."""
Places = dict[Key, list[int]]


def join_said_often(board: Board) -> None:
    """Join equal texts of certain people; where one side has more, those that can be no other."""
    left, right = places(board)
    for key, here in left.items():
        there = right.get(key)
        if there is None:
            continue
        if len(here) == len(there) == 1:
            _join(board, here, there)
            continue
        if len(here) == len(there) and _side_by_side(board, here, there):
            for i, j in zip(here, there, strict=True):
                board.join(i, j, _SURE)
            continue
        for ours, theirs in _in_time(board, here, there):
            _join(board, ours, theirs)


def places(board: Board) -> tuple[Places, Places]:
    """Give where each side says what, of all that is not joined and whose author is certain."""
    return (
        _places(board.left_forms, board.left_mates, board.left_people),
        _places(board.right_forms, board.right_mates, board.right_people),
    )


def _places(forms: Sequence[str], mates: Sequence[int], people: Sequence[str]) -> Places:
    places: Places = defaultdict(list)
    for n in alone(mates):
        form, who = forms[n], people[n]
        if who and (form >= PLAIN or not form.startswith((EVENT, MEDIA))):
            places[form, who].append(n)
    return places


def _side_by_side(board: Board, here: Sequence[int], there: Sequence[int]) -> bool:
    """Whether each stands where its equal does, in order: then to cut the group changes nothing."""
    ours, theirs, margin = board.left_times, board.right_times, board.margin
    last = before = 0
    for i, j in zip(here, there, strict=True):
        if ours[i] < last or theirs[j] < before or board.cost(i, j) > margin:
            return False
        last, before = ours[i], theirs[j]
    return not board.has_doubtful_times


def _in_time(
    board: Board, here: list[int], there: list[int]
) -> Iterator[tuple[list[int], list[int]]]:
    """Cut a group wherever it was not said for so long that no pair can span it."""
    ours, theirs = board.left_times, board.right_times
    times = sorted([(ours[i], 0, i) for i in here] + [(theirs[j], 1, j) for j in there])
    group: tuple[list[int], list[int]] = [], []
    last = times[0][0]
    for time, side, n in times:
        if time - last > TOLERANCE:
            if group[0] and group[1]:
                yield group
            group = [], []
        group[side].append(n)
        last = time
    if group[0] and group[1]:
        yield group


def _join(board: Board, here: Sequence[int], there: Sequence[int]) -> None:
    if len(here) == len(there) == 1 and board.cost(here[0], there[0]) <= board.margin:
        board.join(here[0], there[0], _SURE)
        return
    paired = pair_equals(here, there, board.cost, within=TOLERANCE, margin=board.margin)
    even = len(here) == len(there)
    for i, j in paired.sure:
        board.join(i, j, _SURE if even else _ONE_OF_SEVERAL)
    for i, j in paired.possible:
        board.propose(i, j, _POSSIBLE, "several-fit")
