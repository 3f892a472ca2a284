"""What two strands have to do with one another: the clock, the people, the verdict."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.deduplicate.authors import People, Tie, author_votes
from archiver.deduplicate.clocks import HOUR, QUARTER, Clock, stretches
from archiver.deduplicate.learning import learn
from archiver.deduplicate.relation import AuthorVote, Relation, Stretch, same_clock
from archiver.model import Utterance
from archiver.normalise.text import matching
from tests.strands import (
    LEFT_NAMES,
    MINUTE,
    RIGHT_NAMES,
    START,
    added,
    both,
    rare,
    said,
    talk,
)


def test_the_map_knows_you_and_numbers() -> None:
    """ "You" on one phone and a number on the other are known by who says what."""
    found = learn(*both(), matching)
    assert {(vote.left, vote.right) for vote in found.certain_authors} == set(
        zip(LEFT_NAMES, RIGHT_NAMES, strict=True)
    )
    assert {vote.against for vote in found.authors} == {0}


def test_a_phone_abroad_has_one_offset() -> None:
    """A chat exported in another zone has one stretch, a whole number of quarters."""
    found = learn(*both(shift=345), matching)
    assert [one.offset for one in found.stretches] == [23 * QUARTER]
    assert (found.shared, found.agreeing, found.verdict) == (40, 40, "same")


def test_summer_time_of_another_zone_makes_two_stretches() -> None:
    """Where the other zone changes its clock, the offset changes at that text and no other."""
    left, right = both()
    right = [
        said(one.copy, 10 * n + (60 if n >= 25 else 0), one.author, one.text)
        for n, one in enumerate(right)
    ]
    found = learn(left, right, matching)
    assert [(one.offset, one.votes) for one in found.stretches] == [(0, 25), (HOUR, 15)]
    assert found.stretches[1].since == START + 250 * MINUTE


def test_an_offset_is_never_guessed_from_two_texts() -> None:
    """Two texts do not make a stretch."""
    assert stretches([(0, HOUR), (10, HOUR + 10)]) == ()


def test_a_block_forwarded_an_hour_later_is_no_clock() -> None:
    """Ten texts that one person forwards from others an hour later make no stretch."""
    left, right = both(count=40)
    gone = [one for n, one in enumerate(right) if not 20 <= n < 34]
    there = [said(950 + n, 10 * n + 60, "name:cem", rare(n)) for n in range(20, 34)]
    found = learn(left, added(gone, *there), matching)
    assert [one.offset for one in found.stretches] == [0]


def test_clocks_differ_by_at_most_a_day() -> None:
    """What is said again months later says nothing about a clock."""
    assert stretches([(n, n + 900 * HOUR) for n in range(9)]) == ()


def test_between_two_stretches_a_time_can_be_read_in_two_ways() -> None:
    """Where no text says which offset holds, the other is possible as well."""
    left, right = both()
    right = [
        said(one.copy, 10 * n + (60 if n >= 25 else 0), one.author, one.text)
        for n, one in enumerate(right)
    ]
    clock = Clock(learn(left, right, matching).stretches)
    assert clock.also(START + 242 * MINUTE) == (HOUR,)
    assert clock.also(START + 248 * MINUTE) == (-HOUR,)
    assert clock.also(START + 100 * MINUTE) == ()
    times = [START + minute * MINUTE for minute in (100, 242, 248, 490)]
    assert [*clock.doubtful(times)] == [1, 2]


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(-2, 60), max_size=20))
def test_a_time_is_doubtful_when_it_may_be_read_in_two_ways(
    steps: list[int], times: list[int]
) -> None:
    """Also where a clock that is set back makes two stretches overlap."""
    edges = [*accumulate(steps)]
    known = [
        Stretch(since, until, n % 3, 3, 0)
        for n, (since, until) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    ]
    for stretches_known in (known, Relation(stretches=tuple(known)).mirrored().stretches):
        clock = Clock(stretches_known)
        twice = {n for n, time in enumerate(times) if clock.also(time)}
        assert set(clock.doubtful(times)) == twice


def test_a_window_within_one_stretch_has_a_steady_clock() -> None:
    """Between two texts of one stretch its offset holds; a window that reaches further has two."""
    known = Stretch(0, 100, HOUR, 9, 0), Stretch(200, 300, 0, 9, 0)
    clock = Clock(known)
    assert clock.between(0, 100).steady == HOUR
    assert clock.between(250, 300).steady == 0
    assert clock.between(0, 101) is clock.between(90, 210) is clock
    assert clock.between(120, 140).also(130) == (-HOUR,)


@given(st.lists(st.sampled_from((0, 17, HOUR, -HOUR, 5 * HOUR)), max_size=60))
def test_stretches_follow_each_other_and_rest_on_texts(aparts: list[int]) -> None:
    """Each begins and ends with a text that agrees, and no text counts twice."""
    votes = [(n, n + apart) for n, apart in enumerate(aparts)]
    found = stretches(votes)
    assert all(one.until < other.since for one, other in pairwise(found))
    for one in found:
        agreeing = [n for n, apart in enumerate(aparts) if apart // HOUR * HOUR == one.offset]
        inside = [n for n in agreeing if one.since <= n <= one.until]
        assert (inside[0], inside[-1]) == (one.since, one.until)
        assert 3 <= one.votes <= len(inside)
    assert sum(one.votes + one.against for one in found) <= len(votes)


def test_a_renamed_contact_is_one_person() -> None:
    """Two names one after the other are both certain."""
    votes = author_votes([("name:jan", "name:x", n) for n in range(9)] + _later("name:jan (nieuw)"))
    assert [(vote.left, vote.certain) for vote in votes] == [
        ("name:jan", True),
        ("name:jan (nieuw)", True),
    ]


def test_two_people_under_one_name_are_not_conflated() -> None:
    """Two people whom the other phone calls by one name in the same time are both uncertain."""
    votes = author_votes(
        [(f"name:{'ab'[n % 2]}", "name:jan", n) for n in range(20)],
    )
    assert [vote.certain for vote in votes] == [False, False]
    assert {vote.against for vote in votes} == {10}


def test_who_comes_back_under_a_name_makes_both_uncertain() -> None:
    """A name that is one person's, then another's, then the first one's again proves neither."""
    course = ["a"] * 10 + ["b"] * 10 + ["a"] * 10
    votes = author_votes([(f"name:{who}", "name:jan", n) for n, who in enumerate(course)])
    assert [vote.certain for vote in votes] == [False, False]


@pytest.mark.parametrize(
    ("votes", "against", "certain"), [(4, 0, False), (5, 0, True), (19, 1, False), (20, 1, True)]
)
def test_a_pair_of_names_is_certain_from_five_votes_and_above_95_per_cent(
    votes: int, against: int, *, certain: bool
) -> None:
    """Four votes are too few, and one in twenty against is too many."""
    assert AuthorVote("name:a", "name:b", votes, against).certain is certain


def test_numbers_that_differ_are_two_people() -> None:
    """Two telephone numbers are two people until texts say otherwise; two names may be one."""
    people = People(Relation())
    assert people.tie("e164:+31600000001", "e164:+31600000002") is Tie.CONTRARY
    assert people.tie("e164:+31600000001", "e164:+31600000001") is Tie.CERTAIN
    assert people.tie("name:jan", "name:jan") is Tie.OPEN
    assert People(same_clock()).tie("name:jan", "name:jan") is Tie.CERTAIN


def test_look_alike_groups_are_other_conversations() -> None:
    """The same people on the same days, a text in twenty sent to both: other conversations."""
    left = talk(LEFT_NAMES, 200)
    right = [
        one if n % 20 == 0 else said(one.copy, 10 * n, one.author, f"Elders gezegd nummer {n} dus")
        for n, one in enumerate(talk(RIGHT_NAMES, 200, first=10_000))
    ]
    found = learn(left, right, matching)
    assert found.agreeing == 10
    assert found.verdict == "other"


def test_fifteen_forwarded_messages_do_not_make_two_groups_one() -> None:
    """A small group into which somebody forwards fifteen messages is not where they are from."""
    left = talk(LEFT_NAMES, 60)
    forwarded = [said(20_000 + n, 152 + n / 20, "name:cem", rare(n)) for n in range(15)]
    own = [said(30_000 + n, 12 * n, "name:cem", f"Alleen hier gezegd {n} keer") for n in range(25)]
    found = learn(left, added(own, *forwarded), matching)
    assert found.verdict != "same"


def test_one_persons_announcements_in_two_groups_are_not_one_chat() -> None:
    """Whoever posts all in two groups at once makes them alike, and only an officer joins them."""
    left = talk(("name:anna",), 40)
    found = learn(left, talk(("name:anna b",), 40, first=10_000), matching)
    assert found.verdict == "perhaps"


def test_some_agreement_is_a_question() -> None:
    """Six texts in common of twenty: perhaps."""
    left, right = both(count=20)
    right = [
        one if n < 6 else said(one.copy, 10 * n, one.author, f"Heel iets anders {n} gezegd")
        for n, one in enumerate(right)
    ]
    assert learn(left, right, matching).verdict == "perhaps"


def test_a_few_days_of_years_suffice() -> None:
    """Only the time that both cover counts: twelve texts in common out of hundreds are enough."""
    left = talk(LEFT_NAMES, 600)
    right = [one for one in talk(RIGHT_NAMES, 1200, first=10_000) if one.copy >= 10_588]
    found = learn(left, right, matching)
    assert (found.shared, found.left_rare, found.right_rare) == (12, 12, 12)
    assert found.verdict == "same"


def test_seen_from_the_right_the_relation_is_mirrored() -> None:
    """Learning the other way round gives the same relation, mirrored."""
    left, right = both(shift=-300)
    found = learn(left, right, matching)
    assert learn(right, left, matching) == found.mirrored()
    assert found.mirrored().mirrored() == found


def test_memory_does_not_grow_with_the_chat() -> None:
    """Beyond 32,768 texts a sample of both is compared, the same on both sides."""
    count = 80_000
    left = (said(n + 1, n, LEFT_NAMES[n % 3], f"Bericht nummer {n} hier") for n in range(count))
    right = (
        said(n + 200_000, n, RIGHT_NAMES[n % 3], f"Bericht nummer {n} hier") for n in range(count)
    )
    found = learn(left, right, matching)
    assert 15_000 < found.shared < 32_768
    assert (found.verdict, len(found.certain_authors)) == ("same", 3)


def test_one_phone_is_one_conversation_without_votes() -> None:
    """What is known beforehand stays: two exports of one phone are one conversation."""
    found = learn(talk(LEFT_NAMES, 3), talk(LEFT_NAMES, 3), matching, prior=same_clock())
    assert (found.same_phone, found.verdict) == (True, "same")
    assert same_clock().mirrored() == same_clock()


def test_nothing_is_learned_from_nothing() -> None:
    """Empty strands, and strands without times, are other conversations."""
    timeless = [Utterance(1, None, "min", False, "name:a", False, "text", rare(1))]
    assert learn([], [], matching).verdict == "other"
    assert learn(timeless, timeless, matching) == Relation()


def _later(name: str) -> list[tuple[str, str, int]]:
    return [(name, "name:x", 100 + n) for n in range(9)]
