"""Every format: recognised by its own exports and by no others, and described for its users."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from archiver.identify import IdentifyError, identify
from archiver.intake import Limits, intake
from archiver.pipeline.formats import FORMATS
from tests.databases import content, shown
from tests.golden import EXPORTS

ROOT = Path(__file__).parents[1]
CASES = sorted(path.parent for path in EXPORTS.glob("*/*/expected.jsonl"))
NAMES = [form.name for form in FORMATS]


def _recognised(path: Path) -> str:
    """Name the format that recognises a path; ``?`` when the question goes to an officer."""
    try:
        return identify(intake(path, Limits()), FORMATS).format.name
    except IdentifyError:
        return "?"


def _paths(case: Path, folder: Path) -> list[Path]:
    """An export lies in its folder; a lone file is what would be handed in.

    A database is written down as SQL and made here.
    """
    if not (case / "input").exists():
        return sorted(case.glob("export.*"))
    place = folder / case.parent.name / case.name
    for path in sorted((case / "input").rglob("*")):
        if path.is_file():
            target = place / shown(str(path.relative_to(case / "input")))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content(path))
    held = sorted(place.iterdir())
    return held if len(held) == 1 and held[0].is_file() else [place]


def test_no_fixture_is_taken_for_another_format(tmp_path: Path) -> None:
    """The confusion table over all fixtures: the format is right, or an officer is asked."""
    wrong = {}
    for case in CASES:
        for path in _paths(case, tmp_path):
            found = _recognised(path)
            if found not in (case.parent.name, "?"):
                wrong[f"{case.parent.name}/{case.name}"] = found
    assert not wrong


@pytest.mark.parametrize("name", [name for name in NAMES if name != "mapped"])
def test_a_format_recognises_an_export_of_its_own(name: str, tmp_path: Path) -> None:
    """Each format has a fixture that it recognises without being told."""
    cases = [case for case in CASES if case.parent.name == name]
    assert any(_recognised(path) == name for case in cases for path in _paths(case, tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_a_format_is_described(name: str) -> None:
    """Each format says what it is built from, and each of its gaps has its sentences."""
    told = tomllib.loads((ROOT / "config" / "formats" / f"{name}.toml").read_text("utf-8"))
    wanted = {"title", "service", "probe", "checked", "built_from", "carries", "whole", "accuracy"}
    assert set(told) == wanted
    assert told["built_from"].startswith(("sample", "specification"))
    codes = {
        code
        for path in (ROOT / "config" / "findings").glob("*.toml")
        for code in tomllib.loads(path.read_text("utf-8"))
    }
    form = next(form for form in FORMATS if form.name == name)
    assert set(form.gaps) <= codes


def test_no_real_sample_is_taken_for_another_format(samples: Path) -> None:
    """The confusion table over real exports and mails: each format is right, the rest is asked."""
    wrong = {}
    for path in sorted(path for path in samples.rglob("*") if path.is_file()):
        found = _recognised(path)
        if found not in _EXPECTED.get(path.suffix, {"?"}):
            wrong[str(path.relative_to(samples))] = found
    assert not wrong


_EXPECTED = {
    ".mbox": {"mbox"},
    ".eml": {"eml"},
    ".txt": {"whatsapp-text", "mbox", "?"},
    ".json": {"telegram-json", "messenger-json", "?"},
}
"""What real samples of these names are; of texts and JSON the tests of the formats say which."""
