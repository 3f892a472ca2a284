"""Dutch means Dutch: what a command shows a person in Dutch has no word of English in it."""

from __future__ import annotations

import ast
import getpass
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import archiver
import retention
from archiver import configuration
from archiver.language import catalogue, use
from archiver.pipeline.formats import FORMATS
from archiver.register.bases import bases, purposes
from tests.ministry import Ministry, Ran
from tests.test_walkthrough import SETTINGS, STEPS
from tests.walkthrough import exports
from tests.walkthrough.story import Step, Story, steps
from tests.wide import spoken

_TOKEN = re.compile(r"[^\s,;=()\"“”«»'|]+")
_WORD = re.compile(r"[a-z]{2,}(?:[_-][a-z]+)*")
_FIELD = re.compile(r"\{[^{}]*\}")
_DATA = "functions.toml", "legal-bases.toml", "selection-lists/voorbeeld-2025.toml"
_FINDING = re.compile(r"\s*(?:\S+\s+)?[EW]-[A-Z]\d{3}\b")
_NO_WORD = re.compile(r"\bchatarchief .*|(?<!\S)--[a-z-]+")

_UTC = re.compile(r"\dT\d\d:\d\d(:[\d.]+)?(Z|\+00:00)")
_LOCAL = re.compile(r"\dT\d\d:\d\d(:[\d.]+)?\+0[12]:00")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line that a step shows, and what in it is English."""

    words: str
    line: str
    english: tuple[str, ...]


_ACTS = """```console
$ chatarchief officer add --login ilse --role woo-jurist --role security-officer
ilse$ chatarchief case open --kind woo --reference "Woo 2026-9" --requester "De Voorbeeldkrant" \\
    --received 2026-09-01 --scope "de veerdienst" --query Ommen --question "1: wat is er besloten"
case  {CASE}
ilse$ chatarchief case search {CASE} Ommen
search  {SEARCH}
ilse$ chatarchief case take {CASE} {SEARCH} --context 1
ilse$ chatarchief case judge {CASE} {RECORD} --as withheld --ground 5.1.2e --reason "een adres"
ilse$ chatarchief case view add {CASE} --party "Bakkerij Kruim" --records {RECORD} --to view
ilse$ chatarchief case system {CASE} --name archiefmap --not --reason "leeg"
ilse$ chatarchief case pseudonym {CASE} --person "Idris Bakkali"
$ chatarchief conversations
{TALK}  Overleg stikstof  …
$ chatarchief hold list
{HOLD}  temporary-instruction  …
```"""
_LISTS = """```console
$ chatarchief differences {TALK}
$ chatarchief hold show {HOLD}
$ chatarchief hold letters {HOLD} --to letters
omar$ chatarchief sort next --account {NIENKE_PRIVATE}
omar$ chatarchief sort run --dry-run
omar$ chatarchief sort sample --account {NIENKE_PRIVATE}
$ chatarchief retention show {RECORD}
$ chatarchief retention appraise --dry-run
[exit 1]
$ chatarchief delivery withdraw {LOTTE_DELIVERY} --reason "per ongeluk" --dry-run
[exit 5]
$ chatarchief register import persons.csv --dry-run
[exit 2]
$ chatarchief reconcile --all --dry-run
$ chatarchief contact list --person "Daan Elzinga"
$ chatarchief person show "Daan Elzinga"
$ chatarchief search Ommen --limit 3
$ chatarchief account add --person X
[exit 2]
ilse$ chatarchief case judged {CASE}
ilse$ chatarchief case show {CASE}
ilse$ chatarchief case list
[exit 1]
ilse$ chatarchief case replay {CASE}
ilse$ chatarchief case contradictions {CASE}
ilse$ chatarchief case view list {CASE}
ilse$ chatarchief produce list
ilse$ chatarchief marking list
ilse$ chatarchief marking count
$ chatarchief status
$ chatarchief doctor
[exit 1]
$ chatarchief findings --all
[exit 1]
$ chatarchief delivery list
$ chatarchief delivery show {LOTTE_DELIVERY}
$ chatarchief account show {DAAN_WHATSAPP}
$ chatarchief device list
$ chatarchief officer list
$ chatarchief function list
$ chatarchief person list
$ chatarchief contact list
$ chatarchief basis kinds
$ chatarchief basis list --account {BRAM_PRIVATE}
$ chatarchief register facts
$ chatarchief register cabinets
$ chatarchief session list
$ chatarchief session show {SESSION}
$ chatarchief mapping try mapping.toml dienstbericht/berichten.csv
$ chatarchief conversations
$ chatarchief show {RECORD} --context 2
$ chatarchief coverage
$ chatarchief sort list
$ chatarchief sort report
$ chatarchief sort exclude {RECORD} --account {JAN_WHATSAPP} --reason "een privézaak"
[exit 2]
$ chatarchief account show aaaaaaaaaaa
[exit 2]
pia$ chatarchief sort list
[exit 4]
$ chatarchief retention lists
$ chatarchief retention calendar
$ chatarchief hold list
$ chatarchief dispose list
$ chatarchief dispose show {PROPOSAL}
$ chatarchief key check
[exit 1]
$ chatarchief verify --full
$ chatarchief backup elsewhere
```"""
"""What the walkthrough does not show. `register kinds` and `settings` are lists of what one types,
and stay as they are."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Shown]]:
    """Run the walkthrough and the rest; each step first speaks wide Dutch, on a copy."""
    place = tmp_path_factory.mktemp("dutch")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        yield list(_told(place))
    use("en")


def _told(place: Path) -> Iterator[Shown]:
    folder, shadow = place / "walkthrough", place / "shadow"
    folder.mkdir()
    exports.write(folder)
    called = _called(folder)
    story = Story(Ministry(folder, settings=SETTINGS))
    for step in (*STEPS, *steps(_ACTS)):
        shutil.copytree(folder, shadow)
        os.chdir(shadow)
        with spoken():
            ran = Story(Ministry(shadow, settings=SETTINGS), story.names).run(step, "--lang", "nl")
        yield from _shown(step, ran, called)
        os.chdir(folder)
        shutil.rmtree(shadow)
        story.tell(step)
    for step in steps(_LISTS):
        with spoken():
            ran = story.run(step, "--lang", "nl")
        assert ran.code == step.code, (step.words, ran.out, ran.err)
        yield from _shown(step, ran, called)


def _shown(step: Step, ran: Ran, called: frozenset[str]) -> Iterator[Shown]:
    for line in f"{ran.out}{ran.err}".splitlines():
        yield Shown(step.words, line, tuple(_english(line, called)))


def test_no_command_shows_english_in_dutch(told: list[Shown]) -> None:
    """Whatever the walkthrough shows, and the lists after it, has no word that is only English."""
    assert [one for one in told if one.english] == []


def test_no_command_shows_a_time_of_another_zone(told: list[Shown]) -> None:
    """Every time that is shown has the offset of the zone that is set, never that of UTC."""
    assert [one for one in told if _UTC.search(one.line) and not _FINDING.match(one.line)] == []
    assert sum(bool(_LOCAL.search(one.line)) for one in told) > 100


def test_english_is_noticed() -> None:
    """A key, a code, a heading and a sentence that nobody translated are each an English word."""
    for line in (
        "proof.holds  ｊａ",
        "ｓｔａａｔ  sealed",
        "Since",
        "Ｒｅｄｅｎ: not kept elsewhere",
    ):
        assert list(_english(line, frozenset()))


def _called(folder: Path) -> frozenset[str]:
    """Give the words in what people and files are called."""
    names = [path.stem for path in folder.rglob("*")]
    people = (folder / "persons.csv").read_text("utf-8").splitlines()[1:]
    return frozenset(_words((*names, *people)))


def _english(line: str, called: frozenset[str]) -> Iterator[str]:
    """Give the English words of a line; what a finding quotes, a command and an option are none."""
    if _FINDING.match(line):
        return
    for token in _TOKEN.findall(_NO_WORD.sub("", line)):
        word = token.strip(".:-…?!*<>[]")
        parts = set(word.lower().split("."))
        found = (parts & _only_english()) - called
        whole = found == parts or not word.isascii()
        if found and whole and not Path(word).exists():
            yield word


@cache
def _only_english() -> frozenset[str]:
    """Give the keys, the codes, and the words of the program that no Dutch sentence has.

    What a service, a format, a basis or a purpose is called is a name in every
    language; so is that of the stemmer for Dutch.
    """
    tables = configuration.read("labels/nl/names.toml"), *_codes().values()
    said = {(str(code), str(word)) for table in tables for code, word in table.items()}
    english = _words(catalogue("nl")) | _constants()
    dutch = _words(catalogue("nl").values()) | _words(map(_text, _DATA))
    names = {form.name for form in FORMATS} | {form.service for form in FORMATS}
    names |= (
        {"dutch", getpass.getuser()}
        | bases().keys()
        | purposes().keys()
        | {code for code, word in said if code == word.lower()}
    )
    return frozenset((english - dutch | {code for code, _ in said}) - names)


def _codes() -> dict[str, dict[str, str]]:
    return configuration.read("labels/nl/codes.toml")


def _text(name: str) -> str:
    return (configuration.folder() / name).read_text("utf-8")


def _constants() -> set[str]:
    """Give every word in the source that could be a key or a code."""
    return {
        node.value
        for package in (archiver, retention)
        for path in Path(package.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _WORD.fullmatch(node.value)
    }


def _words(sentences: Iterable[str]) -> set[str]:
    found = (re.findall(r"[A-Za-z]{2,}", _FIELD.sub("", sentence)) for sentence in sentences)
    return {word.lower() for words in found for word in words}
