"""Join what two phones write differently: media, deletion notices, edited texts, events.

Works on what is left between links, so that place, person and time are given and only the form
differs. What is not the only possibility is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from archiver.deduplicate.authors import Tie
from archiver.deduplicate.board import NOBODY, Board
from archiver.deduplicate.clocks import TOLERANCE
from archiver.deduplicate.edits import join_edits
from archiver.deduplicate.equals import pair_equals
from archiver.deduplicate.events import join_events
from archiver.deduplicate.likeness import EVENT, HIDDEN, MEDIA, caption, contradicts, family, sort
from archiver.model import Utterance

_NEVER = 1 << 40

Test = Callable[[int, int], bool]


def join_remains(board: Board) -> None:
    """Join between links what has another form on each side."""
    for left, right in board.left_over():
        _Remains(board, left, right).join()


class _Remains:
    """What is left in one piece of time."""

    def __init__(self, board: Board, left: Sequence[int], right: Sequence[int]) -> None:
        self._board = board
        self._left = {i: family(board.left[i]) for i in left}
        self._right = {j: family(board.right[j]) for j in right}

    def join(self) -> None:
        """Join the most alike first."""
        here, there = set(self._left.values()), set(self._right.values())
        if MEDIA in here and MEDIA in there:
            self._media()
        self._typed(here & there - {"", HIDDEN, MEDIA})
        if "" in here and "" in there:
            self._edited()
        if HIDDEN in here or HIDDEN in there:
            self._hidden()
        if any(map(_happened, here)) and any(map(_happened, there)):
            self._events()

    def _media(self) -> None:
        """Pair files by what was written with them, then by their sort, then by place alone."""
        board = self._board
        ours, theirs = self._both(MEDIA)
        if len(ours) > 1 or len(theirs) > 1:
            for trait in (lambda one: caption(one, board.matching), sort):
                self._pair_by(trait)
            ours, theirs = self._both(MEDIA)
        self._pair_media(ours, theirs)

    def _pair_by(self, trait: Callable[[Utterance], str]) -> None:
        """Pair the files that have a trait in common."""
        ours, theirs = self._both(MEDIA)
        here = self._traits(self._board.left, ours, trait)
        there = self._traits(self._board.right, theirs, trait)
        for found, places in here.items():
            if found and found in there:
                self._pair_media(places, there[found])

    def _pair_media(self, here: Sequence[int], there: Sequence[int]) -> None:
        if here and there:
            evidence = ("author", "time", "media")
            self._pair(here, there, self._same_medium, "media-missing", evidence)

    @staticmethod
    def _traits(
        side: Sequence[Utterance], places: Iterable[int], trait: Callable[[Utterance], str]
    ) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for n in places:
            found.setdefault(trait(side[n]), []).append(n)
        return found

    def _typed(self, kinds: Set[str]) -> None:
        for kind in sorted(kinds):
            if not _happened(kind):
                here, there = self._both(kind)
                self._pair(here, there, _any, "inferred", ("author", "time", "order", "-text"))

    def _hidden(self) -> None:
        gone_left, gone_right = self._both(HIDDEN)
        evidence = ("author", "time", "order", "-text")
        if gone_left:
            there = [j for j, kind in self._free_right() if not _happened(kind)]
            self._pair(gone_left, there, _any, "deleted-in-one", evidence)
        if gone_right:
            here = [i for i, kind in self._free_left() if not _happened(kind)]
            self._pair(here, gone_right, _any, "deleted-in-one", evidence)

    def _edited(self) -> None:
        here = [i for i, kind in self._free_left() if not kind]
        there = [j for j, kind in self._free_right() if not kind]
        if here and there:
            join_edits(self._board, here, there)

    def _events(self) -> None:
        here = [i for i, kind in self._free_left() if _happened(kind)]
        there = [j for j, kind in self._free_right() if _happened(kind)]
        if here and there:
            join_events(self._board, here, there)

    def _pair(
        self,
        here: Sequence[int],
        there: Sequence[int],
        test: Test,
        how: str,
        evidence: tuple[str, ...],
    ) -> None:
        """Pair what is of one person and passes the test; as many here as there, in order."""
        board, authors = self._board, self._board.left_authors
        for author in dict.fromkeys([authors[i] for i in here]):
            ours = [i for i in here if authors[i] == author]
            theirs = [j for j in there if board.tie(ours[0], j) is Tie.CERTAIN]
            fits = {(i, j) for i in ours for j in theirs if test(i, j)}
            if not fits:
                continue
            cost: Callable[[int, int], int] = board.cost
            if len(fits) < len(ours) * len(theirs):
                fitting = {i for i, _ in fits}, {j for _, j in fits}
                ours = [i for i in ours if i in fitting[0]]
                theirs = [j for j in theirs if j in fitting[1]]
                cost = self._when(fits)
            paired = pair_equals(ours, theirs, cost, within=TOLERANCE, margin=board.margin)
            for i, j in paired.sure:
                board.join(i, j, (how, 800, evidence))
            for i, j in paired.possible:
                board.propose(i, j, (how, 500, (*evidence, "-order")), "several-fit")

    def _when(self, fits: Set[tuple[int, int]]) -> Callable[[int, int], int]:
        """Put out of reach what does not fit."""
        cost = self._board.cost
        return lambda i, j: cost(i, j) if (i, j) in fits else _NEVER

    def _same_medium(self, i: int, j: int) -> bool:
        return not contradicts(self._board.left[i], self._board.right[j])

    def _free_left(self) -> list[tuple[int, str]]:
        mates = self._board.left_mates
        return [(i, kind) for i, kind in self._left.items() if mates[i] == NOBODY]

    def _free_right(self) -> list[tuple[int, str]]:
        mates = self._board.right_mates
        return [(j, kind) for j, kind in self._right.items() if mates[j] == NOBODY]

    def _both(self, kind: str) -> tuple[list[int], list[int]]:
        """Give what is left of a kind on the left and on the right."""
        ours, theirs = self._board.left_mates, self._board.right_mates
        return (
            [i for i, one in self._left.items() if one == kind and ours[i] == NOBODY],
            [j for j, one in self._right.items() if one == kind and theirs[j] == NOBODY],
        )


def _any(_i: int, _j: int) -> bool:
    return True


def _happened(kind: str) -> bool:
    return kind.startswith(EVENT)
