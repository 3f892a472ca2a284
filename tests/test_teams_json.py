"""Messages of Microsoft Teams as Microsoft Graph gives them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse import teams_json
from tests import golden
from tests.form_checks import agrees, claimants, frame, read_damaged, unprovoked
from tests.ministry import ministry

CASES = golden.cases(teams_json.NAME)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_messages_are_read_as_they_were_reviewed(case: Path) -> None:
    """Every case gives the items and findings that somebody looked at."""
    assert agrees(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_byte_is_unaccounted_for(case: Path) -> None:
    """Outside items and findings stand only punctuation, blanks, keys and the answer's header."""
    assert re.fullmatch(r'[\s,:\[\]{}0-9]*("[^"]+"[\s,:\[\]{}0-9]*)*', frame(teams_json, case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_this_format_claims_it(case: Path) -> None:
    """Messages of Graph are known by their members, and no other format takes them."""
    assert claimants(case) == ["teams"]


def test_other_json_is_not_claimed() -> None:
    """JSON of other services, and of Graph without messages, is not taken for messages."""
    told = b'"createdDateTime": "x", "messageType": "message", "chatId": "19:x"}'
    assert teams_json.claims(b'[{"id": "1", ' + told, "x.json")
    assert not teams_json.claims(b'[{"id": "1", "messageType": "message"}]', "x.json")
    assert not teams_json.claims(b'{"value": []}', "x.json")
    assert not teams_json.claims(b'[{"naam": "1", ' + told, "x.json")


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damage_makes_the_parser_fail(data: st.DataObject) -> None:
    """However a file is cut or a byte of it changed, it is read to its end."""
    read_damaged(teams_json, CASES, data)


def test_every_code_is_provoked() -> None:
    """Each finding of this format is shown by a case."""
    codes = r"[EW]-Q9\d{2}"
    assert unprovoked(codes, Path(__file__), CASES, teams_json.GAPS) == []


def test_messages_become_conversations(tmp_path: Path) -> None:
    """A file of messages is one delivery, with a conversation for each chat or channel."""
    office = ministry(tmp_path)
    office.account("lien", service="teams", identifier="1111-lien")
    inside = golden.EXPORTS / "teams/answer/input"
    kept = office.ingest(inside, "lien", code=None)
    assert (kept["source_format"], kept["state"], kept["read"]) == ("teams", "ingested", 8)
    assert kept["attachments"] == {"referenced": 3, "present": 2, "missing": 1}
    hit = next(one for one in office.search("besluit")["hits"] if one["kind"] == "message")
    assert hit["text"] == "Is het besluit klaar, Omar? 🙂"
    assert office.run("show", hit["id"]).code == 0
    assert office.run("explain", hit["id"]).code == 0
