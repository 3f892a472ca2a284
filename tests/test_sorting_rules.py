"""The machine sets aside only by a rule that an officer confirmed, and opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.classify.rules import Rules, load, prepare
from tests.ministry import LIEN, OMAR
from tests.sorting_office import HOURS, Sorting, sorting

FAMILY = [(0, "Lien", "Neemt mama taart mee voor de verjaardag van oma?"), (1, "Els", "Ja schat")]
OFFICE = [(20 * HOURS, "Lien", "De nota voor de minister over de kamerbrief en het dossier")]


@pytest.fixture
def at(tmp_path: Path) -> Sorting:
    """A chat with a birthday in it, and a note for the minister."""
    made = sorting(tmp_path)
    made.hand_in(*FAMILY, *OFFICE)
    return made


def test_without_a_confirmed_rule_the_machine_sorts_nothing(at: Sorting) -> None:
    """However private it looks: what the machine suggests waits for a sorter."""
    assert at.office.json("sort", "run", login=OMAR)["episodes"] == []
    assert len(at.queue()) == 2
    assert at.office.json("sort", "next", login=OMAR)["episode"]["suggestion"] == "private"


def test_a_confirmed_rule_sets_aside_and_opens_nothing(at: Sorting) -> None:
    """Once confirmed, the rule sorts the birthday as private; the note still waits, sealed."""
    at.office.json("sort", "rule", "private-family", login=OMAR)
    planned = at.office.json("sort", "run", "--dry-run", login=OMAR)["episodes"]
    assert [one["outcome"] for one in planned] == ["private"]
    assert len(at.queue()) == 2
    assert at.office.json("sort", "run", login=OMAR)["episodes"] == planned
    assert [one["messages"] for one in at.queue()] == [1]
    assert at.found() == set()
    (counted,) = at.office.json("sort", "report")["sorted"]
    assert (counted["outcome"], counted["source"], counted["messages"]) == ("private", "rule", 2)
    document = at.office.write("lijst.pdf", b"getekend")
    words = ("sort", "confirm", "--account", at.account, "--document", document, "--dry-run")
    assert at.office.json(*words, login=OMAR)["messages"] == 2
    before = at.queue()
    assert at.office.run("rebuild").code == 0
    assert at.queue() == before


def test_a_rule_that_was_changed_is_confirmed_no_more(
    at: Sorting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The confirmation is of the rule as it was read; a changed one sorts nothing."""
    at.office.json("sort", "rule", "private-family", login=OMAR)
    changed = _changed(load())
    monkeypatch.setattr("archiver.sorting.rules.load", lambda: changed)
    assert at.office.json("sort", "run", login=OMAR)["episodes"] == []


def test_an_unknown_rule_cannot_be_confirmed(at: Sorting) -> None:
    """Only a rule that there is can be confirmed, and only by a sorter."""
    assert at.office.run("sort", "rule", "nergens", login=OMAR).code == 2
    assert at.office.run("sort", "rule", "private-family", login=LIEN).code == 4


def _changed(rules: Rules) -> Rules:
    """Give the same rules, one of them with another weight."""
    from msgspec.structs import replace

    found = tuple(
        replace(one, weight=0.51) if one.code == "private-family" else one for one in rules.rules
    )
    return prepare(found, rules.decide)
