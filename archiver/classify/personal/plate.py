"""Licence plates of the Netherlands: the fourteen series (sidecodes) that the RDW has issued.

With their hyphens they are known by form, unless what stands before says that it is a reference;
without hyphens only behind a word for a car or its plate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archiver.classify.personal.span import Confidence, Kind, Span
from archiver.classify.personal.words import words
from archiver.classify.terms import fold

_SERIES: Final = (
    "LL-99-99", "99-99-LL", "99-LL-99", "LL-99-LL", "LL-LL-99", "99-LL-LL", "99-LLL-9", "9-LLL-99",
    "LL-999-L", "L-999-LL", "LLL-99-L", "L-99-LLL", "9-LL-999", "999-LL-9",
)  # fmt: skip
"""By number, the first being 1; L is a letter."""


def _pattern(between: str) -> str:
    groups = ((part.replace("9", r"\d") for part in one.split("-")) for one in _SERIES)
    return "|".join(between.join(parts) for parts in groups).replace("L", "[A-Z]")


_PLATE: Final = re.compile(rf"(?<![\w\-])(?:{_pattern('-')})(?![\w\-])", re.I)
_NAMED: Final = re.compile(
    rf"(?i:\b(?:kenteken(?:plaat)?|nummerbord|nummerplaat|auto|wagen|busje|motor)\b"
    rf"(?:[ :]|is|met|van){{1,6}}[^\W\d_]{{0,8}}[ :]{{0,2}})({_pattern('[ -]?')})(?![\w\-])",
    re.I,
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def plates(text: str) -> Iterator[Span]:
    """Find licence plates."""
    for match in _PLATE.finditer(text):
        before = [
            fold(one) for one in _WORD.findall(text[max(0, match.start() - 20) : match.start()])
        ]
        if words("references").isdisjoint(before[-2:]):
            yield Span(*match.span(), Kind.PLATE, Confidence.LIKELY, "series")
    for match in _NAMED.finditer(text):
        yield Span(*match.span(1), Kind.PLATE, Confidence.SURE, "named-plate")
