"""The same words judged otherwise: shown, suggested, settled, explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.case import case as case_of
from archiver.cases.contradictions import NotSettled, insist_settled
from archiver.cases.same_words import Known, folded, is_telling
from archiver.errors import ExitCode
from tests.judging_office import START, Judging, judging
from tests.ministry import LIEN, PIA, chat

WHOLE = ("--ground", "5.1.2i", "--reason", "Intern")
QUOTED = "Ik vind het een slecht voorstel van de minister"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Judging:
    """An office with one case of which nothing is judged."""
    return judging(tmp_path_factory.mktemp("contradictions"))


@pytest.fixture
def at(made: Judging, tmp_path: Path) -> Judging:
    """A copy of that office, to change; no second reader is needed."""
    found = Judging(made.office.copy(tmp_path), made.case)
    found.office.settings["CHATARCHIEF_JUDGING_SECOND_READER"] = "none"
    return found


def _found(at: Judging) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = at.office.json(
        "case", "contradictions", at.case, login=LIEN, code=None
    )["contradictions"]
    return rows


def _suggested(at: Judging, words: str) -> list[dict[str, Any]]:
    record = at.record(words)
    rows = at.run("judged", "--waiting")["judgements"]
    return [one for row in rows if row["record"] == record for one in row["suggested"]]


def test_a_quotation_is_suggested_and_checked(at: Judging) -> None:
    """What is withheld in one message is suggested where another repeats it, and missed nowhere."""
    at.judge("Ik vind", "withheld", *WHOLE)
    (one,) = _suggested(at, "Jij schreef")
    (span,) = one["passages"]
    assert (one["why"], one["outcome"], one["record"]) == (
        "contains", "deels openbaar", at.record("Ik vind"),
    )  # fmt: skip
    at.judge("Jij schreef", "public")
    (found,) = _found(at)
    assert (found["code"], found["record"], found["other"]) == (
        "E-J103", at.record("Jij schreef"), at.record("Ik vind"),
    )  # fmt: skip
    at.judge("Jij schreef", "partly", "--passage", f"{span[0]}-{span[1]} 5.1.2i")
    assert _found(at) == []


def test_words_around_a_passage_are_not_enough(at: Judging) -> None:
    """A quotation that is covered in part only still stands in the way."""
    at.judge("Ik vind", "withheld", *WHOLE)
    (start, end) = _suggested(at, "Jij schreef")[0]["passages"][0]
    at.judge("Jij schreef", "partly", "--passage", f"{start + 8}-{end} 5.1.2i")
    assert [one["code"] for one in _found(at)] == ["E-J103"]


def test_the_same_words_judged_otherwise_are_shown(at: Judging) -> None:
    """A later export with the same words by another sender: suggested, and compared when judged."""
    again = chat([(90, "Kim", QUOTED)], start=START)
    at.office.ingest(at.office.write("2/WhatsApp-chat met Kim.txt", again))
    hit = at.office.search("slecht", "--participant", "Kim", login=LIEN)["hits"][0]["id"]
    at.run("add", hit)
    at.judge("Ik vind", "withheld", *WHOLE)
    rows = at.run("judged", "--waiting")["judgements"]
    (row,) = (row for row in rows if row["record"] == hit)
    assert [(one["why"], one["outcome"]) for one in row["suggested"]] == [
        ("same-words", "niet openbaar")
    ]
    at.run("judge", hit, "--as", "public")
    (found,) = _found(at)
    assert (found["code"], {found["record"], found["other"]}) == (
        "E-J102", {hit, at.record("Ik vind")},
    )  # fmt: skip


def test_short_words_contradict_nothing(at: Judging) -> None:
    """Of two messages that say no more than ok one may be withheld and the other not."""
    hits = at.office.search("ok", login=LIEN)["hits"]
    at.run("judge", hits[0]["id"], "--as", "public")
    at.run("judge", hits[1]["id"], "--as", "withheld", *WHOLE)
    assert _found(at) == []


def test_another_case_is_compared(at: Judging) -> None:
    """What another case judged is suggested with that case, and a difference has to be settled."""
    first = at.case
    at.judge("Ik vind", "withheld", *WHOLE)
    at.case = at.open(reference="Woo/2")
    (one,) = [one for one in _suggested(at, "Ik vind") if one["why"] == "other-case"]
    assert (one["case"], one["outcome"]) == (first, "niet openbaar")
    at.judge("Ik vind", "public")
    (found,) = _found(at)
    assert (found["code"], found["case"]) == ("E-J104", first)
    assert first in found["sentence"]


def test_an_inquiry_and_a_request_are_not_compared(at: Judging) -> None:
    """What the public may not see a committee may: that is no contradiction."""
    at.judge("Ik vind", "withheld", *WHOLE)
    at.case = at.open("inquiry", "PE/1")
    assert _suggested(at, "Ik vind") == []
    at.judge("Ik vind", "public")
    assert _found(at) == []


def test_what_is_joined_later_is_compared(at: Judging) -> None:
    """Two records that become one by an officer's word and were judged otherwise are shown."""
    start = START.replace(hour=15)
    at.office.ingest(
        at.office.write("3/WhatsApp-chat met Kim.txt", chat([(0, "Piet", "Akkoord")], start=start)),
        "els",
    )
    other = at.office.search("akkoord", login=LIEN)["hits"][0]["id"]
    at.run("add", other)
    at.run("judge", other, "--as", "public")
    at.judge("Bel", "withheld", *WHOLE)
    bel = at.record("Bel")
    assert at.office.run("join", bel, other, "--reason", "Eén bericht").code == 0
    codes = {one["code"] for one in _found(at)}
    assert "E-J101" in codes
    at.run("judge", at.record("Bel"), "--as", "public")
    assert "E-J101" not in {one["code"] for one in _found(at)}


def test_an_explanation_is_of_two_judgements_as_they_are(at: Judging) -> None:
    """An explained contradiction stands in the way no more, until one of the two changes."""
    at.judge("Ik vind", "withheld", *WHOLE)
    at.judge("Jij schreef", "public")
    (found,) = _found(at)
    at.run("explain", found["key"], "--reason", " ", code=ExitCode.USAGE)
    at.run("explain", "0" * 16, "--reason", "Zo", code=ExitCode.USAGE)
    at.run("explain", found["key"], "--reason", "Het citaat is al bekend")
    assert _found(at) == []
    assert at.office.run("rebuild").code == 0
    assert _found(at) == []
    at.judge("Ik vind", "withheld", "--ground", "5.2", "--reason", "Intern")
    (again,) = _found(at)
    assert again["key"] != found["key"]


def test_nothing_is_settled_while_something_contradicts(at: Judging) -> None:
    """Whoever produces asks this first, and is refused."""
    at.judge("Ik vind", "withheld", *WHOLE)
    at.judge("Jij schreef", "public")
    with at.office.opened() as archive:
        one = case_of(archive.catalogue.connection, at.case)
        with pytest.raises(NotSettled):
            insist_settled(archive, one)
    at.run("undo", at.record("Jij schreef"))
    with at.office.opened() as archive:
        insist_settled(archive, one)


def test_a_second_reader_who_differs_is_shown_at_once(at: Judging) -> None:
    """The command of the second reader lists what differs and ends with findings."""
    at.judge("Het stuk", "public")
    words = (at.record("Het stuk"), "--as", "out-of-scope")
    (one,) = at.run("second", *words, login=PIA, code=1)["differences"]
    assert one["code"] == "E-J105"


@settings(max_examples=80)
@given(
    st.lists(st.from_regex(r"[a-zé]{4,8}", fullmatch=True), min_size=4, max_size=9),
    st.text(st.characters(categories=["L", "P", "Z"]), max_size=40),
    st.sampled_from([" ", "\n> ", " - ", ", "]),
)
def test_quoted_words_are_found_however_they_are_broken(
    told: list[str], before: str, between: str
) -> None:
    """Signs of quoting, line ends and capitals between words hide no quotation."""
    quoted = f"{before} {between.join(told).upper()} !"
    (first, *_) = Known([("one", " ".join(told))]).within(quoted)
    assert folded(quoted[first.start : first.end]) == tuple(told)
    assert is_telling(told)
