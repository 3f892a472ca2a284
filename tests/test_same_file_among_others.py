"""The same file from two accounts, beside other exports of the conversation, in any order."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from archiver.deduplicate.solve import Held, Said, solve
from archiver.normalise.text import matching
from tests import talk
from tests.ministry import ministry
from tests.strands import rare, said

_TITLED = "WhatsApp-chat met Overleg stikstof.txt"
_NUMBERS = {"jan": "+31612000001", "fenna": "+31612000002", "idris": "+31612000003"}
_PERSONS = {account: name for account, (name, *_) in zip(_NUMBERS, talk.PEOPLE, strict=True)}


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_no_order_leaves_short_answers_apart(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Two databases and one text that two accounts hand in become one conversation."""
    lines = talk.talk()
    exports: tuple[tuple[str, str, str | bytes], ...] = (
        ("fenna", "ChatStorage.sqlite", talk.iphone_database(lines, 1)),
        ("idris", _TITLED, talk.android_text(lines)),
        ("jan", _TITLED, talk.android_text(lines)),
        ("jan", "msgstore.db", talk.android_database(lines)),
    )
    office = ministry(tmp_path)
    for number in order:
        account, name, content = exports[number]
        office.account(account, identifier=_NUMBERS[account], person=_PERSONS[account])
        office.ingest(office.write(f"{account}/{name}", content), account, code=None)
    hits = office.search("")["hits"]
    assert [hit["holdings"] for hit in hits] == [4] * len(lines)


def test_a_same_file_is_no_decision_of_an_officer() -> None:
    """Why two copies are one record says which it was: one file, or an officer's word."""
    held = [
        Held(said(number, number, "name:lien", rare(number)), strand, (strand,))
        for number, strand in ((1, 0), (2, 1), (3, 0), (4, 1))
    ]
    known = Said(together=frozenset({(3, 4)}), one_file=frozenset({(1, 2)}))
    joined = [group[1] for group in solve(held, known, matching).groups]
    assert {(one.copy, one.how, one.other) for one in joined} == {
        (2, "same-file", 1), (4, "officer", 3),
    }  # fmt: skip
