"""Times as sources with clocks of their own write them, read by the name of the clock.

A source says which clocks it uses (`archiver.format.Learnt.clocks`); the first that fits a time
counts. Names:

- ``epoch-s``, ``epoch-ms``, ``epoch-us``: a count since 1970-01-01T00:00:00Z;
- ``apple``: a count since 2001-01-01T00:00:00Z, in seconds (also with a fraction) or, beyond any
  year of seconds, in nanoseconds;
- ``webkit-us``: microseconds since 1601-01-01T00:00:00Z;
- ``iso``: ISO 8601 and RFC 3339, with an offset or in the zone of the source;
- anything with a ``%``: a pattern of `datetime.strptime`; with ``%z`` the offset is stated. Names
  of months and days are English whatever the machine speaks.

What no clock fits has no time: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from archiver.model import Precision, Zone
from archiver.normalise.clock import zone_of


class Instant(NamedTuple):
    """A time as read: ms since 1970 in UTC or None, how fine, on what its zone rests."""

    sent_at: int | None
    precision: Precision
    zone: Zone
    ambiguous: bool


Reader = Callable[[str], Instant | None]
"""Reads a time of its own kind; None when it is none."""

NO_TIME = Instant(None, Precision.MINUTE, Zone.ASSUMED, False)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_APPLE, _WEBKIT = 978_307_200_000, 11_644_473_600_000
_NANOSECONDS = 1 << 40
"""As seconds this is 34,000 years after 2001; as nanoseconds 18 minutes."""
_LATEST = 253_402_300_800_000
"""The year 10000: beyond it there is no calendar time."""
_COUNT = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"(-?[0-9]{1,19})(?:\.([0-9]{1,12}))?")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def clocks(names: Sequence[str], zone: str = "", *, answered: bool = False) -> Reader:
    """Give the function that reads the times of one source; None where no clock fits.

    `zone` holds for times without an offset; `answered` says that an officer named it.

    Raises:
        UnknownZone: The IANA database has no such name.
    """
    readers = [_reader(name, zone, answered=answered) for name in names]

    def read(text: str) -> Instant | None:
        for reader in readers:
            found = reader(text)
            if found is not None:
                return found
        return None

    return readers[0] if len(readers) == 1 else read


def _reader(name: str, zone: str, *, answered: bool) -> Reader:
    if name in _COUNTS:
        return _COUNTS[name]
    basis = Zone.STATED if answered else Zone.ASSUMED
    wall = zone_of(zone)

    def local(moment: datetime, precision: Precision) -> Instant | None:
        if moment.tzinfo is not None:
            return _instant(moment, precision, Zone.STATED, ambiguous=False)
        here = moment.replace(tzinfo=wall)
        twice = here.utcoffset() != here.replace(fold=1).utcoffset()
        return _instant(here, precision, basis, ambiguous=twice)

    def iso(text: str) -> Instant | None:
        if not _ISO.fullmatch(text):
            return None
        moment = _parsed(text.replace(",", ".").replace(" ", "T", 1).replace(" ", ""))
        return None if moment is None else local(moment, _precision(text))

    def pattern(text: str) -> Instant | None:
        try:
            moment = datetime.strptime(text.strip(), name)
        except (ValueError, OverflowError):
            return None
        fine = "%S" in name or "%X" in name or "%T" in name
        return local(moment, Precision.SECOND if fine else Precision.MINUTE)

    return pattern if "%" in name else iso


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _precision(text: str) -> Precision:
    clock = text[11:]
    if "." in clock or "," in clock:
        return Precision.MILLISECOND
    return Precision.SECOND if clock.count(":") - clock[8:].count(":") > 1 else Precision.MINUTE


def _instant(
    moment: datetime, precision: Precision, zone: Zone, *, ambiguous: bool
) -> Instant | None:
    try:
        return Instant((moment - _EPOCH) // _MS, precision, zone, ambiguous)
    except OverflowError:
        return None


def _seconds(text: str) -> Instant | None:
    return _stated(int(text) * 1000, Precision.SECOND) if _COUNT.fullmatch(text) else None


def _milliseconds(text: str) -> Instant | None:
    return _stated(int(text), Precision.MILLISECOND) if _COUNT.fullmatch(text) else None


def _microseconds(text: str) -> Instant | None:
    return _stated(int(text) // 1000, Precision.MILLISECOND) if _COUNT.fullmatch(text) else None


def _webkit(text: str) -> Instant | None:
    if not _COUNT.fullmatch(text):
        return None
    return _stated(int(text) // 1000 - _WEBKIT, Precision.MILLISECOND)


def _apple(text: str) -> Instant | None:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    whole = int(match[1])
    if abs(whole) >= _NANOSECONDS:
        return _stated(whole // 1_000_000 + _APPLE, Precision.MILLISECOND)
    if match[2] is None or not int(match[2]):
        return _stated(whole * 1000 + _APPLE, Precision.SECOND)
    part = int(f"{match[2]:0<3}"[:3]) * (-1 if match[1].startswith("-") else 1)
    return _stated(whole * 1000 + part + _APPLE, Precision.MILLISECOND)


def _stated(ms: int, precision: Precision) -> Instant | None:
    return Instant(ms, precision, Zone.EPOCH, False) if abs(ms) < _LATEST else None


_COUNTS: dict[str, Reader] = {
    "epoch-s": _seconds,
    "epoch-ms": _milliseconds,
    "epoch-us": _microseconds,
    "webkit-us": _webkit,
    "apple": _apple,
}
