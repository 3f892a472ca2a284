"""Burgerservicenummers and bank accounts: digits with a check of their own.

A burgerservicenummer has nine digits and the eleven-test (Wet algemene bepalingen
burgerservicenummer); one in eleven of all other numbers passes it as well, so that the words around
it count. An IBAN follows ISO 13616, with the check of ISO 7064 MOD 97-10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archiver.classify.personal.span import Confidence, Kind, Span
from archiver.classify.personal.words import words
from archiver.classify.terms import fold

_NINE: Final = re.compile(r"(?<![\w#/€])(?<!\d[.,\-])\d(?:[ .\-]?\d){8}(?![\w/])(?![.,\-]\d)")
_GROUPS: Final = re.compile(r"[ .\-]")
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NEAR: Final = 40
"""Characters within which a word says what a number is."""

_IBAN: Final = re.compile(r"(?<!\w)[A-Za-z]{2}[ ]?\d{2}(?:[ .\-]?[A-Za-z0-9]){11,30}")
_LENGTHS: Final = {
    "AT": 20, "BE": 16, "CH": 21, "CW": 22, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "IE": 22, "IT": 27, "LT": 20, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "RO": 24, "SE": 24, "TR": 26,
}  # fmt: skip
"""Characters of an IBAN by country, from the registry of ISO 13616."""


def bsns(text: str) -> Iterator[Span]:
    """Find burgerservicenummers; one that fails its test only where the words call it one."""
    for match in _NINE.finditer(text):
        digits = _GROUPS.sub("", match[0])
        start, end = match.span()
        named = _is_named(text, start, end)
        passes = _eleven(digits) and len(set(digits)) > 1
        if named:
            confidence = Confidence.SURE if passes else Confidence.LIKELY
            yield Span(start, end, Kind.BSN, confidence, "named-bsn")
        elif passes and _is_grouped(match[0]) and not _is_reference(text, start, end):
            yield Span(start, end, Kind.BSN, Confidence.POSSIBLE, "eleven-test")


def ibans(text: str) -> Iterator[Span]:
    """Find bank accounts, in any country's form whose check digits are right."""
    for match in _IBAN.finditer(text):
        length = _LENGTHS.get(match[0][:2].upper())
        end = None if length is None else _after(text, match.start(), length)
        if end is not None and _mod97(re.sub(r"[\W_]", "", text[match.start() : end])):
            yield Span(match.start(), end, Kind.IBAN, Confidence.SURE, "mod-97")


def _eleven(digits: str) -> bool:
    return sum(int(one) * weight for one, weight in zip(digits, _WEIGHTS, strict=True)) % 11 == 0


def _is_grouped(written: str) -> bool:
    """Whether it is written in one way throughout, as one number is."""
    return len(set(_GROUPS.findall(written))) <= 1


def _is_named(text: str, start: int, end: int) -> bool:
    near = (*_before(text, start), *_behind(text, end))
    return any(one in words("bsn") or one.startswith("burgerservice") for one in near)


def _is_reference(text: str, start: int, end: int) -> bool:
    """Whether the words beside it say what it counts or refers to, or it counts things."""
    if not words("references").isdisjoint(_before(text, start)):
        return True
    return re.match(r" (?:[^\W\d_]+en\b|stuks\b|euro\b|[^\W\d_]+s besteld)", text[end:]) is not None


def _before(text: str, start: int) -> list[str]:
    line = text[max(0, start - _NEAR) : start]
    return [fold(one) for one in _WORD.findall(re.split(r"[.!?;\n] ?", line)[-1] or line)]


def _behind(text: str, end: int) -> list[str]:
    return [fold(one) for one in _WORD.findall(text[end : end + _NEAR])[:4]]


def _after(text: str, start: int, length: int) -> int | None:
    """Give where a number of so many letters and digits ends; None inside a longer word."""
    at, left = start, length
    while left and at < len(text):
        left -= text[at].isalnum()
        at += 1
    return None if left or text[at : at + 1].isalnum() else at


def _mod97(number: str) -> bool:
    turned = number[4:] + number[:4]
    return number.isascii() and int("".join(str(int(one, 36)) for one in turned)) % 97 == 1
