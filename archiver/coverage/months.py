"""Stretches of time that coverage counts by: calendar months of a zone, cut where periods begin."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, tzinfo

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Messages of other years stand in the first or the last stretch."""


class Months:
    """Which month, or part of one, a moment lies in."""

    def __init__(self, zone: tzinfo, cuts: Iterable[date] = ()) -> None:
        self._zone = zone
        firsts = {
            date(year, month, 1) for year in range(FIRST_YEAR, LAST_YEAR) for month in range(1, 13)
        }
        self.days = tuple(sorted(firsts | set(cuts)))
        self.starts = tuple(self.at(day) for day in self.days)

    def at(self, day: date) -> int:
        """Give the moment at which a day begins in the zone, in ms since 1970."""
        return int(datetime.combine(day, time(), self._zone).timestamp() * 1000)

    def day_of(self, milliseconds: int) -> date:
        """Give the day of a moment in the zone."""
        return datetime.fromtimestamp(milliseconds / 1000, self._zone).date()

    def stretch(self, milliseconds: int) -> int:
        """Give the number of the stretch that a moment lies in."""
        return max(bisect_right(self.starts, milliseconds) - 1, 0)

    def month(self, stretch: int) -> str:
        """Give the month of a stretch, as ``2022-05``."""
        return self.days[stretch].isoformat()[:7]


def named(since: date, until: date) -> Iterator[str]:
    """Yield the months from a day up to and including another, as ``2022-05``."""
    year, month = since.year, since.month
    while (year, month) <= (until.year, until.month):
        yield f"{year:04}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
