"""Pseudonyms: one person is one number in one case, and another in the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from archiver.actor import Person
from archiver.cases import schema
from archiver.cases.case import ClosedCase
from archiver.cases.pseudonyms import TwoPeople, assign, labels
from archiver.cases.redaction import Cover, bar, redacted
from archiver.register import officers
from archiver.store.events import Tool
from archiver.store.scribe import Scribe
from tests.ministry import LIEN, OMAR, Ministry, chat, ministry

KARIM, SANNE = ("Karim el Amrani", "Karim"), ("Sanne van der Veen",)
_LINES = [(0, "Fenna Hoekstra", "Ligt het stuk er?"), (1, "Omar", "Ja")]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """An archive with one chat, and a jurist."""
    at = ministry(tmp_path_factory.mktemp("pseudonyms"))
    at.officer(LIEN, "woo-jurist")
    at.ingest(at.write("WhatsApp-chat met Omar.txt", chat(_LINES)))
    return at


@pytest.fixture
def office(filled: Ministry, tmp_path: Path) -> Ministry:
    """A copy of that archive, to change."""
    return filled.copy(tmp_path)


def _opened(office: Ministry, reference: str) -> str:
    words = ("--reference", reference, "--requester", "De Krant", "--received", "2024-03-01")
    made = office.json(
        "case", "open", "--kind", "woo", *words, "--person", "Jan", login=LIEN, code=None
    )
    return str(made["case"])


def _assign(office: Ministry, case: str, *people: Sequence[str]) -> Mapping[str, str]:
    with office.opened() as archive:
        actor = officers.acting(
            archive, Person(LIEN, int(LIEN.removeprefix("uid")), "sudo"), "test"
        )
        return assign(Scribe(archive, actor, Tool(version="0")), case, people)


def _labels(office: Ministry, case: str) -> Mapping[str, str]:
    with office.opened() as archive:
        return labels(schema.ready(archive), case)


def test_one_person_is_one_number_by_every_name(office: Ministry) -> None:
    """All names of one person have one number, and who has a number keeps it."""
    case = _opened(office, "Woo/1")
    first = _assign(office, case, KARIM, SANNE)
    later = _assign(office, case, ("Fenna",), ("KARIM", "K. el Amrani"))
    assert first["karim"] == first["karim el amrani"] == "[Medewerker 1]"
    assert later["k. el amrani"] == "[Medewerker 1]"
    assert (later["sanne van der veen"], later["fenna"]) == ("[Medewerker 2]", "[Medewerker 3]")
    assert redacted("Karim zei", [Cover(0, 5)], later)[0] == bar((), "[Medewerker 1]")


def test_numbers_are_of_one_case(office: Ministry) -> None:
    """In another case the same person is numbered anew."""
    one, two = _opened(office, "Woo/1"), _opened(office, "Woo/2")
    _assign(office, one, KARIM, SANNE)
    assert _assign(office, two, SANNE) == {"sanne van der veen": "[Medewerker 1]"}
    assert _labels(office, one)["sanne van der veen"] == "[Medewerker 2]"


def test_asking_again_logs_nothing(office: Ministry) -> None:
    """Numbering people who have numbers already changes nothing and is no event."""
    case = _opened(office, "Woo/1")
    _assign(office, case, KARIM)
    before = len(office.events())
    _assign(office, case, KARIM)
    assert len(office.events()) == before


def test_names_of_two_numbered_people_are_refused(office: Ministry) -> None:
    """Who are two people in a case do not become one by accident."""
    case = _opened(office, "Woo/1")
    _assign(office, case, KARIM, SANNE)
    with pytest.raises(TwoPeople):
        _assign(office, case, ("Karim", "Sanne van der Veen"))


def test_a_closed_case_gives_no_numbers(office: Ministry) -> None:
    """After a case is closed nobody is numbered in it."""
    case = _opened(office, "Woo/1")
    assert office.run("case", "close", case, "--reason", "klaar", login=LIEN).code == 0
    with pytest.raises(ClosedCase):
        _assign(office, case, KARIM)


def test_the_names_lie_encrypted(office: Ministry) -> None:
    """No name is readable in the log, only how many there were."""
    case = _opened(office, "Woo/1")
    _assign(office, case, KARIM)
    event = office.events()[-1]
    assert event["type"] == "case.pseudonym-assigned"
    assert event["counts"] == {"names": 2}
    assert "karim" not in json.dumps(office.events()).lower()


def test_a_rebuild_gives_the_same_numbers(office: Ministry) -> None:
    """Pseudonyms come from the log, so that a new catalogue has the same."""
    case = _opened(office, "Woo/1")
    _assign(office, case, KARIM, SANNE)
    before = _labels(office, case)
    assert office.run("rebuild").code in (0, 1)
    assert _labels(office, case) == before
    assert len(before) == 3


def test_a_jurist_numbers_people_by_any_name(office: Ministry) -> None:
    """The command numbers all names by which the register knows somebody, and lists them."""
    assert office.run("person", "add", "--name", "Karim el Amrani", "--alias", "Kaar").code == 0
    _opened(office, "Woo/1")
    seen = len(office.seen())
    given = office.json("case", "pseudonym", "Woo/1", "--person", "Kaar", login=LIEN)
    assert given["pseudonyms"] == [
        {"pseudonym": "[Medewerker 1]", "name": "kaar"},
        {"pseudonym": "[Medewerker 1]", "name": "karim el amrani"},
    ]
    told = office.run("case", "pseudonym", "Woo/1", "--person", "Niemand Zo", login=LIEN)
    assert "No candidate names Niemand Zo" in told.err
    assert office.seen()[seen]["type"] == "pseudonyms.listed"
    assert "[Medewerker 1]" in office.run("case", "pseudonym", "Woo/1", login=LIEN).out
    assert office.run("case", "pseudonym", "Woo/1", login=OMAR).code == 4
