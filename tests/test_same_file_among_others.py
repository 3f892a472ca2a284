"""The same file from two accounts, beside other exports of the conversation, in any order."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests import talk
from tests.ministry import ministry

_TITLED = "WhatsApp-chat met Overleg stikstof.txt"
_NUMBERS = {"jan": "+31612000001", "fenna": "+31612000002", "idris": "+31612000003"}
_PERSONS = {account: name for account, (name, *_) in zip(_NUMBERS, talk.PEOPLE, strict=True)}


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_no_order_leaves_short_answers_apart(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Two databases and one text that two accounts hand in become one conversation."""
    said = talk.talk()
    exports: tuple[tuple[str, str, str | bytes], ...] = (
        ("fenna", "ChatStorage.sqlite", talk.iphone_database(said, 1)),
        ("idris", _TITLED, talk.android_text(said)),
        ("jan", _TITLED, talk.android_text(said)),
        ("jan", "msgstore.db", talk.android_database(said)),
    )
    office = ministry(tmp_path)
    for number in order:
        account, name, content = exports[number]
        office.account(account, identifier=_NUMBERS[account], person=_PERSONS[account])
        office.ingest(office.write(f"{account}/{name}", content), account, code=None)
    hits = office.search("")["hits"]
    assert [hit["holdings"] for hit in hits] == [4] * len(said)
