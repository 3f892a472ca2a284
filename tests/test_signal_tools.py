"""Chats that the program signal-export wrote out of Signal Desktop."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse import signal_tools
from tests import golden
from tests.form_checks import agrees, claimants, frame, read_damaged, unprovoked
from tests.ministry import ministry
from tests.reading import found, read, source

CASES = golden.cases(signal_tools.NAME)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_chat_is_read_as_it_was_reviewed(case: Path) -> None:
    """Every case gives the items and findings that somebody looked at."""
    assert agrees(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_byte_is_unaccounted_for(case: Path) -> None:
    """Outside items and findings stand only line ends."""
    assert frame(signal_tools, case).strip() == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_this_format_claims_it(case: Path) -> None:
    """A chat is known by its name and its first line, and no other format takes it."""
    assert claimants(case) == ["signal-tools"]


def test_other_json_is_not_claimed() -> None:
    """Other files of the same name are not taken for chats."""
    line = b'{"date": "2022-05-13T09:00:01", "sender": "Me", "body": ""}'
    assert signal_tools.claims(line, "Lien/data.json")
    assert not signal_tools.claims(line, "Lien/messages.json")
    assert not signal_tools.claims(b'{"date": "2022-05-13"}', "Lien/data.json")


def test_no_key_gets_into_the_archive() -> None:
    """The key of a pack of stickers stays in the original."""
    assert "geheim" not in golden.expected(CASES[0]).read_text("utf-8")


def test_a_line_without_end_is_refused() -> None:
    """A line beyond the bound is told with its bytes, and not kept in memory."""
    data = b'{"date": "2022-05-13T09:00:01", "sender": "' + b"x" * (17 << 20)
    assert found(read(signal_tools, source(data, "Lien/data.json"))) == ["E-N902"]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damage_makes_the_parser_fail(data: st.DataObject) -> None:
    """However a file is cut or a byte of it changed, it is read to its end."""
    read_damaged(signal_tools, CASES, data)


def test_every_code_is_provoked() -> None:
    """Each finding of this format is shown by a case."""
    codes = r"[EW]-N9\d{2}"
    assert unprovoked(codes, Path(__file__), CASES, signal_tools.GAPS) == []


def test_an_export_becomes_a_conversation(tmp_path: Path) -> None:
    """A folder of chats is one delivery, with a conversation for each chat."""
    office = ministry(tmp_path)
    office.account("omar", service="signal")
    kept = office.ingest(golden.EXPORTS / "signal-tools/chat/input", "omar", code=None)
    assert (kept["source_format"], kept["state"], kept["read"]) == ("signal-tools", "ingested", 5)
    assert kept["attachments"] == {"referenced": 3, "present": 2, "missing": 1}
    hit = office.search("besluit")["hits"][0]
    assert hit["sent_at"] == "2022-05-13T09:00:01.123+02:00"
    assert office.run("show", hit["id"]).code == 0
    assert office.run("explain", hit["id"]).code == 0
