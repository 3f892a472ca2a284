"""Sorting rules as data: which words, people, titles and times speak for which class.

A rule is one table of a TOML 1.0 file of ``config/rules`` (or of a ministry's own folder beside
it), named by its code; ``docs/sorting-evidence.md`` describes the fields. Every kind of condition
that a rule names must fit, and of each kind one suffices. A rule counts for episodes that began in
its period. ``decide.toml`` is no rule: it holds the weights at which evidence counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from archiver import configuration
from archiver.classify.rule import Confirmation, Decide, Rule
from archiver.classify.rule_faults import clashes, faults
from archiver.classify.terms import Term, Terms
from archiver.errors import ArchiveError, ExitCode
from archiver.model import Finding

VERSION: Final = 1
"""Of how rules are read and weighed; raised when the same files would judge otherwise."""

_DECIDE: Final = "decide.toml"

_Kind = TypeVar("_Kind")


class FaultyRules(ArchiveError):
    """Nothing is sorted, since the sorting rules have errors. The first: {first}"""

    exit_code = ExitCode.PRECONDITION

    def __init__(self, *, first: str, findings: tuple[Finding, ...]) -> None:
        """Keep all findings beside the sentence of the first."""
        super().__init__(first=first)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Rules:
    """A set of rules, ready to be used; `version` names exactly these.

    `wordless` are the places of the rules that ask for no word of the text or the title.
    """

    rules: tuple[Rule, ...]
    decide: Decide
    version: str
    terms: Terms
    titles: Terms
    wordless: tuple[int, ...]
    confirmed: tuple[Confirmation, ...] = ()

    def confirm(self, confirmations: Iterable[Confirmation]) -> Rules:
        """Give the same rules with those confirmations that fit them as they are now."""
        digests = {one.code: one.digest for one in self.rules}
        fitting = (one for one in confirmations if digests.get(one.code) == one.digest)
        return replace(self, confirmed=tuple(fitting))

    def confirmation(self, code: str) -> Confirmation | None:
        """Give who confirmed a rule, if anyone did."""
        return next((one for one in self.confirmed if one.code == code), None)


def load(*folders: Path) -> Rules:
    """Read the rules of some folders, by default the shipped one; a later folder adds to them.

    Raises:
        FaultyRules: A file has an error; `findings` names each with file, rule and reason.
    """
    read = [_read(path) for path in _files(folders or (configuration.folder() / "rules",))]
    rules = [one for file in read for one in file.rules]
    decide = [file.decide for file in read if file.decide]
    findings = [one for file in read for one in file.findings] + list(clashes(rules))
    if not decide and not findings:
        findings.append(Finding("E-S101", {"file": _DECIDE, "reason": "not there"}))
    if findings:
        raise _faulty(tuple(findings))
    return prepare(tuple(one for _, one in rules), decide[-1])


def prepare(rules: tuple[Rule, ...], decide: Decide) -> Rules:
    """Make rules ready to be used."""
    digests = "".join(sorted(one.digest for one in rules))
    whole = msgspec.json.encode(decide, order="sorted") + digests.encode()
    version = f"{VERSION} {sha256(whole).hexdigest()[:12]}"
    wordless = tuple(at for at, one in enumerate(rules) if not (one.words or one.titles))
    text, title = Terms(_in_text(rules)), Terms(_in_title(rules))
    return Rules(rules, decide, version, text, title, wordless)


def _in_text(rules: tuple[Rule, ...]) -> Iterator[Term]:
    for place, rule in enumerate(rules):
        yield from (Term(place, text) for text in rule.words)
        yield from (Term(place, text, excuses=True) for text in rule.unless)


def _in_title(rules: tuple[Rule, ...]) -> Iterator[Term]:
    for place, rule in enumerate(rules):
        yield from (Term(place, text) for text in rule.titles)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one file holds; every rule with the name of the file."""

    rules: tuple[tuple[str, Rule], ...] = ()
    decide: Decide | None = None
    findings: tuple[Finding, ...] = ()


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.glob("*.toml"))


def _read(path: Path) -> _Read:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return _Read(findings=(Finding("E-S101", {"file": path.name, "reason": str(error)}),))
    if path.name == _DECIDE:
        decide = _convert(path.name, "-", raw, Decide)
        return _Read(findings=(decide,)) if isinstance(decide, Finding) else _Read(decide=decide)
    read = [_rule(path.name, code, table) for code, table in raw.items()]
    rules = [one for one in read if isinstance(one, Rule)]
    findings = [one for one in read if isinstance(one, Finding)]
    findings += [finding for rule in rules for finding in faults(path.name, rule)]
    return _Read(tuple((path.name, one) for one in rules), None, tuple(findings))


def _rule(file: str, code: str, table: Any) -> Rule | Finding:
    if not isinstance(table, dict):
        table = {code: table}  # a field outside any table: named as a rule without fields
    days = {name: str(table[name]) for name in ("valid_from", "valid_until") if name in table}
    return _convert(file, code, {**table, **days, "code": code}, Rule)


def _convert(file: str, code: str, table: Any, kind: type[_Kind]) -> _Kind | Finding:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        values: dict[str, str | int] = {
            "file": file, "rule": code, "field": place.strip("`$.") or "-", "reason": reason,
        }  # fmt: skip
        return Finding("E-S102", values)


def _faulty(findings: tuple[Finding, ...]) -> FaultyRules:
    from archiver.wording import describe

    return FaultyRules(first=describe(findings[0].code, findings[0].values), findings=findings)
