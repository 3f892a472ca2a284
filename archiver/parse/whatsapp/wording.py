"""The words WhatsApp itself writes, per language, read from ``config/wordings/whatsapp-*.toml``.

A language is a file, so that a new wording needs no new code. The files explain their own signs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from msgspec import Struct

INVISIBLE = "\ufeff\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HEAD = 4
"""Characters by which a text that may be WhatsApp's own is told from the others."""

_MARKS = f"[{INVISIBLE}]*"
_SPACE = f"{_MARKS}[ \u00a0\u2009\u202f]{_MARKS}"
_QUOTE = f'{_MARKS}["“”„«»]?{_MARKS}'
_PART = re.compile(r"\{(?P<field>\w+)\}|(?P<quote>\")|(?P<space> )|(?P<literal>[^{\" ]+)")
_WORD = re.compile(r"[^\W\d_]+")
_TOUCHED = re.compile(r"[^\W\d_]*\{\w+\}[^\W\d_]*")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_LONGEST = 600
# A name never holds a colon: these fields end where a sender would.
_NAME = "[^:\n]+?"
_LENGTH = r"[0-9]{1,3} ?[^\W\d_]{1,12}"
_FIELDS = {
    "actor": _NAME,
    "object": _NAME,
    "url": r"https?://\S+",
    "length": f"{_LENGTH}(?: {_LENGTH})?",
    "count": "[0-9]{1,4}",
}


class Template(Struct, frozen=True):
    """One wording: its code and marks, its words, its rank among the others."""

    type: str
    marks: tuple[str, ...]
    form: str
    rank: int
    tail: bool


Templates = Mapping[str, tuple[Template, ...]]
"""Wordings by a word that must occur in the text, which spares most regular expressions."""


class Wording(Struct, frozen=True):
    """All languages together; calls are events as well, `options` lines of a poll.

    `heads` are the first characters of texts worth a closer look.
    """

    selves: frozenset[str]
    signs: tuple[tuple[str, str], ...]
    titles: Templates
    whole: Templates
    line: Templates
    tail: Templates
    options: Templates
    calls: Templates
    events: Templates
    heads: frozenset[str]


@cache
def wording() -> Wording:
    """Read the wordings of every language, once a process."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in _files()]
    phrases = [phrase for table in tables for phrase in table["phrase"]]
    whole = _templates(phrase for phrase in phrases if phrase["where"] == "all")
    line = _templates(phrase for phrase in phrases if phrase["where"] == "line")
    calls = [call for table in tables for call in table["call"]]
    events = [event for table in tables for event in table["event"]]
    return Wording(
        selves=frozenset(word.casefold() for table in tables for word in table["self"]),
        signs=tuple((sign, table["language"]) for table in tables for sign in table["signs"]),
        titles=_templates({"forms": table["titles"]} for table in tables),
        whole=whole,
        line=line,
        options=_templates(option for table in tables for option in table.get("option", ())),
        tail=_templates((p for p in phrases if p["where"] == "tail"), tail=True),
        calls=_templates(calls),
        events=_templates((*calls, *events)),
        heads=frozenset(_heads((whole, line, _templates(calls)))),
    )


def find(templates: Templates, text: str) -> tuple[Template, re.Match[str]] | None:
    """Find the first template that fits the text; WhatsApp's own sentences are short."""
    if len(text) > _LONGEST:
        return None
    words = _words(text)
    if templates.keys().isdisjoint(words):
        return None
    possible = [each for word in words if word in templates for each in templates[word]]
    for template in sorted(possible, key=_rank):
        found = _compiled(template.form, template.tail).search(text)
        if found is not None:
            return template, found
    return None


def fields(found: re.Match[str]) -> dict[str, str]:
    """Give what stands in the fields of a template, as the source writes it."""
    named = found.groupdict().items()
    return {name: value for name, value in named if value and name != "rest"}


@lru_cache(maxsize=8)
def _words(text: str) -> list[str]:
    """Give the words of a text, which is asked several times in a row for one text."""
    return _WORD.findall(text)


def _files() -> list[Path]:
    package = Path(__file__).parents[2]
    shipped = package / "_config" / "wordings"
    folder = shipped if shipped.is_dir() else package.parent / "config" / "wordings"
    return sorted(folder.glob("whatsapp-*.toml"))


def _templates(tables: Iterable[Mapping[str, Any]], *, tail: bool = False) -> Templates:
    grouped: dict[str, list[Template]] = {}
    written = ((table, form) for table in tables for form in table["forms"])
    forms = ((table, each) for table, form in written for each in _choices(form))
    for rank, (table, form) in enumerate(forms):
        marks = tuple(table.get("marks", ()))
        template = Template(table.get("type", ""), marks, form, rank, tail)
        grouped.setdefault(_word(form), []).append(template)
    return {word: tuple(those) for word, those in grouped.items()}


def _rank(template: Template) -> int:
    return template.rank


def _choices(form: str) -> Iterator[str]:
    """Write out every ``[a|b]`` of a form, in order."""
    pieces = _CHOICE.split(form)
    options = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    return ("".join(parts) for parts in product(*options))


def _word(form: str) -> str:
    """Choose the longest word; one that a field touches may be part of a longer one."""
    words: list[str] = _WORD.findall(_TOUCHED.sub(" ", form))
    return max(words, key=len)


def _heads(groups: Iterable[Templates]) -> Iterator[str]:
    forms = (each.form for group in groups for those in group.values() for each in those)
    starts = (form.partition("{")[0] for form in forms)
    return (start[:HEAD] for start in starts if len(start) >= HEAD)


@cache
def _compiled(form: str, tail: bool) -> re.Pattern[str]:
    parts = "".join(_expression(part) for part in _PART.finditer(form))
    begin = _MARKS if tail else f"\\A{_MARKS}"
    return re.compile(f"{begin}{parts}{_MARKS}\\.?{_MARKS}\\Z")


def _expression(part: re.Match[str]) -> str:
    if part["field"]:
        inside = _FIELDS.get(part["field"], "[^\n]+?")
        return f"(?P<{part['field']}>{inside})"
    if part["quote"]:
        return _QUOTE
    return _SPACE if part["space"] else re.escape(part["literal"])
