"""The pairs that alignment is measured on are the same every time, and their truth is true."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
from msgspec.structs import replace

from archiver.model import Item, Kind, Member
from archiver.normalise.text import matching
from tests.bench.alignment_score import Found, score, total
from tests.bench.pairs import SCENARIOS, Export, Pair, Scenario, generate
from tests.bench.pairs_chat import Habits, converse, people
from tests.bench.pairs_noise import NORMAL, ONE_PHONE, Noise, befall
from tests.whatsapp import items, source

SILENT = Noise(lost=0, hidden=0, withdrawn=0, edited=0, late=0, omitted=0, skew=0)
QUIET = Scenario(name="quiet", says="nothing goes wrong", noise=SILENT, you=(False, False))
PLAIN = ("text", "phrase", "short", "repeat", "quote", "link", "forwarded")


def entries(export: Export) -> list[Item]:
    """Read one side with the parser of the archive."""
    media = tuple(Member(name, 1, digest) for name, digest in export.files)
    said = {"name": export.name, "path_name": export.path_name, "date_order": export.date_order}
    return items(source(export.content, media=media, **said))


def by_id(export: Export) -> dict[int, Item]:
    """Give the items that are a message of the chat, by the id of that message."""
    pairs = zip(export.ids, entries(export), strict=True)
    return {id_: item for id_, item in pairs if id_ is not None}


def plain(pair: Pair) -> set[int]:
    """Give the messages that nothing befell and that are no media."""
    return {id_ for id_, kind in pair.kinds.items() if kind in PLAIN} - set(pair.fates)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_truth_has_one_entry_for_every_item(scenario: Scenario) -> None:
    """In every scenario each item has an id, and a person unless it is an event."""
    pair = generate(3, scenario, 300)
    for export in (pair.left, pair.right):
        found = entries(export)
        assert len(found) == len(export.ids) == len(export.people)
        for item, who in zip(found, export.people, strict=True):
            assert (item.kind is Kind.EVENT) == (who is None), item
        ids = [id_ for id_ in export.ids if id_ is not None]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_two_items_of_one_message_say_the_same(scenario: Scenario) -> None:
    """Unless something befell it, a message has one text and one person on both phones."""
    pair = generate(4, scenario, 300)
    left, right = by_id(pair.left), by_id(pair.right)
    both = left.keys() & right.keys() & plain(pair)
    assert bool(both) == scenario.is_same
    for id_ in both:
        assert matching(left[id_].text) == matching(right[id_].text)
    people = [dict(zip(each.ids, each.people, strict=True)) for each in (pair.left, pair.right)]
    assert all(people[0][id_] == people[1][id_] for id_ in both)


def test_same_seed_gives_the_same_pair() -> None:
    """A figure can be measured again, and another seed is another pair."""
    for name in ("heavy", "look-alike-forwarded", "re-export"):
        one, two = (generate(7, SCENARIOS[name], 300) for _ in range(2))
        assert one == two
        assert generate(8, SCENARIOS[name], 300).left.content != one.left.content


def test_without_noise_both_sides_hold_everything() -> None:
    """Nothing is lost, deleted or edited when all rates are nought."""
    pair = generate(1, QUIET, 300)
    assert pair.fates == {}
    said = [[id_ for id_ in side.ids if id_ is not None] for side in (pair.left, pair.right)]
    assert sorted(said[0]) == sorted(said[1])
    assert len(said[0]) > 270


def test_each_fate_shows_as_it_should() -> None:
    """Lost is on one side, deleted leaves a notice, edited a mark, and late has another time."""
    noise = Noise(lost=0.1, hidden=0.1, withdrawn=0.1, edited=0.1, late=0.2, skew=0)
    pair = generate(2, replace(QUIET, noise=noise), 1_500)
    left, right = by_id(pair.left), by_id(pair.right)
    seen = Counter(pair.fates.values())
    assert min(seen[name] for name in ("lost", "hidden", "withdrawn", "edited", "late")) > 50
    for id_, fate in pair.fates.items():
        shown = [side[id_] for side in (left, right) if id_ in side]
        types = {item.type for item in shown}
        marks = {mark for item in shown for mark in item.marks}
        match fate:
            case "lost" | "hidden":
                assert len(shown) == 1
            case "withdrawn":
                assert "deleted" in types
            case "edited":
                assert "edited" in marks
            case _:
                assert len(shown) == 2
    late = [id_ for id_, fate in pair.fates.items() if fate == "late"]
    apart = [left[id_].time_text != right[id_].time_text for id_ in late]
    assert 0.3 < sum(apart) / len(apart) < 0.8


def test_the_clock_of_another_zone_is_another_clock() -> None:
    """The same chat from Halifax stands five hours earlier on the wall."""
    zones = ("Europe/Amsterdam", "America/Halifax")
    pair = generate(1, replace(QUIET, zones=zones), 200)
    left, right = by_id(pair.left), by_id(pair.right)
    hours = Counter(
        (int(left[id_].time_text[11:13]) - int(right[id_].time_text[11:13])) % 24
        for id_ in left.keys() & right.keys()
    )
    assert hours.most_common(1)[0][0] == 5
    assert hours[5] > 150


def test_people_have_other_names_on_each_phone() -> None:
    """Labels differ between phones, two people never share one on one phone, and one is "you"."""
    pair = generate(1, SCENARIOS["minutes"], 600)
    called: list[dict[int, set[str]]] = []
    for export in (pair.left, pair.right):
        labels: dict[int, set[str]] = {}
        for item, who in zip(entries(export), export.people, strict=True):
            if who is not None:
                labels.setdefault(who, set()).add(item.sender)
        called.append(labels)
        assert all(len(each) == 1 for each in labels.values())
        assert len({label for each in labels.values() for label in each}) == len(labels)
    assert any({"You"} == each for each in called[1].values())
    assert sum(called[0].get(who) != each for who, each in called[1].items()) >= 2


def test_a_second_export_of_one_phone_shows_the_same_times() -> None:
    """What one phone showed at a time it shows at that time in its next export."""
    pair = generate(1, replace(SCENARIOS["re-export"], noise=ONE_PHONE), 600)
    left, right = by_id(pair.left), by_id(pair.right)
    both = left.keys() & right.keys()
    assert len(right) > len(left) > 400
    assert all(left[id_].time_text == right[id_].time_text for id_ in both)
    assert {id_ for id_ in both if left[id_].type == "deleted"} <= {
        id_ for id_ in both if right[id_].type == "deleted"
    }


def test_look_alike_groups_share_no_message() -> None:
    """Two groups have no message in common, not even one that was sent to both."""
    for name in ("look-alike", "look-alike-forwarded"):
        pair = generate(1, SCENARIOS[name], 2_000)
        assert not (set(pair.left.ids) & set(pair.right.ids)) - {None}
    texts = [{item.text for item in entries(side)} for side in (pair.left, pair.right)]
    assert sum(len(text) > 40 for text in texts[0] & texts[1]) > 15


def test_a_chat_is_like_a_real_one() -> None:
    """Three in ten answers are short, most long texts occur once, and nights are silent."""
    choose = random.Random(5)
    said = converse(choose, len(people(choose, 9)), 4_000, Habits())
    assert len(said) == 4_000
    assert all(one.at < two.at for one, two in pairwise(said))
    short = sum(each.kind == "short" for each in said) / len(said)
    assert 0.27 < short < 0.36
    long = Counter(each.text for each in said if each.kind in ("text", "repeat"))
    assert 0.9 < sum(count == 1 for count in long.values()) / long.total() < 1
    nightly = sum(each.at // 3_600_000 % 24 in (0, 1, 2, 3) for each in said)
    assert nightly < 0.02 * len(said)


def test_blocks_are_forwarded_within_seconds() -> None:
    """Forwarded messages come ten or more together, and many were said before."""
    choose = random.Random(6)
    said = converse(choose, 8, 4_000, Habits(blocks=3))
    forwarded = [each for each in said if each.kind == "forwarded"]
    assert len(forwarded) > 100
    before = {each.text for each in said if each.kind != "forwarded"}
    assert 0.2 < sum(each.text in before for each in forwarded) / len(forwarded) < 0.9


def test_chance_does_not_look_at_texts() -> None:
    """The same messages meet the same fate whatever they say."""
    said = converse(random.Random(1), 8, 500, Habits())
    other = [replace(each, text="x") for each in said]
    fates = [
        befall(random.Random(2), each, replace(NORMAL, edited=0), (0, 1), one_phone=False).fates
        for each in (said, other)
    ]
    assert fates[0] == fates[1]


def test_score_of_a_perfect_answer() -> None:
    """Whoever links exactly what the truth says has nothing wrong and nothing missed."""
    pair = generate(1, SCENARIOS["heavy"], 500)
    right = {id_: number for number, id_ in enumerate(pair.right.ids, 1) if id_ is not None}
    links = [(n, right[id_]) for n, id_ in enumerate(pair.left.ids, 1) if id_ in right]
    found = score(pair, Found(links))
    assert (found.wrong, found.missed, found.strangers) == (0, 0, 0)
    assert found.pairs > 200
    assert found.errors == Counter()


def test_score_counts_what_is_wrong_missed_and_proposed() -> None:
    """A wrong link, a missed pair, a proposal: each is counted, and under what it was."""
    pair = generate(1, QUIET, 100)
    people_said = [
        (n, m)
        for n, id_ in enumerate(pair.left.ids, 1)
        for m, other in enumerate(pair.right.ids, 1)
        if id_ == other is not None and pair.left.people[n - 1] is not None
    ]
    (one, two), rest = people_said[:2], people_said[2:]
    crossed = [(one[0], two[1]), *rest]
    found = score(pair, Found(crossed, proposals=[two]))
    assert (found.wrong, found.missed, found.offered) == (1, 2, 1)
    assert found.errors.total() == 3
    assert found.wrong_each == pytest.approx(10_000 / min(len(pair.left.ids), len(pair.right.ids)))
    assert found.missed_each == pytest.approx(20_000 / len(people_said))


def test_score_takes_nothing_of_other_chats() -> None:
    """With the verdict "perhaps" links are proposals only; with "other" there is nothing."""
    pair = generate(1, QUIET, 100)
    perhaps, other = (score(pair, Found([(1, 1)], each)) for each in ("perhaps", "other"))
    assert (perhaps.links, perhaps.proposals, perhaps.missed) == (0, 1, perhaps.pairs)
    assert (other.links, other.proposals) == (0, 0)
    both = total((perhaps, other))
    assert both.verdicts == {"perhaps": 1, "other": 1}
    assert both.pairs == 2 * other.pairs
