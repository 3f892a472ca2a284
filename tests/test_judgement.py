"""Judging: the rules, the judgement that counts, undo, the second reader."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import ExitCode
from tests.judging_office import START, Judging, judging
from tests.ministry import OMAR, PIA, chat

WHOLE = ("--ground", "5.2", "--reason", "Intern beraad")
PHONE = "23-34 5.1.2.e"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Judging:
    """An office with one case of which nothing is judged."""
    return judging(tmp_path_factory.mktemp("judging"))


@pytest.fixture
def at(made: Judging, tmp_path: Path) -> Judging:
    """A copy of that office, to change."""
    return Judging(made.office.copy(tmp_path), made.case)


def test_each_outcome_is_kept_with_its_grounds(at: Judging) -> None:
    """Outcome, grounds in their one way of writing, reason, judge and time are kept and shown."""
    row = at.judge("Ik vind", "withheld", "--ground", "5.1.2.E", *WHOLE)["judgements"][0]
    assert (row["outcome"], row["grounds"], row["reason"]) == (
        "niet openbaar",
        ["5.1.2e", "5.2"],
        "Intern beraad",
    )
    partly = at.judge("Bel", "partly", "--passage", PHONE)["judgements"][0]
    assert partly["passages"] == [{"start": 23, "end": 34, "grounds": ["5.1.2e"], "reason": ""}]
    at.judge("Het stuk", "public")
    states = at.states()
    assert sorted(states.values()) == [
        "deels openbaar", "niet openbaar", "openbaar", "waiting", "waiting", "waiting",
    ]  # fmt: skip
    assert at.run("show")["judged"] == 3


def test_absolute_grounds_come_first(at: Judging) -> None:
    """An absolute ground stands before a relative one, however they were typed."""
    words = ("--ground", "5.2", "--ground", "5.1.1.c", "--reason", "Bedrijfsgegevens")
    assert at.judge("Ik vind", "withheld", *words)["judgements"][0]["grounds"] == ["5.1.1c", "5.2"]


@pytest.mark.parametrize(
    ("outcome", "words", "told"),
    [
        ("withheld", ("--reason", "Zo"), "needs a ground"),
        ("withheld", ("--ground", "5.2"), "needs a reason"),
        ("partly", (), "needs passages"),
        ("partly", ("--passage", "0-500 5.2"), "does not lie in its text"),
        ("partly", ("--passage", "5-5 5.2"), "does not lie in its text"),
        ("public", ("--ground", "5.2"), "has no grounds"),
        ("public", ("--passage", PHONE), "has no grounds and no passages"),
        ("withheld", ("--ground", "5.1.5", "--ground", "5.1.2e", "--reason", "x"), "combined"),
        ("partly", ("--passage", "0-3 5.1.5, 5.1.1d"), "combined"),
        ("withheld", ("--ground", "10.2e", "--reason", "x"), "does not hold"),
        ("withheld", ("--ground", "WPE-23", "--reason", "x"), "no ground in a case of this kind"),
        ("withheld", ("--ground", "9.9", "--reason", "x"), "no ground that is known"),
        ("already", (), "where it is public"),
        ("duplicate", (), "of which record"),
        ("partly", ("--passage", "achter 5.2"), "does not fit"),
    ],
)  # fmt: skip
def test_a_judgement_that_breaks_a_rule_is_refused(
    at: Judging, outcome: str, words: tuple[str, ...], told: str
) -> None:
    """What an act or the archive forbids is refused with its reason, and nothing is logged."""
    before = len(at.office.events())
    assert told in at.judge("Bel", outcome, *words, code=ExitCode.USAGE)
    assert len(at.office.events()) == before


def test_5_1_5_may_stand_beside_5_2(at: Judging) -> None:
    """The act forbids 5.1.5 only beside the grounds of its first and second paragraph."""
    at.judge("Ik vind", "withheld", "--ground", "5.1.5", *WHOLE)


def test_several_are_judged_together_or_not_at_all(at: Judging) -> None:
    """One event judges all records that were named; where one cannot, none is."""
    before = len(at.office.events())
    records = [at.record("Het stuk"), at.record("Bel")]
    at.run("judge", *records, "onbekend.1", "--as", "public", code=ExitCode.USAGE)
    assert at.run("judged")["judged"] == 0
    at.run("judge", *records, "--as", "public")
    assert [event["type"] for event in at.office.events()[before:]] == ["record.judged"]
    assert at.run("judged")["judged"] == 2
    at.run("judge", records[0], records[0], "--as", "public", code=ExitCode.USAGE)


def test_a_double_is_of_a_candidate_that_is_judged_itself(at: Judging) -> None:
    """Doubles do not refer to doubles, nor to themselves, whichever of the two came first."""
    stuk, bel, vind = (at.record(words) for words in ("Het stuk", "Bel", "Ik vind"))
    at.run("judge", bel, "--as", "duplicate", "--of", stuk)
    at.run("judge", vind, "--as", "duplicate", "--of", bel, code=ExitCode.USAGE)
    at.run("judge", stuk, "--as", "duplicate", "--of", vind, code=ExitCode.USAGE)
    at.run("judge", vind, "--as", "duplicate", "--of", vind, code=ExitCode.USAGE)
    at.run("drop", stuk, "--reason", "Hoort er niet bij")
    assert at.states()[bel] == "stale"


def test_undo_brings_back_what_was_judged_before(at: Judging) -> None:
    """The last judgement is taken back, the one before counts again, and then there is none."""
    record = at.record("Ik vind")
    at.judge("Ik vind", "public")
    at.judge("Ik vind", "withheld", *WHOLE)
    at.run("undo", record)
    assert at.states()[record] == "openbaar"
    at.run("undo", record)
    assert at.states()[record] == "waiting"
    at.run("undo", record, code=ExitCode.USAGE)


def test_old_information_needs_a_further_reason(tmp_path: Path) -> None:
    """What is older than five years is refused only with a reason for that (Woo 5.3)."""
    at = judging(tmp_path, start=START - timedelta(days=6 * 365))
    assert "artikel 5.3" in at.judge("Ik vind", "withheld", *WHOLE, code=ExitCode.USAGE)
    row = at.judge("Ik vind", "withheld", *WHOLE, "--aged", "Nog actueel")["judgements"][0]
    assert row["aged"] == "Nog actueel"
    at.judge("Het stuk", "public")


def test_requests_before_the_woo_have_its_forerunner_s_grounds(at: Judging) -> None:
    """The day of the request says which act's grounds hold: the Wob up to 30 April 2022."""
    at.case = at.open(reference="Wob/1", received="2022-04-30")
    at.judge("Ik vind", "withheld", *WHOLE, code=ExitCode.USAGE)
    at.judge("Ik vind", "withheld", "--ground", "11.1", "--reason", "Intern beraad")
    at.case = at.open(reference="Woo/2", received="2022-05-01")
    at.judge("Ik vind", "withheld", "--ground", "11.1", "--reason", "x", code=ExitCode.USAGE)


def test_an_inquiry_has_codes_of_its_own(at: Judging) -> None:
    """In an inquiry only WPE codes hold, also of passages; what is contested is for inspection."""
    at.case = at.open("inquiry", "PE/1")
    at.judge("Ik vind", "withheld", *WHOLE, code=ExitCode.USAGE)
    words = ("--ground", "wpe 19", "--reason", "Belang van de Staat", "--inspection-only")
    row = at.judge("Ik vind", "withheld", *words)["judgements"][0]
    assert (row["grounds"], row["withhold"], row["inspection_only"]) == ([], ["WPE-19"], True)
    at.judge("Bel", "partly", "--passage", "23-34 WPE-23")
    at.judge("Ok", "public", "--inspection-only", code=ExitCode.USAGE)


def test_another_wording_makes_a_judgement_stale(at: Judging) -> None:
    """When a record reads otherwise since, its judgement counts no longer and is made again."""
    record = at.record("Ok")
    at.run("judge", record, "--as", "public")
    with at.office.opened() as archive, archive.writing():
        archive.catalogue.connection.execute("UPDATE copy SET text = 'Oke' WHERE text = 'Ok'")
    assert at.states()[record] == "stale"
    assert at.run("contradictions", code=1)["contradictions"][0]["code"] == "E-J107"
    at.run("judge", record, "--as", "public")
    assert at.states()[record] == "openbaar"


def test_a_judgement_is_of_all_copies(at: Judging) -> None:
    """The same message from another export is the same record: its judgement stands."""
    at.judge("Het stuk", "public")
    before = at.states()
    lines = [(0, "Jan", "Het stuk over stikstof gaat naar de Kamer"), (30, "Piet", "Later")]
    later = chat(lines, start=START)
    at.office.ingest(at.office.write("2/WhatsApp-chat met Piet.txt", later))
    assert at.states() == before


def test_two_readers_agree_or_differ(at: Judging) -> None:
    """A second reader is another person; where the two differ that is shown until settled."""
    at.judge("Ik vind", "withheld", *WHOLE)
    record = at.record("Ik vind")
    (found,) = at.run("contradictions", code=1)["contradictions"]
    assert (found["code"], found["record"]) == ("E-J106", record)
    at.run("second", record, "--agree", code=ExitCode.NOT_AUTHORISED)
    at.run("second", record, "--as", "public", login=PIA, code=1)
    (found,) = at.run("contradictions", code=1)["contradictions"]
    assert found["code"] == "E-J105"
    at.judge("Ik vind", "public")
    assert at.run("contradictions")["contradictions"] == []
    rows: list[dict[str, Any]] = at.run("judged")["judgements"]
    (row,) = (one for one in rows if one["record"] == record)
    assert row["second"] not in ("", row["by"])


def test_whether_a_second_reader_is_needed_is_set(at: Judging) -> None:
    """By default for what officials thought; it can be for all that is withheld, or for nothing."""
    at.judge("Bel", "withheld", "--ground", "5.1.2e", "--reason", "Persoonlijk")
    assert at.run("contradictions")["found"] == 0
    at.office.settings["CHATARCHIEF_JUDGING_SECOND_READER"] = "all"
    assert at.run("contradictions", code=1)["found"] == 1
    at.run("second", at.record("Bel"), "--agree", login=PIA)
    assert at.run("contradictions")["found"] == 0


def test_only_jurists_judge(at: Judging) -> None:
    """An auditor sees what was judged and judges nothing; reasons are nowhere in the clear."""
    at.judge("Ik vind", "public", login=OMAR, code=ExitCode.NOT_AUTHORISED)
    at.judge("Ik vind", "withheld", "--ground", "5.2", "--reason", "Kanariegeel")
    assert at.run("judged", login=OMAR)["judged"] == 1
    assert "Kanariegeel" not in (at.office.archive / "log/events.jsonl").read_text()
    assert at.office.seen()[-1]["type"] == "judgements.listed"


def test_a_rebuild_gives_the_same(at: Judging) -> None:
    """Judgements, undone ones and the second reader's are the same after a rebuild."""
    at.judge("Ik vind", "withheld", *WHOLE)
    at.run("second", at.record("Ik vind"), "--agree", login=PIA)
    at.judge("Bel", "partly", "--passage", PHONE)
    at.judge("Het stuk", "public")
    at.run("undo", at.record("Het stuk"))
    before = at.run("judged")
    assert at.office.run("rebuild").code == 0
    assert at.run("judged") == before


def test_a_closed_case_is_judged_no_more(at: Judging) -> None:
    """After a case is closed nothing is judged or taken back in it."""
    at.judge("Het stuk", "public")
    at.run("close", "--reason", "Klaar")
    at.judge("Bel", "public", code=ExitCode.USAGE)
    at.run("undo", at.record("Het stuk"), code=ExitCode.USAGE)
