"""What can be wrong with a sorting rule that reads well: each fault a finding with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from archiver.classify.episode import Outcome
from archiver.classify.moments import is_moment
from archiver.classify.rule import Rule
from archiver.classify.terms import words
from archiver.model import Finding

LEAST_LETTERS: Final = 3
"""Letters that must stand beside a star: fewer would fit half the language."""

HEAVIEST: Final = 3.0


def faults(file: str, rule: Rule) -> Iterator[Finding]:
    """Find what is wrong with one rule of a file."""
    at: dict[str, str | int] = {"file": file, "rule": rule.code}
    if rule.suggests is Outcome.UNDECIDED or not (rule.en.strip() and rule.nl.strip()):
        yield Finding("E-S103", at)
    if not (0 < rule.weight <= HEAVIEST and rule.weight <= rule.most <= HEAVIEST):
        yield Finding("E-S104", {**at, "heaviest": str(HEAVIEST)})
    if not _conditions(rule) or (rule.unless and not rule.words):
        yield Finding("E-S105", at)
    for term in (*rule.words, *rule.unless, *rule.titles):
        if not _is_term(term):
            yield Finding("E-S106", {**at, "term": term, "least": LEAST_LETTERS})
    for name in (*rule.senders, *rule.domains):
        if len(name.strip("* ")) < LEAST_LETTERS:
            yield Finding("E-S106", {**at, "term": name, "least": LEAST_LETTERS})
    for moment in rule.times:
        if not is_moment(moment):
            yield Finding("E-S107", {**at, "time": moment})
    if not _is_period(rule):
        yield Finding("E-S108", {**at, "since": rule.valid_from, "until": rule.valid_until})


def clashes(rules: Sequence[tuple[str, Rule]]) -> Iterator[Finding]:
    """Find the codes that two rules have, each rule given with its file."""
    seen: dict[str, str] = {}
    for file, rule in rules:
        if rule.code in seen:
            values: dict[str, str | int] = {
                "file": file, "rule": rule.code, "other": seen[rule.code],
            }  # fmt: skip
            yield Finding("E-S109", values)
        seen[rule.code] = file


def _conditions(rule: Rule) -> tuple[str, ...]:
    return (*rule.words, *rule.senders, *rule.domains, *rule.titles, *rule.times)


def _is_term(term: str) -> bool:
    """Whether every word of a term is one word, with a star at an end at most."""
    parts = term.split()
    return bool(parts) and all(map(_is_part, parts))


def _is_part(part: str) -> bool:
    bare = part.strip("*")
    return words(bare) == [bare] and ("*" not in part or len(bare) >= LEAST_LETTERS)


def _is_period(rule: Rule) -> bool:
    try:
        since = date.fromisoformat(rule.valid_from)
        return not rule.valid_until or since <= date.fromisoformat(rule.valid_until)
    except ValueError:
        return False
