"""The pages that follow from the code say what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from archiver.settings import TABLE, load

_ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def _generate(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_ROOT / "docs/generate.py"), *words],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_generated_pages_are_up_to_date() -> None:
    """Commands, exit codes, findings and settings are described as they are."""
    checked = _generate("--check")

    assert checked.returncode == 0, checked.stderr
    assert _generate("--chek").returncode == ExitCode.USAGE


def test_the_settings_file_that_ships_changes_nothing() -> None:
    """Every line shows a default; with the marks of comment taken away it says the same."""
    text = (_ROOT / "config/archive.toml").read_text("utf-8")
    values = re.sub(r"^# ([a-z_0-9]+ = .*)$", r"\1", text, flags=re.MULTILINE)

    assert _flat(tomllib.loads(text)) == {}
    assert _flat(tomllib.loads(values)) == {one.name: one.default for one in TABLE}


def test_the_settings_file_that_ships_can_be_used(tmp_path: Path) -> None:
    """The program reads it, and all values stay the defaults."""
    path = tmp_path / "archive.toml"
    path.write_bytes((_ROOT / "config/archive.toml").read_bytes())
    found = load({}, {"CHATARCHIEF_CONFIG": str(path)})

    assert [one.value for one in found] == [one.default for one in TABLE]


@pytest.mark.parametrize(
    "page", [path.relative_to(_ROOT) for path in (_ROOT / "README.md", *_ROOT.glob("docs/**/*.md"))]
)
def test_what_a_page_leads_to_exists(page: Path) -> None:
    """Every link to a file of the project leads somewhere."""
    found = _LINK.findall((_ROOT / page).read_text("utf-8"))

    assert [link for link in found if not (_ROOT / page).parent.joinpath(link).exists()] == []


def test_the_map_of_controls_names_tests_and_pages_that_exist() -> None:
    """A control is shown by something that can be looked at."""
    text = (_ROOT / "docs/controls.md").read_text("utf-8")
    named = set(re.findall(r"`((?:tests|archiver|config|docs|retention)/[\w./-]+)`", text))

    assert named
    assert sorted(path for path in named if not (_ROOT / path).exists()) == []


def _flat(table: dict[str, object], above: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in table.items():
        found |= (
            _flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
        )
    return found
