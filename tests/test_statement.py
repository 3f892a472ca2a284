"""The statement of destruction, and what of a destruction is kept for good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gate import (
    CANARY,
    Gate,
    gate,
    hand_in,
)
from tests.ministry import Ministry
from tests.remains import remains
from tests.test_destroy import sound


@pytest.fixture
def at(tmp_path: Path) -> Gate:
    """An archive with two who approve."""
    return gate(tmp_path)


def test_the_statement(at: Gate) -> None:
    """It says what, on what ground, in what manner, by whom, and until when backups live."""
    delivery = hand_in(at)
    proposal = at.approved("--record", f"{delivery}.2", "--reason", "Termijn verstreken")
    at.execute(proposal)
    told = at.statement(proposal)
    text = " ".join(part for _, lines in told["document"] for part in lines)
    for said in (
        "artikel 8 van het Archiefbesluit 1995", delivery, "13 mei 2014", "Termijn verstreken",
        "Voorbeeldlijst Ministerie van Voorbeelden", "categorie 1.2", "waardering V", "P10Y",
        "als proceseigenaar", "als archiefbeheerder", "gelden als vernietigd per",
        "Ministerie van Voorbeelden", told["digest"], "Gevonden: 0",
    ):  # fmt: skip
        assert said in text, said
    assert told["result"] == "inaccessible"
    assert "zijn vernietigd" not in text
    assert CANARY not in str(told)
    assert [one["role"] for one in told["approvals"]] == ["process-owner", "archive-manager"]
    pdf = (at.office.folder / "statements" / f"verklaring-{proposal}.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")


def test_destroyed_is_said_only_after_the_last_backup(at: Gate) -> None:
    """Once the last backup of the keys has expired a second statement says so; both are kept."""
    proposal = at.approved("--delivery", hand_in(at))
    at.execute(proposal)
    at.office.settings["CHATARCHIEF_RETENTION_KEY_BACKUP_DAYS"] = "0"
    told = at.statement(proposal)
    assert told["result"] == "destroyed"
    assert "zijn vernietigd" in str(told["document"])
    at.office.settings.pop("CHATARCHIEF_RETENTION_KEY_BACKUP_DAYS")
    assert at.statement(proposal) == told
    stated = [one for one in at.office.events() if one["type"] == "dispose.stated"]
    assert [one["result"] for one in stated] == ["inaccessible", "destroyed"]
    sound(at.office)
    assert at.statement(proposal) == told


def test_there_is_no_statement_before_the_execution(at: Gate) -> None:
    """A proposal that was not carried out has no statement."""
    proposal = at.propose("--delivery", hand_in(at))
    words = ("dispose", "statement", proposal, "--to", at.office.folder / "x")
    assert at.office.run(*words).code == 9
    assert at.office.run("dispose", "show", "p0000000000").code == 2


def test_lists_survive_a_rebuild(at: Gate) -> None:
    """Proposals, approvals and what became of them are the same after a rebuild."""
    first = at.approved("--record", f"{hand_in(at)}.2")
    at.propose()
    at.execute(first)
    before = at.office.json("dispose", "list"), at.office.json("dispose", "show", first)
    at.office.json("rebuild")
    assert (at.office.json("dispose", "list"), at.office.json("dispose", "show", first)) == before
    assert [one["state"] for one in before[0]["proposals"]] == ["done", "proposed"]
    assert len(before[1]["approvals"]) == 2


def test_a_backup_keeps_what_destruction_leaves(at: Gate) -> None:
    """From a backup proposals, approvals and statement come back; what was destroyed does not."""
    proposal = at.approved("--record", f"{hand_in(at)}.2")
    at.execute(proposal)
    told, listed = at.statement(proposal), at.office.json("dispose", "list")
    at.office.json("backup", at.office.folder / "backup", code=None)
    other = Ministry(at.office.folder / "other", settings=dict(at.office.settings))
    shutil.copytree(at.office.keys, other.keys)
    other.json("restore", at.office.folder / "backup", other.archive)
    assert other.json("dispose", "list") == listed
    assert Gate(other).statement(proposal) == told
    assert remains(other, [CANARY]) == {}
