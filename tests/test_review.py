"""Judging at the terminal by keys, and in a spreadsheet."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import ExitCode
from tests.judging_office import START, Judging, judging
from tests.ministry import LIEN, PIA, chat


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Judging:
    """An office with one case of which nothing is judged."""
    return judging(tmp_path_factory.mktemp("review"))


@pytest.fixture
def at(made: Judging, tmp_path: Path) -> Judging:
    """A copy of that office, to change."""
    return Judging(made.office.copy(tmp_path), made.case)


def _keys(at: Judging, typed: str, patch: pytest.MonkeyPatch, login: str = LIEN) -> Any:
    patch.setattr(sys, "stdin", io.StringIO(typed))
    ran = at.office.run("case", "review", at.case, "--output", "json", login=login)
    assert ran.code == 0, ran.err
    return ran


def _by_text(at: Judging) -> dict[str, str]:
    texts = {hit["id"]: hit["text"][:8] for hit in at.office.search(login=LIEN)["hits"]}
    return {texts[record]: outcome for record, outcome in at.states().items()}


def test_keys_judge_and_the_next_review_goes_on(
    at: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each key counts at once; after q the next review begins with what still waits."""
    ran = _keys(at, "oxq", monkeypatch)
    assert [one["outcome"] for one in ran.json["judged"]] == ["openbaar", "buiten verzoek"]
    assert ran.json["waiting"] == 4
    shown = _keys(at, "q", monkeypatch).err.splitlines()
    assert any(line.startswith(f"> {at.record('Ik vind')}") for line in shown)


def test_what_is_withheld_is_asked_for_its_ground(
    at: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For n grounds and reason are asked, unless they were typed before with g and t."""
    ran = _keys(at, "n5.1.2i\nIntern beraad\ng5.2\ntMening\nnq", monkeypatch)
    assert [(one["grounds"], one["reason"]) for one in ran.json["judged"]] == [
        (["5.1.2i"], "Intern beraad"),
        (["5.2"], "Mening"),
    ]


def test_no_reason_is_asked_while_the_ground_is_none(
    at: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a ground that does not exist the keys are keys again: what follows is no reason."""
    ran = _keys(at, "n9.9\noq", monkeypatch)
    assert "9.9 is no ground" in ran.err
    assert [one["outcome"] for one in ran.json["judged"]] == ["openbaar"]


def test_personal_data_are_chosen_from_a_list(at: Judging, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found in the text is listed with its ground and chosen, or a stretch is typed."""
    ran = _keys(at, "sp*\nd" + "g5.2\np0-3\ndq", monkeypatch)
    assert "06-12345678" in ran.err
    first, second = ran.json["judged"]
    assert {(23, 34)} <= {(one["start"], one["end"]) for one in first["passages"]}
    assert {ground for one in first["passages"] for ground in one["grounds"]} == {"5.1.2e"}
    assert [(one["start"], one["end"], one["grounds"]) for one in second["passages"]] == [
        (0, 3, ["5.2"])
    ]


def test_a_key_that_cannot_be_is_told_and_the_record_stays(
    at: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judgement that breaks a rule is told; nothing is judged, and the same record waits."""
    ran = _keys(at, "dg9.9\np7\n?oq", monkeypatch)
    assert "needs passages" in ran.err
    assert "9.9 is no ground" in ran.err
    assert "s skip, q quit" in ran.err
    assert [one["outcome"] for one in ran.json["judged"]] == ["openbaar"]


def test_the_last_is_taken_back(at: Judging, monkeypatch: pytest.MonkeyPatch) -> None:
    """With z the last judgement of this walk is taken back and its record shown again."""
    ran = _keys(at, "zozxq", monkeypatch)
    assert "Nothing was decided yet" in ran.err
    assert [one["outcome"] for one in ran.json["judged"]] == ["buiten verzoek"]
    assert list(at.states().values()).count("waiting") == 5


def test_what_is_suggested_is_taken_over(at: Judging, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a the first suggestion is judged so: here the words that are withheld elsewhere."""
    at.judge("Ik vind", "withheld", "--ground", "5.2", "--reason", "Intern")
    ran = _keys(at, "ssaq", monkeypatch)
    (one,) = ran.json["judged"]
    assert (one["outcome"], len(one["passages"])) == ("deels openbaar", 1)


def test_doubles_and_what_is_public_already_are_asked_for_more(
    at: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For r the place is asked, for u the record; for old information why it is refused."""
    first = at.record("Het stuk")
    typed = f"rhttps://voorbeeld.example/1\nu{first}\nq"
    ran = _keys(at, typed, monkeypatch)
    assert [(one["link"], one["of"]) for one in ran.json["judged"]] == [
        ("https://voorbeeld.example/1", ""),
        ("", first),
    ]


def test_what_is_shown_is_logged_first(at: Judging, monkeypatch: pytest.MonkeyPatch) -> None:
    """The access log names each candidate that was on the screen, with its case."""
    _keys(at, "oq", monkeypatch)
    assert [one["type"] for one in at.office.seen()][-2:] == ["candidate.shown", "candidate.shown"]


def test_nothing_sealed_is_shown(at: Judging, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a private account has of the same talk is in no review, list, suggestion or sheet."""
    at.office.account("els", kind="private")
    said = [
        (1, "Piet", "Bel Karim el Amrani op 06-12345678 over de nertsen"),
        (2, "Jan", "Kanarie"),
    ]
    at.office.ingest(
        at.office.write("8/WhatsApp-chat met Piet.txt", chat(said, start=START)), "els"
    )
    shown = _keys(at, "oooooo", monkeypatch)
    sheet = at.office.folder / "alles.csv"
    at.run("export-judgements", "--to", sheet)
    listed = at.office.run("case", "judged", at.case, login=LIEN).out
    assert "Kanarie" not in shown.out + shown.err + listed + sheet.read_text()
    assert at.run("judged")["judged"] == 6


# -- as a sheet -----------------------------------------------------------------------------------


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _exported(at: Judging, name: str = "blad.csv") -> list[dict[str, str]]:
    at.run("export-judgements", "--to", at.office.folder / name)
    return _rows(at.office.folder / name)


def test_a_sheet_goes_out_and_in_without_a_change(at: Judging) -> None:
    """What is written and read again says nothing new: nothing is logged."""
    at.judge("Bel", "partly", "--passage", "23-34 5.1.2e: nummer; privé", "--reason", "=1+1")
    at.judge("Ik vind", "withheld", "--ground", "5.2", "--reason", "'=beraad, intern")
    path = _write(at.office.folder / "terug.csv", _exported(at))
    before = len(at.office.events())
    counts = at.run("import-judgements", path)
    assert (counts["same"], counts["empty"], counts["judged"]) == (2, 4, 0)
    assert len(at.office.events()) == before
    assert at.office.seen()[-1]["type"] == "judgements.exported"


def test_a_sheet_judges_all_rows_by_one_event(at: Judging) -> None:
    """Rows that say something new are judged together; a trial changes nothing."""
    rows = _exported(at)
    rows[0] |= {"outcome": "openbaar"}
    rows[1] |= {"outcome": "deels openbaar", "passages": "4-20 5.1.2.e\n23-34 5.1.2e: nummer"}
    rows[2] |= {"outcome": "niet openbaar", "grounds": "5.2;5.1.1c", "reason": "Intern"}
    rows[3] |= {"outcome": "dubbel", "of": rows[2]["record"]}
    path = _write(at.office.folder / "in.csv", rows)
    before = len(at.office.events())
    assert at.run("import-judgements", path, "--dry-run")["judged"] == 4
    assert len(at.office.events()) == before
    assert at.run("import-judgements", path)["judged"] == 4
    assert [event["type"] for event in at.office.events()[before:]] == ["record.judged"]
    by_text = _by_text(at)
    assert (by_text["Het stuk"], by_text["Bel Kari"]) == ("openbaar", "deels openbaar")
    assert at.run("import-judgements", path)["same"] == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"outcome": "geheim"}, "openbaar | deels openbaar"),
        ({"outcome": "niet openbaar"}, "needs a ground"),
        ({"outcome": "deels openbaar", "passages": "ergens"}, "FROM-TO GROUND"),
        ({"outcome": "deels openbaar", "passages": "0-900 5.2"}, "does not lie"),
        ({"outcome": "openbaar", "record": "d222222222.1"}, "no candidate"),
        ({"outcome": "openbaar", "wording": "anders"}, "reads otherwise"),
        ({"outcome": "openbaar", "contested": "misschien"}, "contested"),
        ({"outcome": "openbaar", "grounds": "7.7"}, "no ground"),
    ],
)
def test_one_refused_row_refuses_the_sheet(at: Judging, change: dict[str, str], told: str) -> None:
    """Each row that cannot be is named with its reason, and nothing of the sheet is judged."""
    rows = _exported(at)
    rows[0] |= {"outcome": "openbaar"}
    rows[1] |= change
    ran = at.run("import-judgements", _write(at.office.folder / "x.csv", rows), code=ExitCode.USAGE)
    (refused,) = (row for row in ran["rows"] if row["outcome"] == "refused")
    assert (refused["line"], ran["judged"]) == (3, 0)
    assert told in refused["reason"]
    assert at.run("judged")["judged"] == 0


def test_rows_that_contradict_each_other_are_refused(at: Judging) -> None:
    """A record twice, or a double of a double, is refused though each row could stand alone."""
    rows = _exported(at)
    rows[0] |= {"outcome": "dubbel", "of": rows[1]["record"]}
    rows[1] |= {"outcome": "dubbel", "of": rows[2]["record"]}
    path = _write(at.office.folder / "a.csv", rows)
    assert at.run("import-judgements", path, code=ExitCode.USAGE)["refused"] == 1
    rows = _exported(at, "b0.csv")
    rows[0] |= {"outcome": "openbaar"}
    path = _write(at.office.folder / "b.csv", [*rows, rows[0]])
    assert at.run("import-judgements", path, code=ExitCode.USAGE)["refused"] == 2


def test_a_sheet_in_another_code_says_how_to_save_it(at: Judging) -> None:
    """A sheet that a spreadsheet saved in its own code is refused with what to do."""
    path = at.office.folder / "ansi.csv"
    path.write_bytes("record;outcome;wording\nx;één;y\n".encode("cp1252"))
    ran = at.office.run("case", "import-judgements", at.case, path, login=LIEN)
    assert (ran.code, "CSV UTF-8" in ran.err) == (ExitCode.USAGE, True)


def test_a_sheet_without_its_columns_is_refused(at: Judging) -> None:
    """A sheet that lacks the record or the wording, or adds a column, is refused as a whole."""
    rows = _exported(at)
    for row in ({"record": rows[0]["record"], "outcome": "openbaar"}, rows[0] | {"meer": "x"}):
        path = _write(at.office.folder / f"{len(row)}.csv", [row])
        at.run("import-judgements", path, code=ExitCode.USAGE)


def test_formulas_stay_words(at: Judging) -> None:
    """Words of a message that a spreadsheet would calculate are written as words, and read back."""
    evil = chat([(50, "Jan", "=HYPERLINK(1)")])
    at.office.ingest(at.office.write("9/WhatsApp-chat met Kim.txt", evil))
    hit = at.office.search("hyperlink", login=LIEN)["hits"][0]["id"]
    at.run("add", hit)
    (row,) = (row for row in _exported(at) if row["record"] == hit)
    assert row["text"] == "'=HYPERLINK(1)"


def test_a_file_that_is_there_is_not_written_over(at: Judging) -> None:
    """The sheet goes into a new file, by a jurist; another second time is refused."""
    path = at.office.folder / "vast.csv"
    at.run("export-judgements", "--to", path, login=PIA)
    written = path.read_bytes()
    ran = at.office.run("case", "export-judgements", at.case, "--to", path, login=PIA)
    assert ran.code != 0
    assert path.read_bytes() == written
