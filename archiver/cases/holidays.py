"""Working days by the Algemene termijnenwet: Saturdays, Sundays and generally recognised holidays.

Its article 3 names the holidays: New Year's Day, Easter Monday, Whit Monday, both days of
Christmas, Ascension Day, the King's birthday as it is celebrated, and 5 May; Good Friday is on a
par with them, and so is what a royal decree says (``config/holidays.toml``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from archiver.configuration import read

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_FIRST_KINGS_DAY = 2014
"""Before that the birthday of Queen Juliana was celebrated, on 30 April."""


def next_working_day(day: date) -> date:
    """Give the day itself, or the first day after it that is a working day."""
    equalled = equalled_days()
    while not is_working_day(day, equalled):
        day += _DAY
    return day


def is_working_day(day: date, equalled: Collection[date] = ()) -> bool:
    """Whether a day is no Saturday, Sunday or holiday, nor one of those put on a par with them."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year) and day not in equalled


def holidays(year: int) -> frozenset[date]:
    """Give the generally recognised holidays of a year, Good Friday among them."""
    sunday = easter(year)
    movable = (-2, 1, 39, 50)  # Good Friday, Easter Monday, Ascension Day, Whit Monday.
    return frozenset(
        (
            date(year, 1, 1),
            *(sunday + timedelta(days=days) for days in movable),
            birthday(year),
            date(year, 5, 5),
            date(year, 12, 25),
            date(year, 12, 26),
        )
    )


def birthday(year: int) -> date:
    """Give the day on which the King's birthday is celebrated: a day earlier when on a Sunday."""
    day = date(year, 4, 27 if year >= _FIRST_KINGS_DAY else 30)
    return day - _DAY if day.weekday() == _SUNDAY else day


def easter(year: int) -> date:
    """Compute Easter Sunday in the Gregorian calendar (algorithm of Meeus, Jones and Butcher)."""
    cycle = year % 19
    century, rest = divmod(year, 100)
    leaps, left = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * cycle + century - leaps - moved + 15) % 30
    week = (32 + 2 * left + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (cycle + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def equalled_days() -> frozenset[date]:
    """Read the days that royal decrees put on a par with holidays."""
    return frozenset(map(date.fromisoformat, read("holidays.toml")["equalled"]))
