"""The words of the sorting rules, found in text as people type it in a chat.

A term is a word or several words in a row; ``*`` at an end of a word stands for any letters, as in
``kamerbrie*`` and ``*overleg``. A term with a capital fits only where the text has that capital
(``DENK``, ``Volt``, ``SP``); all others fit in any case, with or without accents. Words that are
written to be missed are read as well: ``n0ta``, ``k@merbrief``, ``n o t a``, invisible characters
(Unicode Standard Annex 15 for the forms).

Each word met is looked up in all terms once and remembered, so that what a text costs hardly grows
with the number of rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

_WORD: Final = re.compile(r"[^\W_]+")
_INVISIBLE: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACED: Final = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*]){3,}[^\W_](?![^\W_])")
_MASKED: Final = re.compile(r"(?<![\w@$])[^\W_]*[@$][^\W_@$]+(?:[@$][^\W_@$]+)*(?![\w.@$])")
_UNMASK: Final = str.maketrans("013457@$", "oieastas")

_REMEMBERED: Final = 200_000
"""Words whose terms are kept in memory: about 25 MB when full; then it starts anew."""


class Term(Struct, frozen=True, gc=False):
    """One term as it stands in a rule; `owner` is the place of the rule that has it."""

    owner: int
    text: str
    excuses: bool = False
    """Whether it is a false friend: what it covers is no evidence for its rule."""


class Hit(Struct, frozen=True, gc=False):
    """A term at a place: the words from `start` up to `end`, folded in `written`."""

    term: Term
    start: int
    end: int
    written: str


class Terms:
    """Finds many terms in many texts."""

    def __init__(self, terms: Iterable[Term]) -> None:
        """Take all terms of all rules."""
        self._starting = _Starting(terms)

    def find(self, text: str) -> list[Hit]:
        """Find every term in a text, in order of place; a false friend's like any other."""
        starting = self._starting
        found: list[Hit] = []
        tokens = words(text)
        for place, token in enumerate(tokens):
            for term, rest in starting[token]:
                end = place + 1 + len(rest)
                if not rest or _follow(tokens, place + 1, rest):
                    written = " ".join(map(fold, tokens[place:end]))
                    found.append(Hit(term, place, end, written))
        return found


def words(text: str) -> list[str]:
    """Give the words of a text as they are written, and behind them what they hide."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    found = _WORD.findall(text)
    if "@" in text or "$" in text:
        found += [one.translate(_UNMASK) for one in _MASKED.findall(text)]
    if len(found) > 3 and (spaced := _SPACED.findall(text)):
        found += ["".join(_WORD.findall(one)) for one in spaced]
    return found


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Give the small letters of a text without accents, blanks folded into one space."""
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text)
        text = "".join(one for one in marked if not unicodedata.combining(one))
    return " ".join(text.casefold().split())


def fits(pattern: str, word: str) -> bool:
    """Whether one word of a term, with or without a star, is this word."""
    if pattern == pattern.lower():
        pattern, word = fold(pattern), fold(word)
    bare = pattern.strip("*")
    match pattern.startswith("*"), pattern.endswith("*"):
        case True, True:
            return bare in word
        case True, False:
            return word.endswith(bare)
        case False, True:
            return word.startswith(bare)
        case _:
            return word == bare


class _Starting(dict[str, tuple[tuple[Term, tuple[str, ...]], ...]]):
    """For each word met: the terms that it begins, each with the words that must follow."""

    def __init__(self, terms: Iterable[Term]) -> None:
        super().__init__()
        self._whole: dict[str, list[tuple[Term, tuple[str, ...]]]] = {}
        self._starred: list[tuple[str, Term, tuple[str, ...]]] = []
        for term in terms:
            first, *rest = term.text.split()
            if "*" in first:
                self._starred.append((first, term, tuple(rest)))
            else:
                self._whole.setdefault(fold(first), []).append((term, tuple(rest)))

    def __missing__(self, token: str) -> tuple[tuple[Term, tuple[str, ...]], ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = {
            (term, rest): None
            for form in _forms(token)
            for term, rest in self._begun_by(form)
        }  # fmt: skip
        self[token] = begun = tuple(found)
        return begun

    def _begun_by(self, form: str) -> Iterator[tuple[Term, tuple[str, ...]]]:
        for term, rest in self._whole.get(fold(form), ()):
            if fits(term.text.split()[0], form):
                yield term, rest
        for first, term, rest in self._starred:
            if fits(first, form):
                yield term, rest


def _forms(token: str) -> tuple[str, ...]:
    """Give a word and, when digits stand among its letters, what it may hide."""
    if token.isalpha() or token.isdigit():
        return (token,)
    return (token, token.translate(_UNMASK))


def _follow(tokens: Sequence[str], place: int, rest: tuple[str, ...]) -> bool:
    """Whether the rest of a term stands at a place."""
    if place + len(rest) > len(tokens):
        return False
    return all(map(_fits_again, rest, tokens[place : place + len(rest)]))


_fits_again = lru_cache(maxsize=_REMEMBERED)(fits)
