"""Days of birth: a date, or a year, behind a word that says that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archiver.classify.personal.span import Confidence, Kind, Span

_MONTHS: Final = (
    "jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sep(?:t(?:ember)?)?|"
    "okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE: Final = (
    rf"(?:\d{{1,2}}[-/. ]\d{{1,2}}[-/. ](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|\d{{1,2}} (?:{_MONTHS})\.?(?: (?:19|20)?\d\d)?|(?:19|20)\d\d)(?!\w)"
)
_BIRTH: Final = re.compile(
    r"(?<!\w)(?:geboren|geb\.? ?datum|geb|geboorte(?:datum|dag|jaar)|verjaardag|verjaart|jarig|dob)"
    rf"\.?:?(?:\s+(?:op|in|te|is|was|valt|[A-Z][\w\-]+))*[\s:]*({_DATE})",
    re.I,
)


_BEFORE: Final = re.compile(
    rf"(?<![\w\-])({_DATE}) (?:is|was|:|=)[^.!?\n]{{0,25}}(?:geboorte|verjaar|jarig)", re.I
)


def births(text: str) -> Iterator[Span]:
    """Find days and years of birth."""
    for match in _BIRTH.finditer(text):
        yield Span(*match.span(1), Kind.BIRTH, Confidence.SURE, "behind-word-for-birth")
    for match in _BEFORE.finditer(text):
        yield Span(*match.span(1), Kind.BIRTH, Confidence.LIKELY, "before-word-for-birth")
