"""Selection lists as dated data: which categories there are, and how long each is kept.

A list is one TOML 1.0 file of ``config/selection-lists`` (or of the folder that the setting
``retention.lists`` names), with the fields of Archiefbesluit 1995 art. 5 and MDTO 1.0.1: a category
has an appraisal B (kept for good), V (destroyed after its term) or N (not settled, never
destroyed); a term is an ISO 8601 duration of whole years, months, weeks and days and belongs to V
alone. Several versions of a list stand side by side; the date of a message chooses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from archiver import configuration
from archiver.errors import ArchiveError, ExitCode
from archiver.model import Finding
from retention.duration import Duration, duration

EXAMPLE = "example"
LONGEST_YEARS = 20
"""Archiefbesluit 1995 art. 5 lid 2 with Archiefwet art. 5: a list holds for twenty years."""


class FaultyList(ArchiveError):
    """Nothing is appraised, since the selection lists have errors. The first: {first}"""

    exit_code = ExitCode.PRECONDITION


class Appraisal(StrEnum):
    """What is to become of a record: kept for good, destroyed after a term, not settled."""

    KEEP = "B"
    DESTROY = "V"
    UNSETTLED = "N"


class Trigger(StrEnum):
    """What a term runs from; that of a case begins only where an officer says which case it is."""

    MESSAGE = "message"
    FUNCTION_END = "function-end"
    CONVERSATION_END = "conversation-end"
    CASE_END = "case-end"


class Category(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One category of a list.

    `functions` are the codes of ``config/functions.toml`` whose holders' messages belong to it;
    one without any is only for conversations that an officer assigns. `exemptions` are the criteria
    for keeping a record all the same (Archiefbesluit art. 5 lid 1 onder e).
    """

    number: str
    title: str
    process: str
    appraisal: Appraisal
    ground: str
    term: str = ""
    trigger: Trigger | None = None
    description: str = ""
    explanation: str = ""
    functions: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()

    @property
    def duration(self) -> Duration:
        """The term; of B and N no time at all."""
        return duration(self.term) if self.term else Duration()


class SelectionList(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One version of a list, from its first to its last day in force.

    `reference` is where it was published (Stcrt. or BWBR number). `example` says that it is
    invented: nothing is ever destroyed on its ground, unless a setting lets examples count.
    """

    name: str
    version: str
    reference: str
    valid_from: str
    valid_until: str
    category: tuple[Category, ...]
    example: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 over its canonical JSON."""
        return sha256(msgspec.json.encode(self, order="sorted")).hexdigest()

    def find(self, number: str) -> Category | None:
        """Give a category by its number."""
        return next((one for one in self.category if one.number == number), None)


class Lists(Struct, frozen=True):
    """All lists, oldest version first, and what is wrong with their files."""

    lists: tuple[SelectionList, ...]
    findings: tuple[Finding, ...]

    def counting(self, *, examples: bool) -> tuple[SelectionList, ...]:
        """Give the lists that records are appraised by.

        Raises:
            FaultyList: A file has an error.
        """
        from archiver.wording import describe

        wrong = [one for one in self.findings if one.code.startswith("E")]
        if wrong:
            raise FaultyList(first=describe(wrong[0].code, wrong[0].values))
        return tuple(one for one in self.lists if examples or not one.example)


def load(folder: Path | None = None, functions: Collection[str] = ()) -> Lists:
    """Read all lists of a folder, by default the shipped one; every error is a finding.

    `functions` are the codes that a category may name.
    """
    folder = folder or configuration.folder() / "selection-lists"
    lists: list[tuple[str, SelectionList]] = []
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.toml")):
        read = _read(path)
        if isinstance(read, Finding):
            findings.append(read)
            continue
        findings += _wrong_in(path.name, read, functions)
        lists.append((path.name, read))
    lists.sort(key=lambda one: (one[1].name, one[1].valid_from))
    return Lists(tuple(one for _, one in lists), (*findings, *_clashes(lists)))


def _read(path: Path) -> SelectionList | Finding:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return Finding("E-T021", {"file": path.name, "reason": str(error)})
    try:
        return msgspec.convert(_plain(raw), SelectionList)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        values: dict[str, str | int] = {
            "file": path.name, "place": place.strip("`$.") or "list", "reason": reason,
        }  # fmt: skip
        return Finding("E-T022", values)


def _plain(value: Any) -> Any:
    """Write TOML's days as text."""
    match value:
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
        case _:
            return value


def _wrong_in(file: str, found: SelectionList, functions: Collection[str]) -> Iterator[Finding]:
    yield from _wrong_days(file, found)
    numbers = [one.number for one in found.category]
    for number, one in zip(numbers, found.category, strict=True):
        at: dict[str, str | int] = {"file": file, "category": number}
        if numbers.count(number) > 1:
            yield Finding("E-T027", at)
        yield from _wrong_term(at, one)
        for code in one.functions:
            if functions and code not in functions:
                yield Finding("E-T028", {**at, "function": code})


def _wrong_days(file: str, found: SelectionList) -> Iterator[Finding]:
    at: dict[str, str | int] = {
        "file": file, "since": found.valid_from, "until": found.valid_until,
    }  # fmt: skip
    try:
        since, until = map(date.fromisoformat, (found.valid_from, found.valid_until))
    except ValueError:
        yield Finding("E-T025", at)
        return
    if until < since:
        yield Finding("E-T025", at)
    elif until.year - since.year > LONGEST_YEARS:
        yield Finding("W-T021", {**at, "years": LONGEST_YEARS})


def _wrong_term(at: dict[str, str | int], one: Category) -> Iterator[Finding]:
    appraisal = {**at, "appraisal": str(one.appraisal)}
    if one.appraisal is not Appraisal.DESTROY:
        if one.term or one.trigger:
            yield Finding("E-T023", appraisal)
        return
    if not one.term or one.trigger is None:
        yield Finding("E-T024", appraisal)
    try:
        if one.term and not one.duration:
            yield Finding("E-T026", {**at, "term": one.term})
    except ValueError:
        yield Finding("E-T026", {**at, "term": one.term})


def _clashes(lists: Sequence[tuple[str, SelectionList]]) -> Iterator[Finding]:
    """Name versions of one list that hold on the same day."""
    for (first, one), (second, two) in pairwise(lists):
        if one.name == two.name and two.valid_from <= one.valid_until:
            yield Finding("E-T029", {"file": second, "other": first, "name": one.name})
