"""Accounts: whose, on which service, in which period; the old values stay in the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ministry import LIEN, Ministry, chat, ministry

GIVEN = {
    "person": "Sjoerd de Vries", "service": "whatsapp", "identifier": "+31620001234",
    "kind": "business", "owner": "Directie Voorbeelden", "basis": "archiefwet",
    "from": "2022-01-10",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _words(**values: str) -> list[str]:
    return [part for key, value in (GIVEN | values).items() for part in (f"--{key}", value)]


def test_an_account_is_registered_and_shown(office: Ministry) -> None:
    """An account is kept with its owner, kind, basis and period, under an id that says nothing."""
    made = office.json("account", "add", *_words())
    assert {name: made[name] for name in GIVEN} == GIVEN
    assert made["account"].startswith("a")
    assert office.json("account", "list")["accounts"] == [
        {name: value for name, value in made.items() if name != "format_version"} | {"to": ""}
    ]
    shown = office.json("account", "show", made["account"])
    assert (shown["person"], shown["deliveries"]) == ("Sjoerd de Vries", [])


def test_a_changed_account_keeps_its_past(office: Ministry) -> None:
    """A new basis and an end of the period are events; the old values stay in the log."""
    account = office.json("account", "add", *_words())["account"]
    words = ("account", "change", account, "--basis", "publieke-taak", "--to", "2024-12-31")
    changed = office.json(*words)
    assert (changed["basis"], changed["to"]) == ("publieke-taak", "2024-12-31")
    assert office.json("account", "change", account)["to"] == "2024-12-31"
    types = [event["type"] for event in office.events()]
    assert types[-3:] == ["account.added", "account.changed", "account.changed"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"basis": "zomaar"}, "zomaar is not a legal basis"),
        ({"from": "gisteren"}, "gisteren is not a day"),
        ({"to": "2022-02-30"}, "2022-02-30 is not a day"),
        ({"kind": "geheim"}, "--kind must be one of"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    office: Ministry, values: dict[str, str], said: str
) -> None:
    """An unknown basis, a day that is none, another kind: exit code 2, and said."""
    ran = office.run("account", "add", *_words(**values))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_an_identifier_is_registered_once(office: Ministry) -> None:
    """The same number on the same service is one account; its id is named."""
    account = office.json("account", "add", *_words())["account"]
    ran = office.run("account", "add", *_words(person="Iemand anders"))
    assert ran.code == 2
    assert account in ran.err


def test_drop_folders_are_told_apart(office: Ministry) -> None:
    """Two people of one name get drop folders of their own, with names that people can read."""
    numbers = ("+31620001234", "+31620001235", "+31620001236")
    folders = [office.json("account", "add", *_words(identifier=n))["folder"] for n in numbers]
    assert folders == [
        "sjoerd-de-vries-whatsapp", "sjoerd-de-vries-whatsapp-2", "sjoerd-de-vries-whatsapp-3"
    ]  # fmt: skip
    strange = office.json("account", "add", *_words(person="田中", service="電", identifier="x"))
    assert strange["folder"] == "account"


def test_what_is_missing_is_asked_or_named(office: Ministry) -> None:
    """Without a terminal a missing value is named, and nothing is registered."""
    ran = office.run("account", "add", "--person", "Sjoerd")
    assert ran.code == 2
    assert "is missing" in ran.err
    assert office.json("account", "list")["accounts"] == []


def test_an_unknown_account_takes_nothing_in(office: Ministry) -> None:
    """An export for an account that nobody registered is refused, and not kept."""
    path = office.write("WhatsApp-chat met X.txt", chat([(0, "Lien", "ok")]))
    for words in (("ingest", path, "--account", "anergens"), ("account", "show", "anergens")):
        ran = office.run(*words)
        assert ran.code == 2
        assert "anergens" in ran.err
    assert office.json("delivery", "list")["deliveries"] == []


def test_only_a_records_officer_registers(office: Ministry) -> None:
    """Another role is refused with exit code 4."""
    office.officer(LIEN, "sorter")
    assert office.run("account", "add", *_words(), login=LIEN).code == 4
