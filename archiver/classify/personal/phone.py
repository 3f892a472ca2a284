"""Telephone numbers as they are written in the Netherlands, and mentions by number.

Which digits are a number is decided by the numbering plans in `phonenumbers` (after ITU-T E.164).
Numbers that everybody may call, such as 0800 and 112, are nobody's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from archiver.classify.personal.span import Confidence, Kind, Span
from archiver.classify.personal.words import words
from archiver.classify.terms import fold

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_REGION: Final = "NL"
_DIGITS: Final = re.compile(r"(?:\d[^\w\n]{0,3}){8,}\d")
_MENTION: Final = re.compile(r"(?<!\w)@(\d{10,15})(?!\d)")
_INNER: Final = re.compile(
    r"(?<!\w)(?:toestel(?:nummer|nr)?|tst|doorkies(?:nummer)?)\.?:? ?(\d{3,5})(?![\d\-])", re.I
)
_LOCAL: Final = re.compile(
    r"(?i:\b(?:bel|belt|tel|telefoon|nummer|nr|zit op|bereikbaar op)\.?:?) ?"
    r"(?:op |is )?(\d{3} ?\d\d ?\d\d|\d{3}[ -]\d{4})(?![\w\-.,])"
)
_WORD: Final = re.compile(r"[^\W\d_]+")


def phones(text: str) -> Iterator[Span]:
    """Find telephone numbers, inner numbers behind their word, and mentions of a number."""
    for match in _MENTION.finditer(text):
        yield Span(*match.span(1), Kind.PHONE, Confidence.SURE, "mention")
    for match in _INNER.finditer(text):
        yield Span(*match.span(1), Kind.PHONE, Confidence.LIKELY, "inner-number")
    for match in _LOCAL.finditer(text):
        yield Span(*match.span(1), Kind.PHONE, Confidence.POSSIBLE, "without-area-code")
    if not _DIGITS.search(text):
        return
    from phonenumbers import PhoneNumberMatcher  # takes a tenth of a second

    for found in PhoneNumberMatcher(text, _REGION):
        start, written = int(found.start), str(found.raw_string)
        end = start + len(written)
        if _is_own(found.number) and not _is_part(text, start, end):
            sure = Confidence.SURE if written.startswith(("+", "0", "(")) else Confidence.POSSIBLE
            yield Span(start, end, Kind.PHONE, sure, "numbering-plan")


def _is_own(number: PhoneNumber) -> bool:
    """Whether it may be somebody's own number."""
    from phonenumbers import PhoneNumberType as Type
    from phonenumbers import number_type

    return number_type(number) not in (
        Type.TOLL_FREE, Type.PREMIUM_RATE, Type.SHARED_COST, Type.UAN
    )  # fmt: skip


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether it stands in a longer number, or behind a word that says what it refers to."""
    if re.search(r"[\w#][\-/.]$", text[:start]) or re.match(r"[\-/]\w", text[end:]):
        return True
    before = [fold(one) for one in _WORD.findall(text[max(0, start - 25) : start])]
    return not words("references").isdisjoint(before[-2:]) and not text[start:end].startswith("+")
