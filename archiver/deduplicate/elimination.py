"""Who is who in a small company, of whom some say little.

Five texts are asked for where many people talk. Where as many people speak on one side as on the
other, fewer will do if nothing at all denies it: two rare texts, or one when everybody else has
been found. Each of those texts is joined as one message whoever wrote it, so the people follow.
As many on both sides: else one name may stand for two people, of whom one said nothing rare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

import msgspec

from archiver.deduplicate.relation import AuthorVote

_FEW = 2
"""Rare texts that are enough when both sides have as many people."""

Speakers = tuple[Set[str], Set[str]]
"""Everybody who says something on the left, and on the right."""


def eliminate(
    votes: Sequence[AuthorVote], rare: Mapping[tuple[str, str], int], speakers: Speakers
) -> tuple[AuthorVote, ...]:
    """Mark the pairs that can be no other.

    Args:
        votes: All pairs that a text names.
        rare: How many rare texts vote for a pair.
        speakers: Who speaks on either side.
    """
    if len(speakers[0]) != len(speakers[1]):
        return tuple(votes)
    named = Counter(one.left for one in votes), Counter(one.right for one in votes)
    single = {one for one in votes if named[0][one.left] == named[1][one.right] == 1}
    found = [_marked(one, one in single and rare[one.left, one.right] >= _FEW) for one in votes]
    last = _last([one for one in found if one.certain], speakers)
    return tuple(
        _marked(one, (one.left, one.right) == last and one in single and last in rare)
        for one in found
    )


def _marked(vote: AuthorVote, only: bool) -> AuthorVote:
    return msgspec.structs.replace(vote, only=True) if only and not vote.certain else vote


def _last(certain: Sequence[AuthorVote], speakers: Speakers) -> tuple[str, str] | None:
    """Give the one person on each side who is left when all others have found each other."""
    here = speakers[0] - {one.left for one in certain}
    there = speakers[1] - {one.right for one in certain}
    if len(certain) == len(speakers[0]) - 1 and len(here) == len(there) == 1:
        return next(iter(here)), next(iter(there))
    return None
