"""Words that are judged away in one message and stand in another: quoted, or said there itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pypdf import PdfReader

from archiver.cases.tight import tight
from archiver.errors import ExitCode
from tests.ministry import LIEN
from tests.woo_office import PUBLISHER, Office, office

SIGNED = "\nMet vriendelijke groet,\nDirectie Natuur, Ministerie van Voorbeelden"
OBJECTION = "Ik ben het hier niet mee eens, dit kan de minister niet doen."
MOVED = "Het overleg is verzet naar dinsdag tien uur."
PLAN = "Het voorstel is om de regeling per 1 juli in te trekken en niet te verlengen."
WITHHELD = {"outcome": "niet openbaar", "grounds": ("5.2",), "reason": "Persoonlijke opvatting"}


def _found(made: Office) -> list[dict[str, Any]]:
    given = ("case", "contradictions", made.case)
    rows: list[dict[str, Any]] = made.at.json(*given, login=LIEN, code=None)["contradictions"]
    return rows


def _letters(folder: Path) -> str:
    """Give the letters of all documents of a pack."""
    files = sorted((folder / "documenten").glob("*.pdf"))
    return tight("".join(page.extract_text() for one in files for page in PdfReader(one).pages))


def _is_refused(made: Office, folder: Path) -> None:
    given = ("produce", "woo", made.case, "--out", folder, *PUBLISHER)
    ran = made.at.run(*given, login=LIEN)
    assert (ran.code, "contradict" in ran.err) == (ExitCode.FINDINGS, True)
    assert not folder.exists()


def test_a_signature_is_left_where_an_officer_left_it(tmp_path: Path) -> None:
    """It is told once, stands in the way until it is explained, and is then left everywhere."""
    lines = [(0, "Jan de Wit", OBJECTION + SIGNED)]
    lines += [(5 + n, "Piet Zwart", f"{MOVED} Deel {n}.{SIGNED}") for n in range(3)]
    made = office(tmp_path, lines)
    made.judge({"niet mee eens": WITHHELD})

    (found,) = _found(made)
    assert (found["code"], found["other"]) == ("E-J112", made.named("niet mee eens"))
    _is_refused(made, tmp_path / "geweigerd")
    explained = ("case", "explain", made.case, found["key"], "--reason", "Ondertekening")
    assert made.at.run(*explained, login=LIEN).code == 0

    made.produce(tmp_path / "pak", code=None)
    shown = _letters(tmp_path / "pak")
    assert shown.count(tight(SIGNED)) == 3
    assert tight(OBJECTION) not in shown


def test_what_is_quoted_by_lines_is_away_by_itself(tmp_path: Path) -> None:
    """A part of a withheld message in quoted lines is barred, and nobody has to be asked."""
    reply = f"Daar kom ik op terug.\n> {PLAN[:40]}\n> {PLAN[40:70]}"
    made = office(tmp_path, [(0, "Jan de Wit", PLAN), (3, "Piet Zwart", reply)])
    made.judge({PLAN: WITHHELD})

    assert _found(made) == []
    made.produce(tmp_path / "pak", code=None)
    shown = _letters(tmp_path / "pak")
    assert tight("Daar kom ik op terug") in shown
    assert tight(PLAN[:20]) not in shown


def test_a_withheld_answer_takes_nothing_from_what_it_quotes(tmp_path: Path) -> None:
    """What a withheld message only quotes stays as its own message was judged."""
    answer = f"{OBJECTION}\n> {PLAN}"
    made = office(tmp_path, [(0, "Jan de Wit", PLAN), (3, "Piet Zwart", answer)])
    made.judge({OBJECTION: WITHHELD})

    assert _found(made) == []
    made.produce(tmp_path / "pak", code=None)
    shown = _letters(tmp_path / "pak")
    assert tight(PLAN) in shown
    assert tight(OBJECTION) not in shown


def test_a_part_that_is_said_again_must_be_judged(tmp_path: Path) -> None:
    """A passage that another message says in its own words is neither given nor barred unasked."""
    copied = PLAN[:50]
    again = f"Voor de goede orde: {copied}, aldus de directeur."
    made = office(tmp_path, [(0, "Jan de Wit", PLAN), (3, "Piet Zwart", again)])
    made.judge({PLAN: WITHHELD})
    (found,) = _found(made)
    assert (found["code"], found["record"]) == ("E-J112", made.named("goede orde"))
    _is_refused(made, tmp_path / "geweigerd")

    covered = {"outcome": "deels openbaar", "covered": (copied,), "grounds": ("5.2",)}
    made.judge({PLAN: WITHHELD, "goede orde": covered})
    assert _found(made) == []
    made.produce(tmp_path / "pak", code=None)
    shown = _letters(tmp_path / "pak")
    assert tight(copied) not in shown
    assert tight("aldus de directeur") in shown


def test_a_turn_of_phrase_is_no_repetition(tmp_path: Path) -> None:
    """A few words that two messages happen to share are left without a question."""
    lines = [(0, "Jan de Wit", f"Zoals gisteren besproken: {OBJECTION}"),
             (3, "Piet Zwart", f"Zoals gisteren besproken: {MOVED}")]  # fmt: skip
    made = office(tmp_path, lines)
    made.judge({"niet mee eens": WITHHELD})

    assert _found(made) == []
    made.produce(tmp_path / "pak", code=None)
    assert tight(lines[1][2]) in _letters(tmp_path / "pak")
