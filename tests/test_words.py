"""Keys and codes in plain words: Dutch for a reader, as they are for a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import configuration
from archiver.cases.case import CaseKind
from archiver.cases.judgement_sheet import Fate as Judged
from archiver.cases.terms import What as Term
from archiver.classify.episode import Outcome
from archiver.coverage.mail_proven import Status as Covered
from archiver.errors import NoSuchThing
from archiver.language import use
from archiver.model import AccountKind, Role, State
from archiver.output import Form, Report, show
from archiver.output.words import explained, name, told, word
from archiver.readout.facts import Choice, Deletion, Step, ViewOnce
from archiver.register.bases import Kind as BasisKind
from archiver.register.bases import Strength
from archiver.register.contacts import ContactKind
from archiver.register.devices import Kind as Device
from archiver.register.fact_kinds import kinds
from archiver.register.notices import Fate, Standing
from archiver.sorting.queue import State as Waits
from archiver.sorting.tables_acts import Source
from retention.hold import HoldState
from retention.hold import Kind as Hold
from retention.proposal import Ground
from retention.selection_list import Trigger
from retention.tables_dispose import Stage

pytestmark = pytest.mark.usefixtures("english_again")

_ROW = {"state": "sealed", "roles": ["sorter", "woo-jurist"], "open": True, "name": "sealed"}


def _shown(form: Form) -> str:
    stream = io.StringIO(newline="")
    show(Report("rows", [_ROW], {"proof": {"holds": False}}), form, stream)
    return stream.getvalue()


def test_a_reader_gets_words_and_a_program_codes() -> None:
    """In Dutch a table has Dutch names and words; JSON and CSV do not change with the language."""
    english = {form: _shown(form) for form in Form}
    use("nl")
    assert _shown(Form.TEXT).split() == [
        "staat", "rollen", "open", "naam",
        "verzegeld", "indeler", "Woo-jurist", "ja", "sealed",
        "bewijs.klopt", "nee",
    ]  # fmt: skip
    assert {form: _shown(form) for form in Form if form is not Form.TEXT} == {
        form: said for form, said in english.items() if form is not Form.TEXT
    }
    assert json.loads(_shown(Form.JSON))["rows"] == [_ROW]
    assert next(csv.DictReader(io.StringIO(_shown(Form.CSV))))["state"] == "sealed"


def test_what_people_wrote_is_never_changed() -> None:
    """A name or a text that is spelled as a code stays: only under its own key is it a code."""
    use("nl")
    assert word("state", "sealed") == "verzegeld"
    assert (word("title", "sealed"), word("name", "sealed"), word("reason", "party")) == (
        "sealed", "sealed", "party",
    )  # fmt: skip
    assert str(NoSuchThing(what="case", name="case")) == "There is no case case."
    assert explained(NoSuchThing(what="case", name="case")) == "Er bestaat geen zaak case."


def test_parts_of_a_value_are_named() -> None:
    """A list of records in a value is told part by part; what is empty is left out."""
    found = [{"reason": "held", "count": 2, "by": []}, {"state": "sealed"}]
    assert told("refused", found) == "reason: held, count: 2; state: sealed"
    use("nl")
    assert told("refused", found) == "reden: vernietigingsstop, aantal: 2; staat: verzegeld"
    assert told("scope", {"from": "", "all_ministers": True}) == "alle bewindspersonen: ja"


def test_several_words_can_be_told_apart() -> None:
    """Between words that have blanks in them stands a comma."""
    use("nl")
    assert told("ground", ["no-archival-record", "selection-list"]) == (
        "geen archiefstuk, selectielijst"
    )
    assert told("files", ["a.pdf", "b.pdf"]) == "a.pdf b.pdf"


@settings(max_examples=60)
@given(st.sampled_from(["", "nl", "state", "states.sealed", "proof.holds"]), st.text(max_size=8))
def test_english_is_its_own_word(key: str, code: str) -> None:
    """In English every key and every code is shown as it is."""
    use("en")
    assert (name(key), word(key, code), told(key, code)) == (key, code, code)


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("state", [*State, *Stage, *HoldState, *Waits]), ("role", Role), ("fate", Fate),
        ("kind", [*AccountKind, *ContactKind, *Device, *CaseKind, *Hold, *kinds()]),
        ("outcome", [*Outcome, *Judged]), ("standing", Standing), ("ground", Ground),
        ("status", [*Strength, *Covered]), ("choice", Choice), ("done", Step),
        ("deletion", Deletion), ("view_once", ViewOnce), ("trigger", Trigger), ("term", Term),
        ("basis_kind", BasisKind), ("source", Source),
    ],
)  # fmt: skip
def test_every_code_has_its_word(key: str, codes: Iterable[str]) -> None:
    """Every code of the program's own lists has a word in Dutch under its key."""
    known = configuration.read("labels/nl/codes.toml")[key]
    assert {str(code) for code in codes} - known.keys() - {""} == set()


def test_every_word_is_said_in_one_way() -> None:
    """The two keys of roles, and of what is counted by state, have the same words."""
    codes = configuration.read("labels/nl/codes.toml")
    assert codes["role"] == codes["roles"]
    assert codes["states"].items() <= codes["state"].items()


def test_what_a_case_and_its_packs_count_is_dutch() -> None:
    """Ways to a person, views, and counts of sheets and packs have Dutch words."""
    use("nl")
    from archiver.cases.route import Via

    assert not [via for via in Via if word("via", via) == via]
    assert (word("state", "objects"), word("state", "agrees")) == ("bezwaar", "geen bezwaar")
    keys = ("empty", "less", "partly", "rows_with_faults", "suspends")
    assert not [key for key in keys if name(key) == key]
