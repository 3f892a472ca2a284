"""Durations of ISO 8601-1:2019 §5.5.2, as terms have them: whole years, months, weeks and days."""

from __future__ import annotations

import re

from msgspec import Struct

_DURATION = re.compile(r"P(?:(\d+)W|(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?)", re.ASCII)
_MOST_YEARS = 1000


class Duration(Struct, frozen=True):
    """Years and months of the calendar, and days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def __bool__(self) -> bool:
        """Whether it is longer than nothing."""
        return bool(self.years or self.months or self.days)

    @property
    def shifts(self) -> tuple[str, str]:
        """How SQLite's date functions add it: months first, then days.

        The 31st of a month plus a month that has no such day runs on into the month that follows,
        so that a term is never shortened.
        """
        return f"+{self.years * 12 + self.months} months", f"+{self.days} days"


def duration(text: str) -> Duration:
    """Read one, such as ``P10Y`` or ``P1Y6M``.

    Raises:
        ValueError: It is none, has a time of day, or is longer than any term.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    weeks, years, months, days = (int(part or 0) for part in found.groups())
    read = Duration(years, months, weeks * 7 + days)
    if read.years + read.months // 12 + read.days // 365 > _MOST_YEARS:
        raise ValueError(text)
    return read
