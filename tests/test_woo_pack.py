"""The Woo pack: whole, exact, the same again, and without what was judged away."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.cases.judgement import Judgement, Outcome
from archiver.errors import ExitCode
from archiver.produce.sheet_reading import table_of
from archiver.produce.woo.check import faults
from tests.ministry import LIEN, OMAR, chat
from tests.woo_office import LINES, PUBLISHER, START, Office, add, office, usual


@pytest.fixture
def woo(tmp_path: Path) -> Office:
    """A case of which every candidate is judged, every outcome once."""
    made = office(tmp_path)
    usual(made)
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Give every file of a pack by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def text_of(folder: Path) -> str:
    """Give all that a pack says: tables, metadata, and the words of its PDFs."""
    pypdf = pytest.importorskip("pypdf")
    said: list[str] = []
    for path in sorted(folder.rglob("*")):
        said.append(path.name)
        if path.suffix == ".pdf":
            reader = pypdf.PdfReader(path)
            said += [page.extract_text() for page in reader.pages]
            said += [str(reader.metadata)]
        elif path.suffix == ".xlsx":
            said += [cell for row in table_of(path) for cell in row]
        elif path.is_file():
            said.append(path.read_text("utf-8", "ignore"))
    return "\n".join(said)


def test_a_pack_is_whole(woo: Office, tmp_path: Path) -> None:
    """Each public document has its PDF and metadata; tables, manifest and sums are there."""
    out = tmp_path / "pack"
    made = woo.produce(out)
    assert made["reconciliation"] == {
        "candidates": 7, "published": 3, "already_public": 1, "withheld": 1, "duplicates": 1,
        "out_of_scope": 1,
    }  # fmt: skip
    there = files(out)
    rows = table_of(out / "productierapport.csv")
    numbers = [row[0] for row in rows[1:]]
    assert {f"documenten/{number}.pdf" for number in numbers} <= there.keys()
    assert {f"diwoo/{number}.xml" for number in numbers} <= there.keys()
    assert rows == table_of(out / "productierapport.xlsx")
    assert faults(rows, files=[f"{number}.pdf" for number in numbers]) == []
    assert [row[7] for row in rows[1:]] == ["Deels openbaar", "Deels openbaar"]
    assert rows[1][9] == "5.1.2e; 5.1.2i"
    manifest = json.loads(there["manifest.json"])
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in there.items()
        if name != "manifest.json"
    }
    assert made["manifest_sha256"] == hashlib.sha256(there["manifest.json"]).hexdigest()


def test_what_was_judged_away_is_nowhere(woo: Office, tmp_path: Path) -> None:
    """Names, the number, the advice and what lies outside the request are in no file at all."""
    out = tmp_path / "pack"
    woo.produce(out)
    said = text_of(out)
    for secret in ("Karel", "Geheim", "12345678", "landsadvocaat", "lunch", "Jan de Wit", "Zwart"):
        assert secret not in said, secret
    assert "stikstof" in said and "5.1.2e" in said and "👍" in said


def test_the_same_again_is_the_same_to_the_byte(woo: Office, tmp_path: Path) -> None:
    """Making a pack again gives the same bytes, the same production and no further event."""
    first = woo.produce(tmp_path / "one")
    before = len(woo.at.events())
    second = woo.produce(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert (first["production"], len(woo.at.events())) == (second["production"], before)
    assert [event["type"] for event in woo.at.seen()[-2:]] == ["case.exported", "case.exported"]


def test_a_rebuild_changes_nothing(woo: Office, tmp_path: Path) -> None:
    """After a rebuild the productions are listed as before, and a pack has the same bytes."""
    made = woo.produce(tmp_path / "one")
    given = ("produce", "deliver", made["production"], "--to", "Platform", "--medium", "upload")
    assert woo.at.run(*given, "--on", "2024-05-01", "--receipt", "R1", login=LIEN).code == 0
    listed = woo.at.json("produce", "list", "--case", "Woo-2024-017")
    assert listed["productions"][0]["handed"] == [
        {"recipient": "Platform", "medium": "upload", "on": "2024-05-01", "receipt": "R1"}
    ]
    assert woo.at.run("rebuild").code == 0
    assert woo.at.json("produce", "list") == listed
    woo.produce(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_longer_export_keeps_the_numbers(woo: Office, tmp_path: Path) -> None:
    """When a longer export brings messages before and after, what was produced keeps its number."""
    woo.produce(tmp_path / "one")
    before = _days(tmp_path / "one")
    longer = [(-30, "Piet Zwart", "Goedemorgen allemaal"), *LINES, (1600, "Jan de Wit", "Klaar")]
    woo.at.ingest(woo.at.write("2/WhatsApp-chat met Projectgroep.txt", chat(longer, start=START)))
    add(woo)
    woo.judge({"Goedemorgen": {"outcome": "openbaar"}, "Klaar": {"outcome": "openbaar"}}, rest="")
    woo.produce(tmp_path / "two")
    assert _days(tmp_path / "two") == before


def test_nothing_is_written_while_something_is_not_judged(tmp_path: Path) -> None:
    """A candidate without judgement leaves no folder and no event; it says how many are left."""
    made = office(tmp_path)
    made.judge({"stikstof": {"outcome": "openbaar"}}, rest="")
    before = len(made.at.events())
    ran = made.at.run("produce", "woo", made.case, "--out", tmp_path / "p", *PUBLISHER, login=LIEN)
    assert (ran.code, ran.out) == (ExitCode.FINDINGS, "")
    assert "6 candidates" in ran.err
    assert not (tmp_path / "p").exists() and not list(tmp_path.glob("p*"))
    assert len(made.at.events()) == before


def test_trying_writes_nothing(woo: Office, tmp_path: Path) -> None:
    """With --dry-run the sums are told and neither file nor event is made."""
    before = len(woo.at.events())
    made = woo.produce(tmp_path / "p", "--dry-run")
    assert (made["documents"], made["production"]) == (2, None)
    assert not (tmp_path / "p").exists()
    assert len(woo.at.events()) == before


def test_refusals(woo: Office, tmp_path: Path) -> None:
    """Only a Woo jurist makes a pack, to a new folder, of a Woo case, in a ministry's name."""
    woo.at.officer(OMAR, "records-officer")
    words = ("produce", "woo", woo.case, "--out")
    ran = woo.at.run(*words, tmp_path / "p", *PUBLISHER, login=OMAR)
    assert ran.code == ExitCode.NOT_AUTHORISED
    (tmp_path / "there").mkdir()
    assert woo.at.run(*words, tmp_path / "there", *PUBLISHER, login=LIEN).code == ExitCode.USAGE
    assert woo.at.run(*words, tmp_path / "p", login=LIEN).code == ExitCode.USAGE
    given = ("--reference", "P/1", "--requester", "Kamer", "--received", "2024-01-02")
    other = woo.at.json("case", "open", "--kind", "inquiry", *given, "--person", "Jan", login=LIEN)[
        "case"
    ]
    ran = woo.at.run("produce", "woo", other, "--out", tmp_path / "p", *PUBLISHER, login=LIEN)
    assert ran.code == ExitCode.USAGE
    bad = ("produce", "deliver", "u0000000000", "--to", "a", "--medium", "b")
    assert woo.at.run(*bad, login=LIEN).code == ExitCode.USAGE


def test_nothing_is_handed_over_after_today(woo: Office, tmp_path: Path) -> None:
    """A day that has not come is refused; the list shows to whom a pack went."""
    made = woo.produce(tmp_path / "one")
    given = ("produce", "deliver", made["production"], "--to", "Platform", "--medium", "upload")
    assert woo.at.run(*given, "--on", "2199-01-01", login=LIEN).code == ExitCode.USAGE
    assert "Platform" in woo.at.run(*given, login=LIEN).out
    assert "Platform" in woo.at.run("produce", "list").out


def test_a_matter_that_the_platform_refuses_is_told_first(woo: Office, tmp_path: Path) -> None:
    """A report that the platform would read wrongly is never written."""
    ran = woo.at.run(
        *("produce", "woo", woo.case, "--out", tmp_path / "p", *PUBLISHER),
        *("--matter", "W/1"),
        login=LIEN,
    )
    assert (ran.code, (tmp_path / "p").exists()) == (ExitCode.FINDINGS, False)
    assert "E-W713" in ran.err


@pytest.mark.parametrize("unit", ["message", "day", "silence", "conversation"])
@pytest.mark.parametrize("layout", ["list", "bubbles"])
def test_every_unit_reconciles(woo: Office, tmp_path: Path, unit: str, layout: str) -> None:
    """By message, day, silence or conversation, as list or bubbles: every candidate once."""
    made = woo.produce(tmp_path / "p", "--unit", unit, "--layout", layout)
    counts = dict(made["reconciliation"])
    assert counts.pop("candidates") == sum(counts.values()) == 7
    listed = table_of(tmp_path / "p" / "intern" / "reconciliatie.csv")
    assert len(listed) == 8


def test_a_double_is_related_to_its_document(woo: Office, tmp_path: Path) -> None:
    """By message a double has a row without file, on the ground dubbel, related to the other."""
    woo.produce(tmp_path / "p", "--unit", "message")
    rows = table_of(tmp_path / "p" / "productierapport.csv")
    double = next(row for row in rows if row[9] == "dubbel")
    assert double[7] == "Niet openbaar"
    assert double[12] in {row[0] for row in rows}
    assert not (tmp_path / "p" / "documenten" / f"{double[0]}.pdf").exists()
    assert all(row[0] != "buiten verzoek" for row in rows)


def test_a_report_from_elsewhere_is_checked(woo: Office, tmp_path: Path) -> None:
    """The report of a pack is found good; one with a trap is told with row, code and remedy."""
    woo.produce(tmp_path / "p")
    path = tmp_path / "p" / "productierapport.xlsx"
    good = woo.at.run("produce", "check", path, "--documents", tmp_path / "p" / "documenten")
    assert good.code == 0
    bad = tmp_path / "r.csv"
    text = (tmp_path / "p" / "productierapport.csv").read_text("utf-8")
    bad.write_text(text.replace("Deels openbaar", "Gedeeltelijk openbaar", 1), "utf-8")
    told = woo.at.json("produce", "check", bad, code=1)["findings"]
    assert [(one["row"], one["code"]) for one in told] == [(2, "E-W728")]


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(list(Outcome))), max_size=6))
def test_any_judgements_reconcile(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, Outcome]]
) -> None:
    """Whatever is judged and judged again, the sums are exact or nothing is produced."""
    folder = tmp_path_factory.mktemp("woo")
    made = office(folder)
    usual(made)
    for place, outcome in changes:
        made.put([_judged(made, place, outcome)])
    ran = made.at.run(
        *("produce", "woo", made.case, "--out", folder / "p", *PUBLISHER, "--output", "json"),
        login=LIEN,
    )
    assert (ran.code == 0) is (folder / "p").is_dir()
    if ran.code == 0:
        counts = dict(ran.json["reconciliation"])
        assert counts.pop("candidates") == sum(counts.values()) == 7
    else:
        assert ran.code == ExitCode.FINDINGS


def _judged(made: Office, place: int, outcome: Outcome) -> Judgement:
    names = list(made.names())
    values: dict[str, Any] = {
        Outcome.WITHHELD: {"grounds": ("5.1.2i",), "reason": "Vertrouwelijk."},
        Outcome.ALREADY: {"link": "https://voorbeeld.example/x"},
    }.get(outcome, {})  # type: ignore[call-overload]
    if outcome in (Outcome.PARTLY, Outcome.DUPLICATE):
        outcome, values = Outcome.PUBLIC, {}
    return Judgement(record=names[place], outcome=outcome, **values)


def _days(folder: Path) -> dict[str, str]:
    """Give the number of each day's document."""
    with (folder / "productierapport.csv").open(encoding="utf-8", newline="") as file:
        return {row["Datum"]: row["ID"] for row in csv.DictReader(file)}
