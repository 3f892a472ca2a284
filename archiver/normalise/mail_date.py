"""The instant that a mail's date text means.

RFC 5322 §3.3 and §4.3 (obsolete years and zones), then what is found besides: the date of a
mailbox's ``From `` line (asctime, with an offset before the year in Google Takeout), ISO 8601,
hyphens between day and month, Dutch month names. Nothing is corrected: a text that does not name
an instant from 1970 up to 2098 gives none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

LONGEST = 200
"""Characters of a date text that are read."""


class Instant(NamedTuple):
    """Milliseconds since 1970 UTC; `is_stated` when the text names its offset from UTC.

    ``-0000`` and a military letter other than Z say that the writer's zone is unknown while the
    time is UTC (RFC 5322 §3.3, §4.3): the instant is stated all the same. A time without any
    zone, or with one that has no meaning, is taken as UTC and not stated.
    """

    at: int
    is_stated: bool


@lru_cache(maxsize=4096)
def read(text: str) -> Instant | None:
    """Read a date text, or give None when it names no instant that a mail can have."""
    text = _without_comments(text[:LONGEST])
    for pattern in (_MAIL, _ASCTIME, _ISO):
        if found := pattern.search(text):
            return _instant(found.groupdict())
    return None


_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ZONE = r"(?:\s*(?P<zone>(?:GMT|UTC|UT)?[+-]\d{1,2}:?\d{2}\b|[A-Za-z]{1,5}\b))?"
_MAIL = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})[\s-]+(?P<month>[A-Za-z]{{3,9}})\.?[\s-]+(?P<year>\d{{2,5}})"
    rf",?\s+{_CLOCK}(?:\s?[ap]m\b)?{_ZONE}",
    re.IGNORECASE | re.ASCII,
)
_ASCTIME = re.compile(
    rf"\b(?P<month>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})\b"
    rf"(?:\s*(?P<late>[+-]\d{{4}})\b)?",
    re.ASCII,
)
_ISO = re.compile(
    rf"\b(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})[T\s]{_CLOCK}{_ZONE}", re.ASCII
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_MONTHS |= {"mrt": 3, "maa": 3, "mei": 5, "okt": 10}
_HOURS = {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}
_HOURS |= {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "cet": 1, "met": 1, "cest": 2, "mest": 2}


def _without_comments(text: str) -> str:
    """Take out what stands in parentheses, which may be nested and may stand open."""
    if "(" not in text:
        return text
    depth, kept = 0, []
    for char in text:
        depth += char == "("
        if not depth:
            kept.append(char)
        depth -= char == ")" and depth > 0
    return "".join(kept)


def _instant(parts: dict[str, str | None]) -> Instant | None:
    year = _year(parts["year"] or "")
    month = _month(parts["month"] or "")
    offset = _offset(parts.get("late") or parts["zone"] or "")
    second = min(int(parts["second"] or 0), 59)  # a leap second has no place in POSIX time
    try:
        stated = datetime(
            year, month, int(parts["day"] or 0), int(parts["hour"] or 0),
            int(parts["minute"] or 0), second, tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None
    at = int(stated.timestamp()) - (offset or 0) * 60
    return Instant(at * 1000, offset is not None) if at >= 0 and year < 2099 else None


def _year(text: str) -> int:
    """Read a year; two digits below 50 are of this century, three count from 1900 (§4.3)."""
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.get(text[:3].lower(), 0)


def _offset(zone: str) -> int | None:
    """Give minutes east of UTC, or None when the text names no zone that has a meaning."""
    zone = zone.lower()
    if digits := re.fullmatch(r"(?:gmt|utc|ut)?([+-])(\d{1,2}):?(\d{2})", zone):
        minutes = int(digits[2]) * 60 + int(digits[3])
        sound = minutes <= 15 * 60 and int(digits[3]) < 60
        return (-minutes if digits[1] == "-" else minutes) if sound else None
    if zone in _HOURS:
        return _HOURS[zone] * 60
    return 0 if len(zone) == 1 and zone != "j" else None
