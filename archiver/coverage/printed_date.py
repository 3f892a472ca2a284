"""The instants that a date may mean as mail programs print it above a forwarded or quoted mail.

Dutch and English, with the month as a word or a number, twelve hours or twenty-four. Such a date
seldom states its zone: then it is read in the zone that is set, both ways in the hour that comes
twice, and kept as it stands on the clock too, for whoever read mail in another zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from msgspec import Struct

from archiver.normalise import mail_date

_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.?[ -](?P<month>[a-z]{3,9})\.?,?[ -](?P<year>\d{4})"),
    re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})(?P<apart>[-/.])(?P<month>\d{1,2})(?P=apart)(?P<year>\d{4})"),
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.]\d{2})?(?!\d) ?(?P<half>[ap]\.?m\b\.?)?"
    r"(?: uur)? ?\(?(?P<zone>(?:gmt|utc)? ?[+-]\d{1,2}(?::?\d{2})?(?!\d)"
    r"|(?:utc|gmt|cet|cest|met|mest|wet)\b)?"
)
_OFFSET = re.compile(r"(?:gmt|utc)? ?([+-])(\d{1,2})(?::?(\d{2}))?")
_MONTHS = ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Printed(Struct, frozen=True):
    """Instants in ms since 1970 that a date may mean, to the minute.

    `clocks` are those that it would mean in UTC, where it states no zone.
    """

    instants: tuple[int, ...]
    clocks: tuple[int, ...] = ()


def printed(text: str, zone: tzinfo) -> Printed | None:
    """Read a date; None where it names no day with a time."""
    plain = " ".join(text[: mail_date.LONGEST].lower().split())
    for pattern in _DATES:
        for found in pattern.finditer(plain):
            clock = _CLOCK.search(plain, found.end()) or _CLOCK.search(plain, 0, found.start())
            if clock and (read := _readings(found.groupdict(), clock.groupdict(), zone)):
                return read
    return None


def _readings(
    day: dict[str, str | None], clock: dict[str, str | None], zone: tzinfo
) -> Printed | None:
    """Read both parts by the rules of mail dates, written as such a date."""
    hour = _hour(int(clock["hour"] or 0), clock["half"])
    time = f"{hour:02}:{clock['minute']}:00 {_offset(clock['zone'] or '')}"
    found = [one for date in _days(day) if (one := mail_date.read(f"{date} {time}"))]
    if not found:
        return None
    if found[0].is_stated:
        return Printed(tuple(one.at for one in found))
    clocks = tuple(one.at for one in found)
    return Printed(tuple(sorted({at for one in clocks for at in _local(one, zone)})), clocks)


def _days(day: dict[str, str | None]) -> Iterator[str]:
    """Give the day with its month as a word; with strokes it may be month first."""
    first, second, year = day["day"] or "", day["month"] or "", day["year"]
    if not second.isdigit():
        yield f"{first} {second} {year}"
        return
    pairs = [(first, second)] + [(second, first)] * (day.get("apart") == "/" and first != second)
    yield from (f"{one} {_MONTHS[int(two)]} {year}" for one, two in pairs if 0 < int(two) <= 12)


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.startswith("p") else 0)


def _offset(zone: str) -> str:
    """Write an offset as RFC 5322 does; a name stays a name."""
    if found := _OFFSET.fullmatch(zone):
        return f"{found[1]}{int(found[2]):02}{found[3] or '00'}"
    return zone.strip()


def _local(clock: int, zone: tzinfo) -> Iterator[int]:
    naive = datetime.fromtimestamp(clock / 1000, UTC)
    for fold in (0, 1):
        yield int(naive.replace(tzinfo=zone, fold=fold).timestamp()) * 1000
