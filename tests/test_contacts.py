"""Contacts: what an official says of them, dated and confirmed, seen only by who sorts or keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.register.contacts import ContactKind, contacts, typed
from tests.ministry import LIEN, OMAR, Ministry, Ran, ministry


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _add(office: Ministry, name: str, kind: str, *more: str, person: str = "Noor Dekker") -> Ran:
    words = ("--person", person, "--name", name, "--kind", kind, "--from", "2022-01-10")
    return office.run("contact", "add", *words, *more, "--output", "json")


def test_a_contact_is_registered_confirmed_and_ended(office: Ministry) -> None:
    """A contact has a class, typed identifiers and a period; confirming and ending are events."""
    made = _add(
        office, "Bram Kuiper", "party", "--identifier", "06 20001234", "--identifier",
        "Bram@Voorbeeld.example", "--source", "Noor Dekker",
    ).json  # fmt: skip
    assert made["identifiers"] == ["e164:+31620001234", "mail:bram@voorbeeld.example"]
    office.json("contact", "confirm", made["contact"], "--on", "2022-01-20")
    ended = office.json("contact", "end", made["contact"], "--to", "2022-12-31")
    assert (ended["confirmed"], ended["to"]) == ("2022-01-20", "2022-12-31")
    types = [event["type"] for event in office.events()][-3:]
    assert types == ["contact.added", "contact.confirmed", "contact.ended"]
    assert "Kuiper" not in (office.archive / "log" / "events.jsonl").read_text("utf-8")
    assert office.run("contact", "end", made["contact"], "--to", "2023-01-01").code == 2


def test_a_name_is_what_remains_without_a_number(office: Ministry) -> None:
    """A contact without identifiers goes by its name; two people may bear that name."""
    assert _add(office, "Jan", "private").json["identifiers"] == ["name:jan"]
    assert _add(office, "Jan", "business").code == 0


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("tel:+31 6 20001234", "e164:+31620001234"),
        ("jid:31620001234@s.whatsapp.net", "jid:31620001234@s.whatsapp.net"),
        ("noor@voorbeeld.example", "mail:noor@voorbeeld.example"),
        ("Noor Dekker", "name:noor dekker"),
    ],
)
def test_identifiers_are_typed_as_those_of_participants(text: str, identifier: str) -> None:
    """A number, an address and a name become what the sources call their senders."""
    assert typed(text) == identifier


def test_one_number_has_one_class_on_a_day(office: Ministry) -> None:
    """The same number of the same official is refused for days that it was registered for."""
    number = ("--identifier", "+31620001234")
    made = _add(office, "Bram", "private", *number).json
    refused = _add(office, "Bram Kuiper", "business", *number)
    assert (refused.code, made["contact"] in refused.err) == (2, True)
    assert _add(office, "Bram", "business", *number, person="Els Vos").code == 0
    before = _add(office, "Bram", "business", *number, "--from", "2021-01-01", "--to", "2022-01-09")
    assert before.code == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--to", "2021-01-01"), "lies before the first"),
        (("--confirmed", "gisteren"), "is not a day"),
        (("--person", "  "), "needs an official"),
    ],
)
def test_what_makes_no_sense_is_refused(office: Ministry, more: tuple[str, ...], said: str) -> None:
    """An impossible period, a day that is none, an official without a name: nothing is kept."""
    ran = _add(office, "Bram", "private", *more)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert office.json("contact", "list")["contacts"] == []


def test_contacts_are_found_by_every_name_of_an_official(office: Ministry) -> None:
    """Sorting asks for the contacts of an official by id, name or alias, and gets the same."""
    made = office.json("person", "add", "--name", "Noor Dekker", "--alias", "N. Dekker")
    _add(office, "Bram", "private", person="n.  dekker")
    _add(office, "Cor", "business", person="Els Vos")
    with office.opened() as archive:
        for name in (made["person"], "Noor Dekker", "N. Dekker"):
            found = contacts(archive, name)
            assert [(one.name, one.kind) for one in found] == [("Bram", ContactKind.PRIVATE)]
        assert found[0].holds_on("2022-01-10")
        assert not found[0].holds_on("2022-01-09")


def test_who_sees_contacts_is_logged_first(office: Ministry) -> None:
    """A list of contacts is for who sorts or keeps records, and the access log says who saw it."""
    office.officer(LIEN, "woo-jurist")
    office.officer(OMAR, "sorter")
    _add(office, "Bram", "private")
    assert office.run("contact", "list", login=LIEN).code == 4
    before = len(office.seen())
    assert "Bram" in office.run("contact", "list", login=OMAR).out
    assert [event["type"] for event in office.seen()[before:]] == ["contacts.shown"]


def test_a_rebuild_knows_the_contacts(office: Ministry) -> None:
    """After a rebuild persons and contacts are the same."""
    person = office.json("person", "add", "--name", "Noor Dekker")["person"]
    office.json("person", "change", person, "--name", "Noor Dekker-Vos", "--alias", "ND")
    made = _add(office, "Bram", "private").json
    office.json("contact", "end", made["contact"], "--to", "2022-12-31")
    before = office.json("contact", "list"), office.json("person", "list")
    assert before[1]["persons"][0]["aliases"] == ["Noor Dekker", "ND"]
    assert office.run("rebuild").code == 0
    assert (office.json("contact", "list"), office.json("person", "list")) == before


def test_a_name_belongs_to_one_person(office: Ministry) -> None:
    """Two officials never share a name or an alias; an empty name is none."""
    office.json("person", "add", "--name", "Noor Dekker", "--alias", "ND")
    for name in ("noor  dekker", "nd", " "):
        assert office.run("person", "add", "--name", name).code == 2
    other = office.json("person", "add", "--name", "Els Vos")["person"]
    assert office.run("person", "change", other, "--alias", "ND").code == 2
    assert len(office.json("person", "list")["persons"]) == 2


def test_a_person_is_shown_with_functions_and_accounts(office: Ministry) -> None:
    """What the lists call by another name stands with the official who bears it."""
    office.account("noor", person="Noor Dekker")
    words = ("--person", "N. Dekker", "--function", "dg", "--from", "2020-01-01")
    office.json("function", "add", *words)
    office.json("person", "add", "--name", "Noor Dekker", "--alias", "N. Dekker")
    shown = office.json("person", "show", "n. dekker")
    assert [one["title"] for one in shown["functions"]] == ["directeur-generaal"]
    assert [one["account"] for one in shown["accounts"]] == [office.account("noor")]
    assert office.run("person", "show", "niemand").code == 2
