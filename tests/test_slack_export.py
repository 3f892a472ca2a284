"""Slack's export of a workspace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse import slack_export
from tests import golden
from tests.form_checks import agrees, claimants, frame, read_damaged, unprovoked
from tests.ministry import ministry

CASES = golden.cases(slack_export.NAME)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_day_is_read_as_it_was_reviewed(case: Path) -> None:
    """Every case gives the items and findings that somebody looked at."""
    assert agrees(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_byte_is_unaccounted_for(case: Path) -> None:
    """Outside items and findings stand only brackets, commas and blanks."""
    assert re.fullmatch(r"[\s,\[\]]*", frame(slack_export, case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_this_format_claims_it(case: Path) -> None:
    """A day's file is known by its name and its stamps, and no other format takes it."""
    assert claimants(case) == ["slack"]


def test_other_json_is_not_claimed() -> None:
    """A list of the export, a day's file elsewhere and other arrays are not taken for messages."""
    head = b'[{"type":"message","ts":"1652425200.000100"}]'
    assert slack_export.claims(head, "kanaal/2022-05-13.json")
    assert slack_export.claims(b"[]", "export/kanaal/2022-05-13.json")
    assert not slack_export.claims(head, "2022-05-13.json")
    assert not slack_export.claims(head, "kanaal/users.json")
    assert not slack_export.claims(b'[{"type":"message"}]', "kanaal/2022-05-13.json")
    assert not slack_export.claims(b"{}", "kanaal/2022-05-13.json")


def test_the_lists_beside_the_folder_are_asked_for() -> None:
    """Only the lists of the same export are read, wherever it stands in the delivery."""
    assert slack_export.wants("a/kanaal/2022-05-13.json", "a/users.json")
    assert not slack_export.wants("a/kanaal/2022-05-13.json", "b/users.json")
    assert not slack_export.wants("kanaal/2022-05-13.json", "canvases.json")
    assert slack_export.wants("kanaal/2022-05-13.json", "dms.json")


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damage_makes_the_parser_fail(data: st.DataObject) -> None:
    """However a file is cut or a byte of it changed, it is read to its end."""
    read_damaged(slack_export, CASES, data)


def test_every_code_is_provoked() -> None:
    """Each finding of this format is shown by a case."""
    assert unprovoked(r"[EW]-Z\d{3}", Path(__file__), CASES, slack_export.GAPS) == []


def test_an_export_becomes_conversations(tmp_path: Path) -> None:
    """A whole export is one delivery, with a conversation for each folder."""
    office = ministry(tmp_path)
    for folder in ("channel", "direct"):
        inside = golden.EXPORTS / "slack" / folder / "input"
        for path in inside.rglob("*"):
            if path.is_file():
                office.write(f"slack/{path.relative_to(inside)}", path.read_bytes())
    inside = golden.EXPORTS / "slack/channel/input/werkgroep-bruggen/2022-05-13.json"
    office.write("slack/werkgroep-bruggen/2022-05-13.json", inside.read_bytes())
    office.account("lien", service="slack", identifier="U01LIEN")
    kept = office.ingest(office.folder / "handed-in" / "slack", "lien", code=None)
    assert (kept["source_format"], kept["state"], kept["read"]) == ("slack", "ingested", 14)
    assert {one["code"] for one in kept["findings"]} >= set(slack_export.GAPS)
    titles = {one["title"] for one in office.json("conversations")["conversations"]}
    assert titles == {"werkgroep-bruggen", "Lien, Omar Visser"}
    hit = office.search("besluit")["hits"][-1]
    assert office.json("show", hit["id"])["record"]["sent_at"] == "2022-05-13T09:01:00+02:00"
    assert office.run("explain", hit["id"]).code == 0
