"""An export made again after edits, reactions and deletions: nothing new but what is seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
import talk

from tests.ministry import Ministry, ministry

SAID = talk.talk()[:40]
REACTED = {
    "reactions": [{"type": "emoji", "count": 1, "emoji": "👍", "recent": [
        {"from": "Fenna Bos", "from_id": "user501", "date": "2023-03-06T12:00:00"}]}]
}  # fmt: skip
EDITED = {"text": "De bijgewerkte woorden van dit bericht", "edited_unixtime": "1700000000"}


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An archive with nothing in it."""
    return ministry(tmp_path)


def telegram(changes: dict[int, dict[str, object]], without: Collection[int] = ()) -> str:
    """Write the chat with some messages changed, and some no longer there."""
    messages = [
        talk.telegram_message(one, **changes.get(one.id, {}))
        for one in SAID
        if one.id not in without
    ]
    return talk.telegram_json([], messages=messages)


def take(office: Ministry, name: str, content: str | bytes, **account: str) -> dict[str, Any]:
    """Take in one export of Jan's account."""
    office.account("jan", identifier="+31612000001", **account)
    found: dict[str, Any] = office.ingest(office.write(name, content), "jan", code=None)
    return found


def codes(found: dict[str, Any]) -> set[str]:
    """Give the codes of what deduplicating found."""
    return {one["code"] for one in found["findings"] if one["code"][1:3] == "-D"}


def test_telegram_again_after_edits_reactions_and_deletions(office: Ministry) -> None:
    """The same messages are known; wordings and reactions are observations; absence is silent."""
    take(office, "a/result.json", telegram({}), service="telegram")
    again = telegram({3: dict(EDITED), 5: dict(REACTED)}, without={7, 8})
    found = take(office, "b/result.json", again, service="telegram")
    assert (found["read"], found["new"], found["known"]) == (38, 0, 38)
    assert codes(found) == set()
    assert office.search("")["total"] == 40
    (edited,) = office.search("bijgewerkte woorden")["hits"]
    assert edited["id"] in {hit["id"] for hit in office.search(f'"{SAID[2].text}"')["hits"]}
    seen = {
        (one["kind"], one["by"])
        for hit in office.search("")["hits"]
        for one in office.json("show", hit["id"])["record"]["observations"]
    }
    assert ("reaction", "Fenna Bos") in seen
    assert "text" in {kind for kind, _ in seen}
    assert office.json("rebuild", code=0)
    assert office.search("")["total"] == 40


def test_other_words_without_a_mark_are_found(office: Ministry) -> None:
    """A wording that changed though nothing says so is kept, with a finding."""
    take(office, "a/result.json", telegram({}), service="telegram")
    silent = telegram({3: {"text": "Stil veranderde woorden in dit bericht"}})
    found = take(office, "b/result.json", silent, service="telegram")
    assert (found["new"], found["known"]) == (0, 40)
    assert codes(found) == {"W-D005"}
    assert office.search("stil veranderde")["total"] == 1


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_two_of_one_second_are_told_by_their_identifiers(office: Ministry, turned: bool) -> None:
    """One was edited, the other is gone: the first is known, and nobody is asked which it is."""
    moment = {"date_unixtime": "1742460001", "from_id": "user501"}
    before = telegram({3: moment, 4: moment})
    after = telegram({3: moment | EDITED}, without={4})
    given = [after, before] if turned else [before, after]
    for number, content in enumerate(given):
        take(office, f"{number}/result.json", content, service="telegram")
    assert office.json("findings", code=None)["findings"] == []
    (edited,) = office.search("bijgewerkte woorden")["hits"]
    assert edited["holdings"] == 2
    assert office.search("")["total"] == 40
    office.json("rebuild")
    assert office.search("bijgewerkte woorden")["hits"][0]["holdings"] == 2


@pytest.mark.parametrize("other", [{"from_id": "user999"}, {"date_unixtime": "1600000000"}])
def test_the_same_identifier_with_another_core_is_a_conflict(
    office: Ministry, other: dict[str, object]
) -> None:
    """One identifier, another sender or time: both are kept apart, and an officer looks."""
    take(office, "a/result.json", telegram({}), service="telegram")
    found = take(office, "b/result.json", telegram({3: other}), service="telegram")
    assert (found["new"], found["known"]) == (1, 39)
    assert codes(found) == {"E-D004"}


def android(statements: str = "") -> bytes:
    """Write the database with changes made to it since."""
    plain = talk.android_database(SAID)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(plain)
    connection.executescript(statements)
    connection.commit()
    return connection.serialize()


def test_a_whatsapp_database_again(office: Ministry) -> None:
    """A message that was recalled since, and one more: the record stays, with its words."""
    take(office, "a/msgstore.db", android())
    recalled = "UPDATE message SET message_type = 15, text_data = NULL WHERE _id = 3;"
    more = (
        "INSERT INTO message SELECT 900, chat_row_id, from_me, 'K0900', sender_jid_row_id,"
        " timestamp + 60000, message_type, 'Een bericht van later' FROM message WHERE _id = 40;"
    )
    found = take(office, "b/msgstore.db", android(recalled + more))
    assert (found["new"], found["known"]) == (1, 40)
    assert codes(found) == set()
    hits = office.search("")["hits"]
    assert len(hits) == 41
    assert {hit["holdings"] for hit in hits} == {1, 2}
    (kept,) = (hit for hit in hits if hit["id"].endswith(".3"))
    assert kept["text"] == SAID[2].text
    assert "deleted" in {
        mark
        for one in office.json("show", kept["id"])["record"]["observations"]
        for mark in str(one["value"]).split()
    }


def test_what_no_clock_can_place_is_counted(office: Ministry) -> None:
    """Messages whose time cannot be read are kept, found by their words, and counted."""
    broken = telegram({3: {"date": "gisteren", "date_unixtime": "?"}})
    found = take(office, "a/result.json", broken, service="telegram")
    assert (found["read"], found["new"]) == (40, 40)
    assert [one["values"] for one in found["findings"] if one["code"] == "W-P002"] == [{"count": 1}]


def test_an_entry_of_a_database_is_shown_by_its_row(office: Ministry) -> None:
    """What has no bytes of its own is explained by table and row; own messages have a holder."""
    take(office, "a/msgstore.db", android())
    hit = office.search("")["hits"][0]
    (held,) = office.json("explain", hit["id"])["holdings"]
    assert held["place"]["node"].startswith("message/")
    assert held["place"]["node"] in office.run("explain", hit["id"]).out
    assert "(account holder)" in office.run("search", "", "--limit", "0").out


def test_what_has_no_name_is_not_put_down_to_the_holder(office: Ministry) -> None:
    """Only what the source marks as own has the account's holder as sender; others a number."""
    take(office, "a/msgstore.db", android())
    shown = office.run("search", "", "--limit", "0").out
    hits = office.search("")["hits"]
    assert shown.count("(account holder)") == sum("own" in hit["marks"] for hit in hits)
    assert 0 < shown.count("  +31612000002  ") < len(hits)
