"""The production report: every trap of the publication platform is told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from archiver.produce.sheet import write_csv, write_xlsx
from archiver.produce.sheet_reading import NoTable, table_of
from archiver.produce.woo import report
from archiver.produce.woo.check import faults, normal_ground
from archiver.wording import codes, describe

HEADER = list(report.columns())
GOOD = {
    "ID": "gabc", "Matter": "Woo-1", "Family": "1", "Email Thread ID": "1",
    "Document": "Gesprek", "File Type": "chat", "Datum": "2024-03-12",
    "Beoordeling": "Deels openbaar", "Beoordelingsgrond": "5.1.2e; 5.1.2i",
}  # fmt: skip
TRAPS = [
    ("E-W706", {"ID": "g abc"}),
    ("E-W706", {"ID": "g" * 171}),
    ("E-W707", {"ID": "g.abc"}),
    ("E-W707", {"ID": "g-abc"}),
    ("W-W708", {"ID": "12e4567"}),
    ("E-W710", {"ID": "g" * 100, "Matter": "m" * 200}),
    ("E-W712", {"Matter": ""}),
    ("E-W713", {"Matter": "Woo/1"}),
    ("E-W713", {"Matter": "W"}),
    ("W-W714", {"Document": ""}),
    ("E-W715", {"Document": "é" * 251}),
    ("W-W716", {"File Type": "whatsapp"}),
    ("E-W717", {"Family": "0"}),
    ("E-W717", {"Email Thread ID": "t1"}),
    ("E-W718", {"Toelichting": "t" * 1001}),
    ("W-W719", {"Toelichting": "https://voorbeeld.example is vertrouwelijk"}),
    ("E-W720", {"Opgeschort": "opgeschort"}),
    ("E-W721", {"Publieke Link": "voorbeeld.example"}),
    ("E-W721", {"Publieke Link": "https://voorbeeld.example/" + "x" * 2048}),
    ("W-W722", {"Beoordeling": "Reeds openbaar"}),
    ("E-W723", {"Gerelateerd ID": "onbekend"}),
    ("E-W724", {"Gerelateerd ID": "GABC"}),
    ("E-W725", {"Zaaknummer": "a/b"}),
    ("E-W728", {"Beoordeling": "Gedeeltelijk openbaar"}),
    ("E-W728", {"Beoordeling": ""}),
    ("E-W729", {"Beoordelingsgrond": "5.1.2e, 5.1.2i"}),
    ("E-W729", {"Beoordelingsgrond": "5.1.2z"}),
    ("W-W730", {"Beoordelingsgrond": ""}),
    ("E-W731", {"Datum": "03/26/2020"}),
    ("E-W731", {"Datum": "26-03-2020"}),
    ("E-W731", {"Datum": "20240312"}),
    ("E-W731", {"Datum": "2024-02-30"}),
    ("W-W732", {"Datum": ""}),
]  # fmt: skip


def table(*rows: dict[str, str], header: list[str] = HEADER) -> list[list[str]]:
    """Give a report with these rows, each the good one but for what it names."""
    return [header, *([(GOOD | row).get(name, "") for name in header] for row in rows)]


def found(given: list[list[str]], **more: object) -> list[str]:
    """Give the codes of what is wrong."""
    return [one.code for one in faults(given, **more)]  # type: ignore[arg-type]


def test_a_good_report_has_no_fault() -> None:
    """What the program writes itself is what the platform reads."""
    assert found(table({}, {"ID": "gdef"}), prefix="VWS", files=["gabc.pdf", "gdef.pdf"]) == []


@pytest.mark.parametrize(("code", "row"), TRAPS)
def test_every_trap_of_a_row_is_told(code: str, row: dict[str, str]) -> None:
    """What the platform takes without a word, and reads as something else, has its code."""
    assert found(table(row), prefix="VWS") == [code]


def test_ids_are_compared_without_case() -> None:
    """The platform keeps ids in small letters, so two that differ in case are one."""
    assert found(table({}, {"ID": "GABC"})) == ["E-W709", "E-W709"]


def test_matter_and_context_exclude_each_other() -> None:
    """A row with both is refused by the platform, and so is a report with neither column."""
    both = table({}, header=[*HEADER, "Publicatiecontext"])
    both[1][-1] = "x"
    assert found(both) == ["E-W711"]
    neither = [name for name in HEADER if name != "Matter"]
    assert found(table({}, header=neither)) == ["E-W701", "E-W712"]


def test_headers_are_read_as_the_platform_reads_them() -> None:
    """Digits in front and other names are taken; what is unknown or there twice is told."""
    known = ["1ID", "matter / marjoleinnummer", "omschrijving", "openbaarmaking", "grond", "Datum"]
    row = ["gabc", "Woo-1", "Gesprek", "Openbaar", "", "2024-03-12"]
    assert found([known, row]) == []
    assert found([[*known, "Kleur"], [*row, "rood"]]) == ["W-W702"]
    assert found([[*known, "ID"], [*row, "gabc"]]) == ["E-W703"]
    assert found([]) == ["E-W701"]


def test_the_platform_has_limits() -> None:
    """More than 50,000 rows, or a file of more than 10,024 kB, is not taken."""
    many = table(*({"ID": f"g{number}"} for number in range(50_001)))
    assert found(many) == ["E-W704"]
    assert found(table({}), size=10_264_577) == ["E-W705"]


def test_files_and_rows_belong_together() -> None:
    """What is made public has a file by its id; a file without a row is told."""
    rows = table({}, {"ID": "gdef", "Beoordeling": "Niet openbaar"})
    assert found(rows, files=[]) == ["E-W726"]
    assert found(rows, files=["gabc.pdf", "gzzz.pdf"]) == ["E-W727"]
    assert found(table({"Opgeschort": "ja"}), files=[]) == []


def test_every_code_is_provoked_and_said() -> None:
    """Every finding of the report has a test here, and says itself with its values."""
    ours = {code for code in codes() if "-W7" in code}
    tried = {code for code, _ in TRAPS}
    others = {f"E-W{n}" for n in (701, 703, 704, 705, 709, 711, 726, 727)} | {"W-W702", "W-W733"}
    assert ours == tried | others
    for code, row in TRAPS:
        for one in faults(table(row), prefix="VWS"):
            assert "{" not in describe(one.code, one.values), code


def test_grounds_are_written_in_one_way() -> None:
    """The platform keeps 5.1.2.e and 5.1.2 E as 5.1.2e."""
    assert {normal_ground(one) for one in ("5.1.2.e", " 5.1.2 E", "5.1.2e")} == {"5.1.2e"}


def test_the_columns_are_those_of_the_template(samples: Path) -> None:
    """The header is that of the platform's own template, cell for cell."""
    folder = samples / "standards" / "woo-platform"
    assert table_of(folder / "production_report_template.xlsx")[0] == HEADER


@pytest.mark.parametrize("name", ["productierapport - 10 openbaar", "productierapport - mix"])
def test_the_filled_examples_fail_only_by_their_dates(samples: Path, name: str) -> None:
    """Of the platform's own examples only the dates, in American order, are told as wrong."""
    given = table_of(samples / "standards" / "woo-platform" / f"{name}.xlsx")
    told = set(found(given))
    assert "E-W731" in told
    assert told <= {"E-W731", "W-W730", "W-W722"}


def test_csv_and_xlsx_say_the_same(tmp_path: Path) -> None:
    """Both forms give back every cell as text; a formula is guarded in CSV only."""
    rows = [["gabc", "2024-03-12", "één; “twee”\nregel 😀", "=1+1"], ["g2", "", "", "a"]]
    header = ["ID", "Datum", "Document", "X"]
    for name in ("a", "b"):
        with (tmp_path / f"{name}.csv").open("wb") as file:
            write_csv(file, header, rows)
        with (tmp_path / f"{name}.xlsx").open("wb") as file:
            write_xlsx(file, "Blad", header, rows)
    assert table_of(tmp_path / "a.xlsx") == [header, *rows]
    guarded = [[cell.replace("=1", "'=1") for cell in row] for row in rows]
    assert table_of(tmp_path / "a.csv") == [header, *guarded]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as text:
        assert next(csv.reader(text)) == header
    for suffix in ("csv", "xlsx"):
        one, two = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in "ab")
        assert one == two


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    """A file that is no workbook is refused by name, and so is a sheet with entities."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"niets")
    with pytest.raises(NoTable, match=r"x\.xlsx"):
        table_of(path)
