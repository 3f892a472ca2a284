"""Find markings of classified information in a text: Stg., Dep.V., NATO, EU and TLP.

The forms are data (``config/markings.toml``), after VIRBI 2013 and 2025, C-M(2002)49, Council
Decision 2013/488/EU and the Traffic Light Protocol. What hides a marking by accident or on purpose
(blanks, hyphens, line breaks, invisible characters, wide letters, a zero for an o) does not hide it
here; talk about secrets is no marking. Where both cannot be had, a marking that is none is the
lesser harm: an officer clears it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from archiver.classify.level import Level, System
from archiver.classify.plain import Plain, plain
from archiver.classify.suspicion import is_suspect
from archiver.configuration import read


@dataclass(frozen=True, slots=True)
class Marking:
    """One marking in a text: characters `start` to `end`, and what it rests on.

    `reason` is ``written`` (the form itself), ``stamp`` (apart and in capitals), ``label`` (behind
    a word such as Rubricering) or ``portion`` (an abbreviation where a paragraph is marked).
    """

    level: Level
    system: System
    start: int
    end: int
    reason: str


def markings(text: str) -> tuple[Marking, ...]:
    """Give all markings in a text, in their order; they do not overlap."""
    return tuple(markings_of_suspect(text)) if is_suspect(text) else ()


def markings_of_suspect(given: str) -> Iterator[Marking]:
    """Yield the markings in a text that `archiver.classify.suspicion` named."""
    text = plain(given)
    if not _may_hold(text.folded):
        return
    expression, forms = _compiled()
    at = 0
    while match := expression.search(text.folded, at):
        form = forms[int((match.lastgroup or "f0")[1:])]
        reason = form.reason(text, match.start(), match.end())
        if reason:
            yield Marking(
                form.level,
                form.system,
                text.origin(match.start()),
                text.origin(match.end()),
                reason,
            )
        at = match.end() if reason else match.start() + 1


def _may_hold(folded: str) -> bool:
    """Whether there are all letters of a form, or what an abbreviation needs beside it.

    Few texts that are suspect have them, and to make the expression takes long.
    """
    letters = folded.encode("utf-8", "surrogatepass").translate(_ALIKE, _NO_LETTERS)
    return any(form in letters for form in _whole()) or _CONTEXT.search(folded) is not None


# -- what makes a form a marking where it stands ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a marking; the first that fits at a place is asked."""

    words: tuple[str, ...]
    level: Level
    system: System
    only: str
    talk: frozenset[str]

    def reason(self, text: Plain, start: int, end: int) -> str:
        """Say on what a marking at this place rests; empty when it is none."""
        shown = text.shown(start, end)
        if self.only and _LABEL().search(text.folded[max(0, start - _LABEL_REACH) : start]):
            return "label"
        match self.only:
            case "stamp":
                return "stamp" if _is_capital(shown) and _stands_apart(text, start, end) else ""
            case "portion":
                return "portion" if _is_capital(shown) and self._marks(text, start, end) else ""
            case "label":
                return ""
        return "" if self._is_talk(text, shown, end) else "written"

    def _is_talk(self, text: Plain, shown: str, end: int) -> bool:
        after = text.shown(end, end + _AFTER)
        if len(self.words[-1]) == 1:
            return _is_abbreviated_name(shown, after)
        following = re.match(r"[\s\-]{1,3}([a-z]+)", after)
        return not _is_capital(shown) and following is not None and following[1] in self.talk

    def _marks(self, text: Plain, start: int, end: int) -> bool:
        """Whether an abbreviation stands where paragraphs are marked, and speaks of NATO."""
        if _NAMED.search(text.folded[max(0, start - _NAME_REACH) : start]):
            return True
        line_before, line_after = text.line(start, end)
        opened = re.fullmatch(r"\W*[(\[]\W*", line_before) is not None
        closed = re.match(r"\s*[)\]]", line_after) is not None
        alone = not re.search(r"\w", line_before + line_after)
        return ((opened and closed) or alone) and _CONTEXT.search(text.folded) is not None


_LABEL_REACH, _NAME_REACH, _AFTER = 60, 12, 40
_GAP = r"[\W_]{0,6}"
_INNER = r"[\W_]{0,3}"
_APART = r"[\W_]{1,3}"
_TIGHT = "\x01?"
_SHORT = 4
_NAMED = re.compile(r"(?<![a-z])(?:nato|navo|otan)[\W_]{1,3}$")
_CONTEXT = re.compile(r"(?<![a-z])(?:nato|navo|otan|rubricering|classification)(?![a-z])")
_MINISTRY = re.compile(r"\.?\s*(?:&|d\.|(?:de|het|den|der)\b|en\s+[A-Z]|[A-Z][a-z])")
_PERSON = re.compile(r"\.?\s*(?:[A-Z]\.\s?[A-Z]|(?:van|de|den|der|ten|ter|v\.d\.)\s)")


def _is_capital(shown: str) -> bool:
    return shown.upper() == shown


def _stands_apart(text: Plain, start: int, end: int) -> bool:
    """Whether it is a line of its own, in brackets, or at a line's begin before a stop."""
    before, after = text.line(start, end)
    if not re.search(r"\w", before):
        return re.match(r"\s*(?:$|[\W_]*$|[:|/\u2013\u2014\])]|-\s)", after) is not None
    bracketed = re.search(r"[(\[]\s*$", before) and re.match(r"\s*[)\]]", after)
    return bool(bracketed)


def _is_abbreviated_name(shown: str, after: str) -> bool:
    """Tell a ministry (Dep. v. Justitie) and a foundation (Stg. C. van Dam) from a marking."""
    if not re.search(r"\s", shown):
        return re.match(r"\s*&", after) is not None
    if shown[-1] in "vV":
        lower = shown[-1] == "v"
        found = _MINISTRY.match(after)
        return found is not None and (
            lower or "&" in found[0] or found[0].lstrip().startswith("en")
        )
    return _PERSON.match(after) is not None


# -- the forms as one expression -------------------------------------------------------------------


@cache
def _LABEL() -> re.Pattern[str]:  # noqa: N802 - a constant that is made when it is first needed
    words = "|".join(_written(label.split()) for label in read("markings.toml")["labels"])
    return re.compile(rf"(?<![a-z])(?:{words})[^\w\n]{{1,12}}(?:niveau\W{{1,3}})?$")


@cache
def _whole() -> tuple[bytes, ...]:
    """Give labels, and forms that count without one, as letters without anything between them.

    Of the others an abbreviation may also stand in a text with a name of `_CONTEXT`.
    """
    rest = ("label", "portion")
    forms = {"".join(form.words) for form in _forms() if form.only not in rest}
    labels = {label.replace(" ", "") for label in read("markings.toml")["labels"]}
    return tuple(each.encode() for each in sorted(forms | labels))


@cache
def _compiled() -> tuple[re.Pattern[str], tuple[_Form, ...]]:
    """Put the forms together by their first letters: at most places one look tells that none fits.

    Forms with different first letters never fit at one place, so that their order is kept.
    """
    forms = tuple(sorted(_forms(), key=_first_tried))
    by_letter: dict[str, list[str]] = defaultdict(list)
    for number, form in enumerate(forms):
        first = _letter(form.words[0][0])
        by_letter[first].append(f"(?P<f{number}>{_expression(form.words, but=len(first))})")
    parts = (f"{first}(?:{'|'.join(rests)})" for first, rests in by_letter.items())
    return re.compile(rf"(?<![a-z])(?:{'|'.join(parts)})"), forms


def _forms() -> Iterator[_Form]:
    for entry in read("markings.toml")["marking"]:
        for form in entry["forms"]:
            yield _Form(
                tuple(form.split()),
                Level.of(entry["level"]),
                System(entry["system"]),
                entry.get("only", ""),
                frozenset(entry.get("talk", ())),
            )


def _first_tried(form: _Form) -> int:
    """Longer forms first: of two that begin alike the longer one is what is written."""
    return -len("".join(form.words))


def _expression(words: Sequence[str], *, but: int) -> str:
    """Give the expression of a form without its first letter, which is `but` characters long."""
    end = "(?![a-z0-9])" if len(words[-1]) <= _SHORT else "(?![a-z])"
    spelled = _APART.join(map(_letter, "".join(words)))
    return rf"(?:{_written(words)[but:]}|{spelled[but:]}){end}"


def _written(words: Sequence[str]) -> str:
    return _GAP.join(
        (_INNER if len(word) > _SHORT else _TIGHT).join(map(_letter, word)) for word in words
    )


def _letter(letter: str) -> str:
    return _LOOKALIKE.get(letter, letter)


_LOOKALIKE = {"o": "[o0]", "i": "[i1]", "e": "[e3]"}
_ALIKE = bytes.maketrans(b"013", b"oie")
_NO_LETTERS = bytes(byte for byte in range(256) if byte not in b"abcdefghijklmnopqrstuvwxyz013")
