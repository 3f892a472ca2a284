"""Views of third parties: a pack with only their passages, a term, an answer."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archiver.cases.holidays import is_working_day
from archiver.errors import ExitCode
from tests.judging_office import Judging, judging
from tests.ministry import LIEN, OMAR, TODAY

PARTY = ("--party", "Nertsen B.V.")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Judging:
    """An office with one case of which nothing is judged."""
    return judging(tmp_path_factory.mktemp("views"))


@pytest.fixture
def at(made: Judging, tmp_path: Path) -> Judging:
    """A copy of that office, to change."""
    return Judging(made.office.copy(tmp_path), made.case)


def _view(at: Judging, verb: str, *words: object, login: str = LIEN, code: int = 0) -> Any:
    ran = at.office.run("case", "view", verb, at.case, *words, "--output", "json", login=login)
    assert ran.code == code, (ran.code, ran.err)
    return ran.json if ran.out else ran.err


def _asked(at: Judging, *records: str, code: int = 0) -> Any:
    words = [part for one in records for part in ("--records", one)]
    return _view(at, "add", *PARTY, *words, "--to", at.office.folder / "uit", code=code)


def _written(at: Judging, view: str, name: str) -> str:
    return (at.office.folder / "uit" / f"{view}-{name}.txt").read_text()


def test_a_third_party_gets_only_its_own_passages(at: Judging) -> None:
    """Of one record only the stretch that was named is written, of another all of its text."""
    bel, vind = at.record("Bel"), at.record("Ik vind")
    one = _asked(at, f"{bel}:23-34", vind)
    text = _written(at, one["view"], "passages")
    assert "06-12345678" in text
    assert "Ik vind het een slecht voorstel" in text
    assert not any(word in text for word in ("Karim", "nertsen", "Piet", bel, "stikstof"))
    assert one["pack"] == sha256(text.encode()).hexdigest()
    letter = _written(at, one["view"], "brief")
    assert "Nertsen B.V." in letter
    assert "Aantal passages: 2." in letter
    assert "Woo/1" in letter


def test_passages_that_were_judged_are_taken(at: Judging) -> None:
    """Of a record that is partly public the passages of its judgement are what is written."""
    at.judge("Bel", "partly", "--passage", "4-19 5.1.2f", "--passage", "23-34 5.1.2f")
    one = _asked(at, at.record("Bel"))
    text = _written(at, one["view"], "passages")
    assert one["passages"] == 2
    assert ("Karim el Amrani" in text, "nertsen" in text) == (True, False)


def test_the_last_day_is_a_working_day_two_weeks_on(at: Judging) -> None:
    """Two weeks after the letter, or the first working day after; the term stands still."""
    before = at.run("show")["terms"]
    one = _asked(at, at.record("Bel"))
    last = date.fromisoformat(one["last"])
    assert last >= TODAY + timedelta(days=14)
    assert is_working_day(last)
    terms = {term["term"]: term for term in at.run("show")["terms"]}
    earlier = next(term["day"] for term in before if term["term"] == "decide")
    assert terms["decide"]["day"] > earlier
    assert terms["decide"]["provisional"]


def test_the_last_answer_lets_the_term_run(at: Judging) -> None:
    """While one of two did not answer the case stays suspended; all is shown with the case."""
    one, two = _asked(at, at.record("Bel")), _asked(at, at.record("Ik vind"))
    _view(at, "answer", one["view"], "--objects", "--reply", "Kanariegeel schaadt ons")
    terms = {term["term"]: term for term in at.run("show")["terms"]}
    assert terms["decide"]["provisional"]
    _view(at, "answer", two["view"])
    shown = at.run("show")
    assert [view["state"] for view in shown["views"]] == ["objects", "agrees"]
    assert not {term["term"]: term for term in shown["terms"]}["decide"]["provisional"]
    assert "Kanariegeel" not in (at.office.archive / "log/events.jsonl").read_text()
    before = _view(at, "list")
    assert at.office.run("rebuild").code == 0
    assert _view(at, "list") == before


def test_what_makes_no_sense_is_refused(at: Judging) -> None:
    """A stretch outside the text, a wrong day, an answer twice: refused, and nothing is done."""
    bel = at.record("Bel")
    before = len(at.office.events())
    _asked(at, "d222222222.1", code=ExitCode.USAGE)
    _asked(at, f"{bel}:30-900", code=ExitCode.USAGE)
    _asked(at, f"{bel}:9-9", code=ExitCode.USAGE)
    _asked(at, ":1-2", code=ExitCode.USAGE)
    late = (TODAY + timedelta(days=1)).isoformat()
    words = (*PARTY, "--records", bel, "--to", at.office.folder / "uit")
    _view(at, "add", *words, "--on", late, code=ExitCode.USAGE)
    assert len(at.office.events()) == before
    one = _asked(at, bel)["view"]
    _view(at, "answer", one, "--on", late, code=ExitCode.USAGE)
    _view(at, "answer", "v2222222222", code=ExitCode.USAGE)
    _view(at, "answer", one)
    _view(at, "answer", one, code=ExitCode.USAGE)


def test_another_case_than_a_woo_request_is_not_suspended(at: Judging) -> None:
    """In an inquiry a third party may be asked, and no term stands still for that."""
    at.case = at.open("inquiry", "PE/1")
    one = _asked(at, at.record("Bel"))
    steps = [step["what"] for step in at.run("show")["steps"]]
    assert ("asked" in steps, "suspended" in steps) == (True, False)
    assert _view(at, "list")["views"][0]["view"] == one["view"]


def test_auditors_see_what_was_asked_and_ask_nothing(at: Judging) -> None:
    """The list may be looked at by an auditor; that is logged. A letter is a jurist's to write."""
    _asked(at, at.record("Bel"))
    assert len(_view(at, "list", login=OMAR)["views"]) == 1
    assert json.dumps(at.office.seen()[-1]).count("views.listed") == 1
    words = (*PARTY, "--records", at.record("Bel"), "--to", at.office.folder / "uit")
    _view(at, "add", *words, login=OMAR, code=ExitCode.NOT_AUTHORISED)
