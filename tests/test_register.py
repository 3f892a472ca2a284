"""The register: dated facts, the register of processing, and the report on legal bases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archiver.language import use
from archiver.register.cabinets import cabinets, in_office
from archiver.register.fact_kinds import kinds
from tests.ministry import LIEN, TODAY, Ministry, Ran, chat, ministry


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """An empty archive."""
    return ministry(tmp_path)


def _state(office: Ministry, kind: str, about: str, on: str, *given: str) -> Ran:
    words = [part for one in given for part in ("--set", one)]
    more = ("--about", about, "--on", on, "--source", "brief 12")
    return office.run("register", "state", kind, *more, *words, "--output", "json")


def test_a_later_fact_never_overwrites_an_earlier_one(office: Ministry) -> None:
    """Two safety assessments are both kept; on any day the last one before it counts."""
    account = office.account()
    signed = ("signed_as=ciso", "signed_by=Ilse Mol", "signed_on=2022-04-01")
    assert _state(office, "safety", account, "2022-04-01", "outcome=unsafe", *signed).code == 0
    assert _state(office, "safety", account, "2023-01-01", "outcome=safe").code == 0
    found = office.json("register", "facts", "--about", account)["facts"]
    assert [one["values"]["outcome"] for one in found] == ["unsafe", "safe"]
    assert all(one["officer"].startswith("o") and one["at"] for one in found)
    on = office.json("register", "facts", "--on", "2022-12-31")["facts"]
    assert [(one["values"]["outcome"], one["source"]) for one in on] == [("unsafe", "brief 12")]
    assert "Mol" not in (office.archive / "log" / "events.jsonl").read_text("utf-8")


def test_an_official_declares_what_an_account_was_used_for(office: Ministry) -> None:
    """The declaration is none, refused or supplied, signed by name and day; the document's digest
    may stand beside it."""
    account = office.account()
    signed = ("outcome=refused", "signed_by=Noor Dekker", "signed_on=2022-04-21")
    digest = f"document={'0a' * 32}"
    assert _state(office, "declared-use", account, "2022-04-21", *signed, digest).code == 0
    unsigned = _state(office, "declared-use", account, "2022-04-21", "outcome=supplied")
    assert "signed_by must be given" in unsigned.err


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("veilig", (), "is no kind of fact"),
        ("safety", ("outcome=fine",), "outcome must be safe | unsafe | unknown"),
        ("safety", (), "outcome must be safe"),
        ("safety", ("outcome=safe", "colour=red"), "colour must be outcome"),
        ("safety", ("outcome=safe", "signed_on=vrijdag"), "is not a day"),
        ("safety", ("outcome",), "is not FIELD=VALUE"),
        ("declared-use", ("outcome=none", "signed_by=N", "signed_on=2022-01-01", "document=x"),
         "64 hexadecimal digits"),
    ],
)  # fmt: skip
def test_a_fact_that_does_not_fit_is_refused(
    office: Ministry, kind: str, given: tuple[str, ...], said: str
) -> None:
    """Kinds, fields and choices are those of the list; nothing else is kept."""
    ran = _state(office, kind, office.account(), "2022-04-01", *given)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert office.json("register", "facts")["facts"] == []


def test_a_fact_is_about_something_registered(office: Ministry) -> None:
    """A fact names an account or a person that exists; a person by any of the names."""
    assert _state(office, "safety", "abestaatniet", "2022-04-01", "outcome=safe").code == 2
    person = office.json("person", "add", "--name", "Noor Dekker")["person"]
    made = _state(office, "remark", "noor dekker", "2022-04-01", "text=verlof").json
    assert made["about"] == person
    assert _state(office, "remark", "Els Vos", "2022-04-01", "text=verlof").code == 2


def test_a_fact_ends_and_is_still_known(office: Ministry) -> None:
    """A recipient that no longer receives counts until its last day; the end is an event."""
    account = office.account()
    fact = _state(office, "recipients", account, "2022-01-01", "name=Tweede Kamer").json["fact"]
    assert office.run("register", "end", fact, "--to", "2021-01-01").code == 2
    office.json("register", "end", fact, "--to", "2022-12-31")
    for day, number in (("2022-12-31", 1), ("2023-01-01", 0)):
        found = office.json("register", "facts", "--about", account, "--on", day)
        assert len(found["facts"]) == number
    assert office.run("register", "end", fact, "--to", "2024-01-01").code == 2
    assert office.run("register", "end", "tbestaatniet", "--to", "2024-01-01").code == 2
    assert office.run("register", "facts", "--about", "niemand").code == 2
    (found,) = office.json("register", "facts")["facts"]
    assert (found["until"], found["officer"][:1]) == ("2022-12-31", "o")


def test_every_kind_of_fact_is_explained_in_both_languages(office: Ministry) -> None:
    """All kinds of facts and their fields have a name in Dutch and in English."""
    for language in ("nl", "en"):
        use(language)
        assert all(kind.title and kind.fields for kind in kinds().values())
        assert all(field.title for kind in kinds().values() for field in kind.fields.values())
    assert {one["about"] for one in office.json("register", "kinds")["kinds"]} == {
        "account", "person", "archive",
    }  # fmt: skip


def test_what_one_types_is_not_translated(office: Ministry) -> None:
    """The list of kinds names each as a command takes it, also in Dutch."""
    told = office.run("register", "kinds", "--lang", "nl").out.splitlines()
    codes = [one["kind"] for one in office.json("register", "kinds")["kinds"]]
    assert [line.split()[0] for line in told[1 : len(codes) + 1]] == codes


def test_cabinets_follow_each_other() -> None:
    """Each cabinet ends on the day on which the next one begins; of the last no end is known."""
    known = cabinets()
    assert [one.until for one in known] == [*(one.since for one in known[1:]), None]
    assert [one.name for one in in_office(date(2022, 1, 10))] == ["Rutte III", "Rutte IV"]
    assert in_office(date(2017, 1, 1)) == ()


def _furnished(office: Ministry) -> str:
    """Register one account with most of what is asked of it, and read a chat of it."""
    account = office.account(person="Noor Dekker")
    about = (
        ("data", "persons=bewindspersoon en gesprekspartners", "categories=berichten"),
        ("recipients", "name=Tweede Kamer"),
        ("recipients", "name=Nationaal Archief"),
        ("processor", "name=Voorbeeld Opslag BV", "agreement=VO-7"),
        ("erasure", "term=10 jaar"),
    )
    for kind, *given in about:
        assert _state(office, kind, account, "2022-01-01", *given).code == 0
    for kind in ("controller", "data-protection-officer"):
        named = ("name=Minister van Voorbeelden", "contact=postbus 1")
        assert _state(office, kind, "", "2022-01-01", *named).code == 0
    path = office.write("WhatsApp-chat met X.txt", chat([(0, "Lien", "Het besluit ligt klaar")]))
    office.ingest(path)
    return account


def test_the_register_of_processing_answers_every_letter(office: Ministry) -> None:
    """Every activity has purpose, basis, source and processors; what lacks is named as missing."""
    account = _furnished(office)
    found = office.json("register", "processing")
    (activity,) = found["activities"]
    assert activity["account"] == account
    assert (activity["purpose"], activity["bases"]) == ("archivering", ["archiefwet"])
    assert [one["name"] for one in activity["facts"]["recipients"]] == [
        "Tweede Kamer", "Nationaal Archief",
    ]  # fmt: skip
    assert {"transfer", "dpia", "storage"} <= set(activity["missing"])
    assert found["missing"] == ["representative", "security-measures"]
    text = office.run("register", "processing", "--lang", "nl").out
    for letter in "acdefg":
        assert f"({letter}) " in text
    assert "Ontvangers: naam Tweede Kamer" in text
    assert "niet vastgelegd" in text
    assert office.seen()[-1]["type"] == "register.reported"


def test_an_earlier_day_shows_the_register_as_it_stood(office: Ministry) -> None:
    """Facts that are valid from a later day do not count on an earlier one."""
    _furnished(office)
    (activity,) = office.json("register", "processing", "--on", "2021-12-31")["activities"]
    assert activity["facts"] == {}


def test_the_report_on_bases_proves_the_order(office: Ministry) -> None:
    """Per account and purpose: article, status, period, data, recipients, and which event came
    first."""
    account = _furnished(office)
    words = ("--basis", "convenant", "--purpose", "beveiliging", "--from", "2022-01-01")
    office.json("basis", "assign", "--account", account, *words)
    office.json(
        "basis", "withdraw", "--account", account, "--basis", "convenant", "--on", "2023-01-01"
    )
    own, other = office.json("register", "bases", "--account", account)["bases"]
    assert (own["basis"], own["status"], own["proof"]) == ("archiefwet", "solid", "proved")
    assert own["basis_event"] < own["first_processing_event"]
    assert own["basis_kind"] == "legal-obligation"
    assert own["recipients"] == ["Tweede Kamer", "Nationaal Archief"]
    assert (other["status"], other["withdrawn_on"]) == ("weak", "2023-01-01")
    assert (other["first_processing_event"], other["proof"]) == (None, "not-processed")
    text = office.run("register", "bases", "--lang", "nl").out
    assert "Archiefwet 1995 art. 3" in text
    assert "zwak" in text
    ran = office.run("register", "bases", "--output", "csv")
    assert ran.out.splitlines()[0].startswith('"account","person"')


def test_a_basis_that_was_replaced_ends_in_the_report(office: Ministry) -> None:
    """When an account gets another basis the report shows both, the first one with its end."""
    account = office.account(basis="geen")
    office.json("account", "change", account, "--basis", "archiefwet")
    first, second = office.json("register", "bases")["bases"]
    assert (first["status"], second["status"]) == ("missing", "solid")
    assert first["until"] == second["since"] == TODAY.isoformat()


@pytest.mark.parametrize("what", ["processing", "bases"])
def test_a_report_is_printed_as_a_document(office: Ministry, what: str) -> None:
    """Both reports are written as PDF to a new file; one that is there is left alone."""
    _furnished(office)
    path = office.folder / "verslag.pdf"
    assert office.run("register", what, "--pdf", path, "--lang", "nl").code == 0
    assert path.read_bytes().startswith(b"%PDF-")
    before = path.read_bytes()
    assert office.run("register", what, "--pdf", path).code == 9
    assert path.read_bytes() == before


def test_a_rebuild_knows_facts_and_reports(office: Ministry) -> None:
    """After a rebuild facts and both reports are the same."""
    _furnished(office)
    asked = [("register", what) for what in ("facts", "processing", "bases")]
    before = [office.json(*words) for words in asked]
    assert office.run("rebuild").code == 0
    assert [office.json(*words) for words in asked] == before


def test_only_officers_with_a_task_see_the_facts(office: Ministry) -> None:
    """Facts and reports are for those whose task it is; an administrator is refused."""
    office.officer(LIEN, "administrator")
    for words in (("facts",), ("processing",), ("bases",), ("export", office.folder / "uit")):
        assert office.run("register", *words, login=LIEN).code == 4


def test_a_review_that_is_due_is_told(office: Ministry) -> None:
    """The list of today names the accounts whose review is due."""
    account = office.account()
    _state(office, "review", account, "2022-01-01", "next=2023-01-01")
    assert f"Account {account}: the review is due on 2023-01-01." in office.run("status").out


def test_the_cabinets_are_shown(office: Ministry) -> None:
    """The periods by which reports to parliament are made can be looked up."""
    found = office.json("register", "cabinets")["cabinets"]
    assert found[0]["name"] == "Rutte III"
    assert found[-1]["to"] == ""
