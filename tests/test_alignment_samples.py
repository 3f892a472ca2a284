"""Four real exports of one group, aligned two by two; they are read where they lie."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from archiver.deduplicate.alignment import Alignment, align
from archiver.deduplicate.learning import learn
from archiver.deduplicate.relation import Relation
from archiver.model import Kind, Utterance
from archiver.normalise.chat import chat_normaliser
from archiver.normalise.text import matching
from archiver.parse.whatsapp_text import survey
from tests.whatsapp import items, source_in

TEXTS = {
    "alice": "Alice Wonderland/Export 1/WhatsApp Chat with Test export.txt",
    "bob": "Bob Bobsen/Export Bob/WhatsApp Chat with Test export.txt",
    "carol": "Carol Christmas/Export Carol/WhatsApp-chat met Test export.txt",
    "dave": "Dave Davidson/Dave 1 media/_chat.txt",
}
PAIRS = tuple(permutations(TEXTS, 2))
LINKED = {
    ("alice", "bob"): 63,
    ("alice", "carol"): 64,
    ("alice", "dave"): 56,
    ("bob", "carol"): 68,
    ("bob", "dave"): 60,
    ("carol", "dave"): 60,
}
"""Messages of people that are joined, of 64, 69, 69 and 64."""

Phones = dict[str, list[Utterance]]


@pytest.fixture(scope="module")
def phones(samples: Path) -> Phones:
    """What each of four people's phones holds, in the order of its own time."""
    folder = samples / "chat" / "vws-one-group-four-phones"
    return {name: _read(folder / path) for name, path in TEXTS.items()}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_any_two_phones_hold_one_conversation(phones: Phones, one: str, other: str) -> None:
    """Without being told, the program knows two phones' exports for one conversation."""
    relation, _ = _aligned(phones, one, other)
    assert relation.verdict == "same"
    assert [stretch.offset for stretch in relation.stretches] == [0]
    assert {vote.against for vote in relation.authors} == {0}


@pytest.mark.parametrize(("one", "other"), LINKED)
def test_so_many_messages_are_joined(phones: Phones, one: str, other: str) -> None:
    """What both hold is joined, whatever the names, languages and clocks."""
    _, found = _aligned(phones, one, other)
    said = {copy.copy for copy in phones[one] if not copy.event}
    assert sum(link.left in said for link in found.links) == LINKED[one, other]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_message_is_joined_with_another_persons(phones: Phones, one: str, other: str) -> None:
    """Every joined pair was said by one person, as the people themselves are known."""
    _, found = _aligned(phones, one, other)
    here = {copy.copy: copy for copy in phones[one]}
    there = {copy.copy: copy for copy in phones[other]}
    for link in found.links:
        left, right = here[link.left], there[link.right]
        if left.author and right.author:
            assert _person(left.author) == _person(right.author)
        if left.type == right.type == "text":
            assert matching(left.text)[:2] == matching(right.text)[:2]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_same_pairs_whichever_phone_comes_first(phones: Phones, one: str, other: str) -> None:
    """Alice with Bob is Bob with Alice."""
    _, found = _aligned(phones, one, other)
    _, back = _aligned(phones, other, one)
    assert {(link.left, link.right) for link in found.links} == {
        (link.right, link.left) for link in back.links
    }


def test_a_one_said_twice_in_a_minute_stays_two(phones: Phones) -> None:
    """Alice says "1" twice in a minute, and Carol once: three pairs on every two phones."""
    for one, other in PAIRS:
        _, found = _aligned(phones, one, other)
        ones = [copy.copy for copy in phones[one] if copy.text == "1"]
        assert len(ones) == sum(link.left in ones for link in found.links) == 3


def _aligned(phones: Phones, one: str, other: str) -> tuple[Relation, Alignment]:
    relation = learn(phones[one], phones[other], matching)
    return relation, align(phones[one], phones[other], relation, matching)


def _read(path: Path) -> list[Utterance]:
    given = source_in(path)
    normalise = chat_normaliser(given, survey(given))
    said = []
    for item in items(source_in(path)):
        normal = normalise(item)
        media = tuple(
            (file.name, "" if file.member is None else given.members[file.member].sha256)
            for file in item.attachments
        )
        said.append(
            Utterance(
                *(item.number, normal.sent_at, str(normal.precision), normal.ambiguous),
                *(normal.author, item.kind is Kind.EVENT, item.type, item.text),
                *(" ".join(item.marks), media),
            )
        )
    return sorted(said, key=lambda one: one.sent_at or 0)


def _person(author: str) -> str:
    """Say who is meant: their numbers are invented, and follow the alphabet."""
    for name, signs in {
        "alice": ("alice", "12345678"),
        "bob": ("bob", "11111111"),
        "carol": ("carol", "22222222"),
        "dave": ("dave", "33333333"),
    }.items():
        if any(sign in author for sign in signs):
            return name
    raise AssertionError(author)
