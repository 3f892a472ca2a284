"""Who is who in a small company, where few texts say so and none denies it."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.deduplicate.elimination import eliminate
from archiver.deduplicate.learning import learn
from archiver.deduplicate.relation import AuthorVote, Relation
from archiver.model import Utterance
from archiver.normalise.text import matching
from tests.strands import aligned, how, mate, rare, reason, said

HERE = ("name:anna", "name:bert", "name:cem")
THERE = ("name:a", "name:b", "name:c")
Counted = dict[tuple[str, str], tuple[int, int]]
"""Pair of names → texts that vote for it, and how many of them are rare."""


def _certain(
    counted: Counted, here: tuple[str, ...] = HERE, there: tuple[str, ...] = THERE
) -> set[tuple[str, str]]:
    votes = [AuthorVote(*pair, votes, 0) for pair, (votes, _) in counted.items()]
    rare_votes = Counter({pair: number for pair, (_, number) in counted.items() if number})
    found = eliminate(votes, rare_votes, (frozenset(here), frozenset(there)))
    return {(one.left, one.right) for one in found if one.certain}


def test_two_rare_texts_are_enough_when_nothing_denies_them() -> None:
    """As many people on both sides, and each name in one pair: two rare texts say who is who."""
    pairs = dict.fromkeys(zip(HERE, THERE, strict=True), (2, 2))
    assert _certain(pairs) == set(pairs)


def test_short_texts_are_not_enough() -> None:
    """Four texts that are no evidence by themselves leave it open who is who."""
    assert _certain(dict.fromkeys(zip(HERE, THERE, strict=True), (4, 1))) == set()


def test_the_last_on_both_sides_needs_one_rare_text() -> None:
    """When all others have found each other, one rare text tells that the last two are one."""
    pairs = {(HERE[0], THERE[0]): (9, 9), (HERE[1], THERE[1]): (2, 2)}
    last = HERE[2], THERE[2]
    assert last in _certain({**pairs, last: (1, 1)})
    assert last not in _certain({**pairs, last: (4, 0)})
    assert last not in _certain(pairs)


def test_two_who_are_left_are_not_told_apart_by_one_text_each() -> None:
    """With two people left on each side one rare text is too little for either."""
    pairs = {(HERE[0], THERE[0]): (9, 9)}
    others = {(HERE[1], THERE[1]): (1, 1), (HERE[2], THERE[2]): (1, 1)}
    assert _certain({**pairs, **others}) == set(pairs)


def test_somebody_whom_one_side_does_not_know_leaves_it_open() -> None:
    """With more people on one side, a name on the other may stand for two of them."""
    pairs = dict.fromkeys(zip(HERE, THERE, strict=True), (4, 4))
    assert _certain(pairs, there=(*THERE, "name:d")) == set()
    assert _certain(pairs, here=(*HERE, "name:dirk")) == set()


def test_a_text_that_denies_it_leaves_it_open() -> None:
    """A name that a text gives to somebody else too is not certain by few texts."""
    pairs = dict.fromkeys(zip(HERE, THERE, strict=True), (4, 4))
    assert _certain({**pairs, (HERE[0], THERE[1]): (1, 0)}) == {(HERE[2], THERE[2])}


def _small(shift: float = 0, *, dirk: bool = False) -> tuple[list[Utterance], list[Utterance]]:
    """Give a chat in which Cem says two rare texts and an "ok", as two phones hold it."""
    order = (0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 1, 2, 0)
    left = [said(n + 1, 10 * n, HERE[who], rare(n)) for n, who in enumerate(order)]
    right = [said(n + 101, 10 * n + shift, THERE[who], rare(n)) for n, who in enumerate(order)]
    left.append(said(50, 200, HERE[2], "ok"))
    right.append(said(150, 200 + shift, THERE[2], "ok"))
    if dirk:
        right.append(said(151, 210 + shift, "name:d", "akkoord"))
    return left, right


def test_a_short_answer_of_somebody_who_says_little_is_joined() -> None:
    """An "ok" of a person of whom only two rare texts are known is the same on both phones."""
    found = aligned(*_small())
    assert (how(found, 50), mate(found, 50)) == ("sender-confirmed", 150)


def test_it_is_proposed_where_a_stranger_speaks() -> None:
    """The same "ok" waits for an officer when one phone has a person more than the other."""
    found = aligned(*_small(dirk=True))
    assert (how(found, 50), reason(found, 50)) == ("", "author-unknown")


def test_an_ok_of_another_is_not_joined_with_it() -> None:
    """Where the "ok" stands under another person's name on the other phone, nothing is joined."""
    left, right = _small()
    right[-1] = msgspec.structs.replace(right[-1], author=THERE[0])
    assert how(aligned(left, right), 50) == ""


def test_what_few_texts_say_reads_the_same_from_both_sides_and_when_stored() -> None:
    """A pair that is certain by elimination stays so mirrored and through the catalogue."""
    left, right = _small(shift=-60)
    relation = learn(left, right, matching)
    assert [one.certain for one in relation.authors] == [True] * 3
    assert relation.mirrored() == learn(right, left, matching)
    assert msgspec.json.decode(msgspec.json.encode(relation), type=Relation) == relation


_NUMBERS = st.tuples(st.integers(1, 9), st.integers(0, 9)).map(lambda two: (max(two), min(two)))


@given(st.dictionaries(st.tuples(st.sampled_from(HERE), st.sampled_from(THERE)), _NUMBERS))
@settings(max_examples=150, deadline=None)
def test_nobody_becomes_two_people_by_elimination(counted: Counted) -> None:
    """Whatever the texts say, a pair that few of them make certain shares no name with another."""
    votes = [AuthorVote(*pair, number, 0) for pair, (number, _) in sorted(counted.items())]
    rare_votes = Counter({pair: number for pair, (_, number) in counted.items() if number})
    found = eliminate(votes, rare_votes, (frozenset(HERE), frozenset(THERE)))
    for one in found:
        if one.only:
            rivals = [each for each in found if (each.left == one.left) + (each.right == one.right)]
            assert rivals == [one]
