"""Selection lists: dated data, and every error of theirs with its place and its reason."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import configuration
from archiver.register.functions import kinds
from archiver.wording import describe
from retention.duration import Duration, duration
from retention.selection_list import Appraisal, FaultyList, load
from tests.ministry import ministry

EXAMPLE = (configuration.folder() / "selection-lists" / "voorbeeld-2023.toml").read_text("utf-8")


def _load(folder: Path, *texts: str) -> list[tuple[str, str]]:
    """Load lists with these texts; give the code and the sentence of each finding."""
    for number, text in enumerate(texts):
        (folder / f"lijst{number}.toml").write_text(text, "utf-8")
    found = load(folder, kinds()).findings
    return [(one.code, describe(one.code, one.values)) for one in found]


def test_the_lists_that_ship_are_sound_examples() -> None:
    """Both versions of the worked example load without a finding, and say that they are one."""
    found = load(functions=kinds())
    assert found.findings == ()
    assert [(one.version, one.example) for one in found.lists] == [("2023", True), ("2025", True)]
    assert {c.appraisal for one in found.lists for c in one.category} == {
        Appraisal.KEEP, Appraisal.DESTROY,
    }  # fmt: skip
    for path in (configuration.folder() / "selection-lists").glob("*.toml"):
        assert path.read_text("utf-8").splitlines()[0].startswith("# VOORBEELD")


def test_an_example_never_counts_by_itself() -> None:
    """Nothing is appraised by an example unless that was asked for."""
    found = load(functions=kinds())
    assert found.counting(examples=False) == ()
    assert len(found.counting(examples=True)) == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        ("name =", "name = = ", "E-T021", ["lijst0.toml"]),
        ('version = "2023"', "", "E-T022", ["lijst0.toml", "version"]),
        ('version = "2023"', "version = 2023", "E-T022", ["lijst0.toml", "version"]),
        ('ground = "VOORBEELD: best', 'gronden = "', "E-T022", ["lijst0.toml", "category[0]"]),
        ('appraisal = "B"', 'appraisal = "X"', "E-T022", ["category[0].appraisal", "'X'"]),
        ('appraisal = "B"', 'appraisal = "B"\nterm = "P1Y"', "E-T023", ["1.1", "B"]),
        ('term = "P10Y"\n', "", "E-T024", ["1.2", "lijst0.toml"]),
        ('trigger = "message"\n', "", "E-T024", ["1.2"]),
        ("valid_until = 2024", "valid_until = 2004", "E-T025", ["2013-01-01", "2004-12-31"]),
        ("valid_until = 2024-12-31", 'valid_until = "ooit"', "E-T025", ["ooit"]),
        ("valid_until = 2024", "valid_until = 2044", "W-T021", ["2044", "20"]),
        ('"P10Y"', '"tien jaar"', "E-T026", ["1.2", "tien jaar"]),
        ('"P10Y"', '"P0Y"', "E-T026", ["P0Y"]),
        ('number = "1.2"', 'number = "1.1"', "E-T027", ["1.1"]),
        ('"psg"', '"koning"', "E-T028", ["1.2", "koning"]),
    ],
)
def test_every_error_names_its_place_and_reason(
    tmp_path: Path, old: str, new: str, code: str, named: list[str]
) -> None:
    """What is wrong in a list is told with the file, the place and why; nothing is guessed."""
    assert old in EXAMPLE
    found = _load(tmp_path, EXAMPLE.replace(old, new, 1))
    assert code in [one for one, _ in found]
    sentence = next(text for one, text in found if one == code)
    assert [part for part in named if part not in sentence] == []


def test_versions_may_not_hold_on_the_same_day(tmp_path: Path) -> None:
    """Two versions of one list may stand side by side, but only one is in force on any day."""
    later = EXAMPLE.replace('version = "2023"', 'version = "2024"')
    assert [code for code, _ in _load(tmp_path, EXAMPLE, later)] == ["E-T029"]
    apart = later.replace("valid_from = 2013-01-01", "valid_from = 2025-01-01")
    assert _load(tmp_path, EXAMPLE, apart.replace("= 2024-12-31", "= 2030-12-31")) == []


def test_a_faulty_list_appraises_nothing(tmp_path: Path) -> None:
    """One error in one file stops the appraisal: half a list is no ground for anything."""
    (tmp_path / "goed.toml").write_text(EXAMPLE, "utf-8")
    (tmp_path / "stuk.toml").write_text("name = ", "utf-8")
    with pytest.raises(FaultyList, match=re.escape("stuk.toml")):
        load(tmp_path, kinds()).counting(examples=True)


def test_the_command_shows_lists_and_their_errors(tmp_path: Path) -> None:
    """`retention lists` shows every category, and ends with exit code 1 when a list has errors."""
    office = ministry(tmp_path)
    shown = office.json("retention", "lists")
    assert [(one["version"], one["counts"]) for one in shown["lists"]] == [
        ("2023", False), ("2025", False),
    ]  # fmt: skip
    assert len(shown["lists"][0]["categories"]) == 5
    assert "nothing is appraised by it" in office.run("retention", "lists").out
    folder = tmp_path / "lijsten"
    folder.mkdir()
    (folder / "stuk.toml").write_text(EXAMPLE.replace('"P10Y"', '"ooit"'), "utf-8")
    office.settings["CHATARCHIEF_RETENTION_LISTS"] = str(folder)
    ran = office.run("retention", "lists")
    assert ran.code == 1
    assert "E-T026" in ran.out
    assert office.run("retention", "appraise").code == 9


@pytest.mark.parametrize(
    "text", ["", "P", "10Y", "P1H", "PT1H", "P-1Y", "P1.5Y", "P1W1D", "P1001Y"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Only whole years, months, weeks and days are a term."""
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        duration(text)


@settings(max_examples=50)
@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 999))
def test_a_duration_is_read_as_it_is_written(years: int, months: int, days: int) -> None:
    """What ISO 8601 writes is read back; it is true only when it is longer than nothing."""
    read = duration(f"P{years}Y{months}M{days}D")
    assert read == Duration(years, months, days)
    assert bool(read) == (years + months + days > 0)
    assert duration(f"P{days}W") == Duration(days=days * 7)


def test_a_list_names_real_days() -> None:
    """The days of the worked example are days."""
    for one in load().lists:
        assert date.fromisoformat(one.valid_from) < date.fromisoformat(one.valid_until)
