"""Read a time that is written as a sentence in English or Dutch, as ISO 8601.

``Monday, July 1, 2024 at 1:02:03 PM UTC``, with or without "at" and with the narrow no-break space
of newer exports; ``Monday 1 July 2024 at 13:02:03 UTC``; ``maandag 1 juli 2024 om 13:02:03 UTC``.
A weekday that is not that of the date makes the sentence unreadable: it would be another date.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "januari februari maart april mei juni juli augustus september oktober november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_WEEKDAYS = {
    name: number
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    )
    for number, name in enumerate(names.split())
}
_SENTENCE = re.compile(
    r"(?:(?P<weekday>[a-z]{3,12}),?\s+)?"
    r"(?:(?P<day>[0-9]{1,2})\s+(?P<month>[a-z]{3,12})"
    r"|(?P<us_month>[a-z]{3,12})\s+(?P<us_day>[0-9]{1,2})),?"
    r"\s+(?P<year>[0-9]{4}),?\s+(?:(?:at|om)\s+)?"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"\s+(?:utc|gmt)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def instant(text: str) -> str:
    """Give the time as ISO 8601 in UTC; empty when it is no such sentence."""
    match = _SENTENCE.fullmatch(text.strip())
    if match is None:
        return ""
    month = _MONTHS.get((match["month"] or match["us_month"]).lower(), 0)
    day, hour = int(match["day"] or match["us_day"]), _hour(int(match["hour"]), match["half"])
    try:
        found = datetime(
            int(match["year"]), month, day, hour, int(match["minute"]), int(match["second"])
        )
    except ValueError:
        return ""
    weekday = (match["weekday"] or "").lower()
    if weekday and _WEEKDAYS.get(weekday) != found.weekday():
        return ""
    return f"{found.isoformat()}Z"


def _hour(hour: int, half: str | None) -> int:
    """Count from midnight; an hour that a half of the day does not have becomes impossible."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return 24
    return hour % 12 + (12 if half in "pP" else 0)
