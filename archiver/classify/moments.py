"""Dutch clock time in sorting rules: days of the week with hours, and the begin of a day.

The rules speak of Dutch time (IANA zone ``Europe/Amsterdam``); a time such as
``mon-fri 08:00-18:00`` includes its first minute and not its last. Moments are ms since 1970.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(
    rf"({'|'.join(_DAYS)})(?:-({'|'.join(_DAYS)}))? (\d\d:\d\d)-(\d\d:\d\d|24:00)"
)
_MINUTES_A_DAY: Final = 24 * 60


def is_moment(text: str) -> bool:
    """Whether this can be read as days with hours, the last hour after the first."""
    try:
        _, start, end = _read(text)
    except ValueError:
        return False
    return start < end


def within(text: str, moment: int) -> bool:
    """Whether a moment lies on these days, in these hours.

    Raises:
        ValueError: The text is no days with hours.
    """
    days, start, end = _read(text)
    local = dutch(moment)
    return local.weekday() in days and start <= local.hour * 60 + local.minute < end


def dutch(moment: int) -> datetime:
    """Give a moment as the Dutch clock shows it."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)).astimezone(AMSTERDAM)


@cache
def start_of(day: str, *, after: bool = False) -> int:
    """Give the first moment of a day of ISO 8601, or of the day after it.

    Raises:
        ValueError: It is no day.
    """
    first = date.fromisoformat(day) + timedelta(days=1 if after else 0)
    return int(datetime.combine(first, time(), AMSTERDAM).timestamp()) * 1000


@cache
def _read(text: str) -> tuple[frozenset[int], int, int]:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    first, last, start, end = found.groups()
    begin, count = _DAYS.index(first), len(_DAYS)
    length = (_DAYS.index(last or first) - begin) % count + 1
    days = frozenset((begin + step) % count for step in range(length))
    return days, _minutes(start), _minutes(end)


def _minutes(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    if minute > 59 or hour * 60 + minute > _MINUTES_A_DAY:
        raise ValueError(clock)
    return hour * 60 + minute
