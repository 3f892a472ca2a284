"""The language catalogue: every sentence has its Dutch, and nothing in it is left over."""

from __future__ import annotations

import ast
import pkgutil
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import archiver
import retention
from archiver import configuration
from archiver.commands import program
from archiver.commands.frame import sentences
from archiver.errors import ArchiveError, NoArchive
from archiver.language import SOURCE, UnknownLanguage, catalogue, current, say, use

DUTCH = configuration.folder() / "language" / "nl"
PACKAGES = (archiver, retention)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    before = current()
    yield
    use(before)


def test_dutch_is_spoken_when_asked_for() -> None:
    """A sentence is shown in the chosen language, with the same values in it."""
    error = NoArchive(path="/mnt/archief")
    assert say(error.sentence, **error.fields) == "There is no archive at /mnt/archief."
    use("nl")
    assert current() == "nl"
    assert say(error.sentence, **error.fields) == "Er is geen archief in /mnt/archief."


def test_what_has_no_dutch_is_shown_in_english() -> None:
    """A sentence that is missing in the catalogue is still shown."""
    use("nl")
    assert say("Nobody translated {this}.", this="me") == "Nobody translated me."


def test_an_unknown_language_is_refused() -> None:
    """A language without a catalogue is refused by name, and the old one stays."""
    with pytest.raises(UnknownLanguage, match="There is no language fy; choose one of nl, en"):
        use("fy")
    assert current() == SOURCE


def test_every_sentence_has_its_dutch() -> None:
    """No error, no message and no help text lacks its Dutch translation."""
    assert sorted(_required() - catalogue("nl").keys()) == []


def test_no_translation_is_left_over() -> None:
    """Every Dutch sentence belongs to a sentence that the program can still say."""
    assert sorted(catalogue("nl").keys() - _required() - _constants()) == []


def test_a_translation_names_the_same_fields() -> None:
    """A Dutch sentence shows exactly the values that its English one shows."""
    differing = [
        sentence
        for sentence, dutch in catalogue("nl").items()
        if _fields(sentence) != _fields(dutch)
    ]
    assert differing == []


def test_a_sentence_is_translated_in_one_way() -> None:
    """No two catalogue files give the same sentence a different translation."""
    seen: dict[str, str] = {}
    for file in sorted(DUTCH.glob("*.toml")):
        for sentence, dutch in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
            assert seen.setdefault(sentence, dutch) == dutch, f"{file.name}: {sentence}"
    assert seen == catalogue("nl")


def test_fields_are_never_pasted_into_a_sentence() -> None:
    """Every sentence that is said stands in the source as it stands in the catalogue."""
    pasted = [
        f"{path.name}:{call.lineno}"
        for path, call in _calls()
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert pasted == []


def test_tables_in_a_catalogue_only_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue file may group its sentences in tables; the names of tables mean nothing."""
    file = tmp_path / "language" / "nl" / "grouped.toml"
    file.parent.mkdir(parents=True)
    file.write_text('"Yes." = "Ja."\n[more]\n"No." = "Nee."\n', encoding="utf-8")
    monkeypatch.setattr(configuration, "folder", lambda: tmp_path)
    assert catalogue.__wrapped__("nl") == {"Yes.": "Ja.", "No.": "Nee."}


def test_the_shipped_data_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package reads the data that it brought, a source tree its own."""
    assert configuration.folder().name == "config"
    (tmp_path / "_config").mkdir()
    monkeypatch.setattr(configuration, "__file__", str(tmp_path / "configuration.py"))
    assert configuration.folder() == tmp_path / "_config"


# -- what the program can say ---------------------------------------------------------------------


def _required() -> set[str]:
    """Collect the sentences that must have their Dutch; those of fields alone need none."""
    said = (
        call.args[0].value
        for _, call in _calls()
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    )
    errors = (kind.__new__(kind).sentence for kind in _errors())
    return {sentence for sentence in (*said, *errors, *sentences(program)) if _has_words(sentence)}


def _errors() -> Iterator[type[ArchiveError]]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found = [ArchiveError]
    while found:
        kind = found.pop()
        found += kind.__subclasses__()
        if kind.__module__.split(".")[0] in ("archiver", "retention"):
            yield kind


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    """Find every call of `say` and of `_`, the mark of a sentence that is said elsewhere."""
    for path, node in _nodes():
        if isinstance(node, ast.Call) and node.args and _name(node.func) in ("say", "_"):
            yield path, node


def _constants() -> set[str]:
    """Collect every text in the source: a table may hold sentences that are said from there."""
    return {
        " ".join(node.value.split())
        for _, node in _nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _nodes() -> tuple[tuple[Path, ast.expr], ...]:
    """Find the calls and constants of the whole source, once for all tests."""
    return tuple(
        (path, node)
        for package in PACKAGES
        for path in sorted(Path(package.__path__[0]).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call | ast.Constant)
    )


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def _has_words(sentence: str) -> bool:
    return any(any(map(str.isalpha, text)) for text, _, _, _ in string.Formatter().parse(sentence))


def _flat(table: dict[str, object]) -> Iterator[tuple[str, str]]:
    for sentence, dutch in table.items():
        if isinstance(dutch, dict):
            yield from _flat(dutch)
        else:
            yield sentence, str(dutch)
