"""Where somebody lives: street with number, postcode with town.

Dutch postcodes have four digits, the first not 0, and two capitals, never SA, SD or SS (NEN 5825).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from archiver.classify.personal.span import Confidence, Kind, Span
from archiver.classify.personal.words import words
from archiver.classify.terms import fold

_UP: Final = r"[A-ZÀ-ÖØ-Þ]"
_NUMBER: Final = (
    r" (?:nr\.? ?|nummer )?\d{1,4}(?:-\d{1,4}(?!\d)|(?: ?[a-zA-Z](?!\w))"
    r"|(?: (?:bis|hs|boven|huis)\b))?"
    r"(?![\w%€])(?![.,:]\d)"
)
_HOUSE: Final = re.compile(r"(?:(?<=[^\W\d_])|(?<=str\.))" + _NUMBER)
_YEAR: Final = re.compile(r" (?:19|20)\d\d")
_WORD: Final = re.compile(r"[^\W\d_][\w'’.\-]*")
_LONGEST: Final = 60
"""Characters of a street's name at most."""

_KINDS: Final = frozenset((
    "achter", "grote", "hoge", "kleine", "korte", "lage", "lange", "nieuwe", "oude", "voor",
))  # fmt: skip
"""Words before a mere Gracht, Markt or Poten by which it is a street's name."""

_JOINING: Final = frozenset(("de", "den", "der", "van"))
_PLACED: Final = re.compile(
    r"(?i:\b(?:adres|thuisadres|bezorgadres|woon\w*|wonend|gevestigd|langskomen|verhuist?)\b)"
    rf"[ :]{{1,2}}(?:(?:op|aan|naar|is|in|kan) )*((?:(?:[Dd]e|[Hh]et|[Vv]an) )?"
    rf"(?:{_UP}[\w'’.\-]+ ){{0,3}}{_UP}[\w'’.\-]+(?: \d{{4}}(?= ))?{_NUMBER})"
)
_LAAN: Final = re.compile(
    rf"(?i:\b(?:laan|weg|plein|park|hof|kade) van (?:(?:de|het|den|der) )?)[\w'’\-]+{_NUMBER}"
)
_POSTCODE: Final = re.compile(r"(?<![\w.,€\-])[1-9]\d{3} ?([A-Za-z]{2})(?![\w\-])")
_TOWN: Final = re.compile(
    r"[ ,]{1,2}((?:'s-|’s-)?"
    + _UP
    + r"[\w'’\-]+(?: (?:aan|den|de|op|bij|a/d|en|"
    + _UP
    + r"[\w\-]+))*"
    r"(?<! aan)(?<! den)(?<! de)(?<! op)(?<! bij)(?<! en))"
)
_NEVER: Final = frozenset(("SA", "SD", "SS"))


def addresses(text: str) -> Iterator[Span]:
    """Find streets with a number, and postcodes with the town behind them."""
    streets = sorted({*_streets(text)})
    for start, end, reason in streets:
        yield Span(start, end, Kind.ADDRESS, Confidence.LIKELY, reason)
    ends = [end for _, end, _ in streets]
    for match in _POSTCODE.finditer(text):
        town = _TOWN.match(text, match.end())
        beside = any(0 <= match.start() - end <= 3 for end in ends)
        named = re.search(r"(?i)postcode:? ?$", text[: match.start()]) is not None
        if _is_postcode(match, town is not None, beside or named):
            end = town.end() if town and not match[1].islower() else match.end()
            sure = Confidence.SURE if beside or named or town else Confidence.LIKELY
            yield Span(match.start(), end, Kind.POSTCODE, sure, "postcode")


def _streets(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _HOUSE.finditer(text):
        before = list(_WORD.finditer(text, max(0, match.start() - _LONGEST), match.start()))
        if before and not _YEAR.fullmatch(match[0]) and _is_street([one[0] for one in before]):
            yield _beginning(before), match.end(), "street"
    for match in _LAAN.finditer(text):
        yield match.start(), match.end(), "street"
    for match in _PLACED.finditer(text):
        yield *match.span(1), "behind-word-for-address"


def _is_street(before: list[str]) -> bool:
    """Whether the last of these words is the name of a street, or of one with the word before."""
    *_, earlier, last = "", *before
    name = fold(last)
    if name in words("streets") | words("weak_streets"):
        return fold(earlier) in _KINDS
    if name in words("no_streets"):
        return False
    if name.endswith("str."):
        return True
    return name.endswith(_endings("streets")) or (
        last[0].isupper() and name.endswith(_endings("weak_streets"))
    )


def _beginning(before: list[re.Match[str]]) -> int:
    """Give where the name of a street begins: with the first of the capitals in a row."""
    start = before[-1].start()
    for earlier, later in zip(before[-2::-1], before[:0:-1], strict=True):
        if earlier.end() + 1 != later.start():
            break
        if not (earlier[0][0].isupper() or earlier[0] in _JOINING):
            break
        start = earlier.start()
    return start


@cache
def _endings(name: str) -> tuple[str, ...]:
    return tuple(words(name))


def _is_postcode(match: re.Match[str], has_town: bool, is_placed: bool) -> bool:
    letters = match[1]
    if letters.upper() in _NEVER or not (letters.isupper() or letters.islower()):
        return False
    if is_placed:
        return True
    if letters.islower():
        return False
    return has_town or fold(letters) not in words("no_postcodes")
