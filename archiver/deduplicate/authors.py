"""Who is who in two strands: "You" on one phone, a nickname on the next, a number on the third.

Names are labels, and two people may share one. Only texts that a person says once tell who is
meant; a pair of names is certain when several do and (almost) none denies it. A number or a mail
address that both sides know identifies by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from enum import IntEnum
from itertools import combinations

from archiver.deduplicate.relation import CERTAIN_VOTES, AuthorVote, Relation

Names = dict[str, str]
"""Identifier → name."""

_CLEAR = 80
"""Per cent of the votes from which a name is known well enough to be nobody else's."""
_TRIM = 20
"""Of so many votes one at each end may be stray and does not stretch the time of a name."""


class Tie(IntEnum):
    """What is known of a left and a right identifier."""

    CONTRARY = -1
    OPEN = 0
    CERTAIN = 1


def author_votes(votes: Iterable[tuple[str, str, int]]) -> tuple[AuthorVote, ...]:
    """Count (left, right, time of the left) votes, each pair with what denies it."""
    times: dict[tuple[str, str], list[int]] = {}
    for left, right, time in votes:
        times.setdefault((left, right), []).append(time)
    against = dict.fromkeys(times, 0)
    for one, other in combinations(sorted(times), 2):
        rivals = (one[0] == other[0]) != (one[1] == other[1])
        if rivals and _meet(times[one], times[other]):
            against[one] += len(times[other])
            against[other] += len(times[one])
    return tuple(AuthorVote(*pair, len(times[pair]), against[pair]) for pair in sorted(times))


class People:
    """What a relation says of pairs of identifiers; each pair is judged once."""

    def __init__(self, relation: Relation) -> None:
        """Index the certain pairs."""
        self._same_phone = relation.same_phone
        self._votes = {(one.left, one.right): one for one in relation.authors}
        self._rights: dict[str, set[str]] = {}
        for one in relation.authors:
            if one.certain:
                self._rights.setdefault(one.left, set()).add(one.right)
        self._clear_left = {one.left for one in relation.authors if _is_clear(one)}
        self._clear_right = {one.right for one in relation.authors if _is_clear(one)}
        self._ties: dict[tuple[str, str], Tie] = {}

    def one_name(self, lefts: Set[str], rights: Set[str]) -> tuple[Names, Names]:
        """Give each identifier a name that certain pairs share and nobody else has.

        Who has several names on one side is called by the one on the other. Where both sides have
        several, nobody can say who is who, and the name is empty.
        """
        pairs = sorted(self._certain_pairs(lefts, rights))
        many_right = Counter(one for one, _ in pairs)
        many_left = Counter(other for _, other in pairs)
        here: Names = dict.fromkeys(lefts, "")
        there: Names = dict.fromkeys(rights, "")
        for one, other in pairs:
            if many_left[other] == 1:
                here[one] = there[other] = f"left {one}"
            elif many_right[one] == 1:
                here[one] = there[other] = f"right {other}"
        return here, there

    def tie(self, left: str, right: str) -> Tie:
        """Say whether two identifiers are one person, two people, or not known to be either."""
        pair = left, right
        known = self._ties.get(pair)
        if known is None:
            known = self._ties[pair] = self._judge(left, right)
        return known

    def _certain_pairs(self, lefts: Set[str], rights: Set[str]) -> Iterator[tuple[str, str]]:
        for one in lefts & rights:
            if self.tie(one, one) is Tie.CERTAIN:
                yield one, one
        for one, others in self._rights.items():
            if one in lefts:
                yield from ((one, other) for other in others & rights if other != one)

    def _judge(self, left: str, right: str) -> Tie:
        if not left or not right:
            return Tie.OPEN
        if self._identified(left, right) or right in self._rights.get(left, ()):
            return Tie.CERTAIN
        vote = self._votes.get((left, right))
        if vote is not None and vote.votes > vote.against:
            return Tie.OPEN
        if left in self._clear_left or right in self._clear_right or _apart(left, right):
            return Tie.CONTRARY
        return Tie.OPEN

    def _identified(self, left: str, right: str) -> bool:
        if left != right:
            return False
        vote = self._votes.get((left, right))
        named = left.startswith("name:")
        return not named or (self._same_phone and (vote is None or vote.votes >= vote.against))


def _is_clear(vote: AuthorVote) -> bool:
    """Whether a pair, certain or nearly, shows that either is nobody else."""
    most = vote.votes * 100 > (vote.votes + vote.against) * _CLEAR
    return most and vote.votes >= CERTAIN_VOTES


def _apart(left: str, right: str) -> bool:
    """Two numbers, or two mail addresses, that differ are two people until votes say otherwise."""
    kind = left.partition(":")[0]
    return left != right and kind != "name" and kind == right.partition(":")[0]


def _meet(one: list[int], other: list[int]) -> bool:
    """Whether two names are in use in the same time."""
    (since, until), (start, end) = _span(one), _span(other)
    return since <= end and start <= until


def _span(times: list[int]) -> tuple[int, int]:
    times = sorted(times)
    stray = len(times) // _TRIM
    return times[stray], times[-1 - stray]
