"""From the wall clock of a phone to UTC.

A chat text gives local time without a zone. The zone is the officer's answer, else the one of the
Netherlands; rules come from the IANA time zone database in the `tzdata` package, never from the
machine, so that every archive reads a time alike. In autumn one hour occurs twice: the first is
taken and the time is marked. In spring one hour does not exist: the time is read with the offset
before the change, as RFC 5545 does, and is marked as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import tzdata

from archiver.errors import UsageError
from archiver.model import Precision

ZONE = "Europe/Amsterdam"

_ZONES = Path(tzdata.__file__).parent / "zoneinfo"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NAME = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_SECONDS = {f"{second:02}": second * 1000 for second in range(60)}
_REMEMBERED = 4096
"""Days, and times of day, that one reader keeps."""
_TEXT = re.compile(
    r"(?P<date>(?P<a>[0-9]{1,4})[-/.] ?(?P<b>[0-9]{1,2})[-/.] ?(?P<c>[0-9]{1,4})[.,]{0,2})"
    r"(?:\s+à)?\s+"
    r"(?P<clock>(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2}))?"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?)"
)


class UnknownZone(UsageError):
    """There is no time zone {zone}; give an IANA name such as Europe/Amsterdam."""


Moment = tuple[int | None, Precision, bool]
"""A time as read: milliseconds since 1970 in UTC or None, how fine, and whether two were possible.

A bare tuple, because half a million of them are made in one ingest.
"""


class _Day(NamedTuple):
    """One calendar day: its midnight as if in UTC, and its offset unless that changes."""

    date: date
    midnight: int
    offset: int | None


Reader = Callable[[str], Moment]

_UNREADABLE: Moment = (None, Precision.MINUTE, False)


def clock(order: str, zone: str = "") -> Reader:
    """Give the function that reads the times of one file.

    Args:
        order: ``dmy``, ``mdy`` or ``ymd``; empty while nobody knows, and no time is given.
        zone: An IANA name; empty for the Netherlands.

    Raises:
        UnknownZone: The IANA database has no such name.
    """
    return _Reader(order, zone_of(zone)).read


def zone_of(name: str) -> ZoneInfo:
    """Load a zone from the package that is locked with the program, not from the machine.

    Raises:
        UnknownZone: The IANA database has no such name.
    """
    name = name or ZONE
    try:
        if not _NAME.fullmatch(name):
            raise UnknownZone(zone=name)
        with _ZONES.joinpath(name).open("rb") as rules:
            return ZoneInfo.from_file(rules, name)
    except (ValueError, OSError) as reason:
        raise UnknownZone(zone=name) from reason


class _Reader:
    """Reads times; a day and a minute of the day are worked out once.

    `_starts` holds days as the source writes them, for which the offset does not change, with
    their beginning in UTC; `_minutes` times of day without seconds, with their milliseconds.
    """

    def __init__(self, order: str, zone: ZoneInfo) -> None:
        self._order = order
        self._zone = zone
        self._starts: dict[str, int] = {}
        self._minutes: dict[str, int] = {}

    def read(self, text: str) -> Moment:
        """Read one time as the source writes it."""
        before, _, after = text.partition(" ")
        start = self._starts.get(before)
        if start is not None:
            since = self._minutes.get(after)
            if since is not None:
                return start + since, Precision.MINUTE, False
            since, second = self._minutes.get(after[:-3]), _SECONDS.get(after[-2:])
            if since is not None and second is not None:
                return start + since + second, Precision.SECOND, False
        return self._new(text)

    def _new(self, text: str) -> Moment:
        """Work out a time that is not remembered."""
        match = _TEXT.fullmatch(text)
        if match is None:
            return _UNREADABLE
        precision = Precision.MINUTE if match["second"] is None else Precision.SECOND
        day, since = self._day(match), _since_midnight(match)
        if day is None or since is None:
            return None, precision, False
        if day.offset is None:
            return self._on_a_change(day, since, precision)
        start = day.midnight - day.offset
        self._remember(match, start, since)
        return start + since, precision, False

    def _remember(self, match: re.Match[str], start: int, since: int) -> None:
        if len(self._starts) < _REMEMBERED:
            self._starts[match["date"]] = start
        minute, second = match["clock"], match["second"]
        if second is not None and match["half"] is None and match["clock"].endswith(f":{second}"):
            minute, since = minute[:-3], since - _SECONDS[second]
        if len(self._minutes) < _REMEMBERED and (second is None or minute != match["clock"]):
            self._minutes[minute] = since

    def _day(self, match: re.Match[str]) -> _Day | None:
        if not self._order:
            return None
        parts = match["a"], match["b"], match["c"]
        year, month, number = (parts[self._order.index(unit)] for unit in "ymd")
        try:
            day = date(int(year) + (2000 if len(year) < 3 else 0), int(month), int(number))
            midnight = _since_epoch(datetime.combine(day, datetime.min.time(), UTC))
            return _Day(day, midnight, self._steady_offset(day))
        except (ValueError, OverflowError):
            return None

    def _steady_offset(self, day: date) -> int | None:
        start = datetime.combine(day, datetime.min.time(), self._zone)
        offsets = [_offset(start), _offset(start + timedelta(days=1))]
        return offsets[0] if offsets[0] == offsets[1] else None

    def _on_a_change(self, day: _Day, since_midnight: int, precision: Precision) -> Moment:
        """On the two days a year when the clock changes, ask the database for the very minute."""
        wall = datetime.combine(day.date, datetime.min.time()) + since_midnight * _MILLISECOND
        first = _offset(wall.replace(tzinfo=self._zone))
        second = _offset(wall.replace(tzinfo=self._zone, fold=1))
        return day.midnight + since_midnight - first, precision, first != second


def _since_midnight(match: re.Match[str]) -> int | None:
    """Count milliseconds; None when the day has no such time."""
    hour, minute, second = (int(match[unit] or 0) for unit in ("hour", "minute", "second"))
    half = (match["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 1000


def _since_epoch(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _offset(moment: datetime) -> int:
    return (moment.utcoffset() or timedelta()) // _MILLISECOND
