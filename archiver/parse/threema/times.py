"""In which order a Threema chat export writes its dates; what no line decides is asked.

A phone writes them as its language does: ``13-05-2025, 12:00`` or ``5/13/25, 12:00 PM``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_GAP = "[ \u00a0\u2009\u202f]"
TIME = (
    r"(?P<first>[0-9]{1,4})(?P<between>[-/.]) ?(?P<second>[0-9]{1,2})(?P=between) ?"
    rf"(?P<third>[0-9]{{1,4}}),?{_GAP}+[0-9]{{1,2}}[:.][0-9]{{2}}(?::[0-9]{{2}})?"
    rf"(?:{_GAP}?[AaPp]\.?{_GAP}?[Mm]\.?)?"
)
HEADER = re.compile(rf"\[(?P<time>{TIME})\] ")
_ORDERS = {"dmy": "%d{0}%m{0}%{1}", "mdy": "%m{0}%d{0}%{1}", "ymd": "%{1}{0}%m{0}%d"}
_HOURS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M")
_MOST, _DAYS = 12, 31


def order(times: Iterable[re.Match[str]]) -> str:
    """Give the order that the dates show: ``dmy``, ``mdy``, ``ymd``; empty when none decides."""
    for match in times:
        first, second = match["first"], match["second"]
        if len(first) == 4:
            return "ymd"
        if match["between"] != "/":
            return "dmy"  # no language puts the month first with dots or dashes
        if int(first) > _MOST:
            return "dmy"
        if int(second) > _MOST:
            return "mdy"
    return ""


def is_date(time: str, order: str) -> bool:
    """Say whether day and month of a time are possible in an order."""
    found = HEADER.match(f"[{time}] ")
    if found is None:
        return False
    parts = (int(found["first"]), int(found["second"]), int(found["third"]))
    return 1 <= parts[order.index("m")] <= _MOST and 1 <= parts[order.index("d")] <= _DAYS


def clocks(found: re.Match[str], order: str) -> tuple[str, ...]:
    """Give the patterns of `datetime.strptime` that read the times of a file."""
    year = "Y" if max(len(found["first"]), len(found["third"])) == 4 else "y"
    day = _ORDERS[order].format(found["between"], year)
    days = (day, day.replace(found["between"], found["between"] + " "))
    return tuple(f"{each}{comma} {hour}" for each in days for comma in (",", "") for hour in _HOURS)
