"""Google Chat as Google Takeout exports it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse import google_chat
from archiver.parse.google_chat.sentence import instant
from tests import golden
from tests.form_checks import agrees, claimants, frame, read_damaged, unprovoked
from tests.ministry import ministry

CASES = golden.cases(google_chat.NAME)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_is_read_as_it_was_reviewed(case: Path) -> None:
    """Every case gives the items and findings that somebody looked at."""
    assert agrees(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_byte_is_unaccounted_for(case: Path) -> None:
    """Outside items and findings stand only punctuation, blanks and the keys of the top."""
    assert re.fullmatch(r'[\s,:\[\]{}\ufeff]*("\w+"[\s,:\[\]{}]*)*', frame(google_chat, case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_this_format_claims_it(case: Path) -> None:
    """A list of messages is known by its name and first members, and no other format takes it."""
    assert claimants(case) == ["google-chat"]


def test_other_json_is_not_claimed() -> None:
    """Other files of the same name, and other files of an export, are not taken for messages."""
    head = b'{"messages": [{"created_date": "x"}]}'
    assert google_chat.claims(head, "Groups/DM 1/messages.json")
    assert google_chat.claims(b'{"messages": []}', "messages.json")
    assert not google_chat.claims(head, "Groups/DM 1/group_info.json")
    assert not google_chat.claims(b'{"messages": [{"timestamp_ms": 1}]}', "messages.json")
    assert not google_chat.claims(b'{"participants": [], "messages": [', "messages.json")


@pytest.mark.parametrize(
    ("sentence", "iso"),
    [
        ("Monday, July 1, 2024 at 1:02:03\u202fPM UTC", "2024-07-01T13:02:03Z"),
        ("Friday, December 14, 2018 at 12:35:12 AM UTC", "2018-12-14T00:35:12Z"),
        ("Monday, July 1, 2024, 12:00:00 PM UTC", "2024-07-01T12:00:00Z"),
        ("Monday 1 July 2024 at 13:02:03 UTC", "2024-07-01T13:02:03Z"),
        ("maandag 1 juli 2024 om 13:02:03 UTC", "2024-07-01T13:02:03Z"),
        ("vrijdag 1 maart 2024 om 00:00:00 UTC", "2024-03-01T00:00:00Z"),
        ("dinsdag 1 juli 2024 om 13:02:03 UTC", ""),
        ("Monday, July 1, 2024 at 0:02:03 PM UTC", ""),
        ("30 februari 2024 om 13:02:03 UTC", ""),
        ("lundi 1 juillet 2024 \u00e0 13:02:03 UTC", ""),
        ("1 juli 2024 om 13:02:03 CEST", ""),
        ("", ""),
    ],
)
def test_a_sentence_is_read_as_the_time_it_says(sentence: str, iso: str) -> None:
    """English and Dutch sentences give the second they say; anything else gives none."""
    assert instant(sentence) == iso


def test_what_stands_beside_is_asked_for() -> None:
    """Only the members of this conversation and the owner of this export are read."""
    main = "Takeout/Google Chat/Groups/DM 1/messages.json"
    assert google_chat.wants(main, "Takeout/Google Chat/Groups/DM 1/group_info.json")
    assert google_chat.wants(main, "Takeout/Google Chat/Users/User 1/user_info.json")
    assert not google_chat.wants(main, "Takeout/Google Chat/Groups/DM 2/group_info.json")
    assert not google_chat.wants(main, "Takeout/Google Chat/Groups/DM 1/foto.jpg")


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damage_makes_the_parser_fail(data: st.DataObject) -> None:
    """However a file is cut or a byte of it changed, it is read to its end."""
    read_damaged(google_chat, CASES, data)


def test_every_code_is_provoked() -> None:
    """Each finding of this format is shown by a case."""
    codes = r"[EW]-Q0\d{2}"
    assert unprovoked(codes, Path(__file__), CASES, google_chat.GAPS) == []


def test_an_export_becomes_conversations(tmp_path: Path) -> None:
    """A Takeout is one delivery, with a conversation for each folder of it."""
    office = ministry(tmp_path)
    for folder in ("space", "direct-dutch"):
        inside = golden.EXPORTS / "google-chat" / folder / "input"
        for path in inside.rglob("*"):
            if path.is_file():
                office.write(f"takeout/{path.relative_to(inside)}", path.read_bytes())
    office.account("lien", service="google-chat", identifier="lien@voorbeeld.example")
    kept = office.ingest(office.folder / "handed-in" / "takeout", "lien", code=None)
    assert (kept["source_format"], kept["state"], kept["read"]) == ("google-chat", "ingested", 5)
    titles = {one["title"] for one in office.json("conversations")["conversations"]}
    assert titles == {"Werkgroep bruggen", "Omar Visser"}
    hit = office.search("maandag")["hits"][0]
    assert hit["sent_at"] == "2022-10-01T02:00:59+02:00"
    assert office.run("show", hit["id"]).code == 0
    assert office.run("explain", hit["id"]).code == 0


def test_another_language_waits_for_an_answer(tmp_path: Path) -> None:
    """An export in a language that is not read is kept, and asks to be made again."""
    office = ministry(tmp_path)
    case = golden.EXPORTS / "google-chat/other-language/input"
    office.account("omar", service="google-chat", identifier="omar@voorbeeld.example")
    kept = office.ingest(case, "omar", code=1)
    assert kept["state"] == "question"
    assert "E-Q001" in {one["code"] for one in kept["findings"]}
