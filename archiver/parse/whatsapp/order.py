"""In which order a file writes day, month and year, and what that rests on.

The evidence, strongest first: four digits in front; dates that only one order can read; the date
inside the names of attachments in the same message; the day of the export, after which nothing was
sent; how often the dates go backwards; the language of WhatsApp's own words with the sign between
the parts. When none decides, nobody guesses: an officer is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "dmy", "mdy", "ymd"

PARTS = re.compile("([0-9]{1,4})[-/.] ?([0-9]{1,2})[-/.] ?([0-9]{1,4})")
_NAMED = re.compile(
    "(?:IMG|VID|AUD|PTT|DOC|STK)-(20[0-9]{2})([01][0-9])([0-3][0-9])-WA"
    "|-[A-Z]{3,}-(20[0-9]{2})-([01][0-9])-([0-3][0-9])-[0-2][0-9]-[0-5][0-9]-[0-5][0-9]"
)
# WhatsApp came out in 2009; a two-digit year before that is no year.
_EARLIEST = date(2009, 1, 1)
_AT_ODDS = 10
"""How many times as strong one side of contradictory evidence must be to win."""


class Evidence(Struct, frozen=True):
    """Something that speaks for one order: how often it was seen, and where first (byte offset)."""

    kind: str
    order: str
    count: int
    offset: int


class Decision(Struct, frozen=True):
    """The order, and the kind of evidence that decided; both empty when nothing does.

    `certain` is whether reading on cannot change it.
    """

    order: str = ""
    kind: str = ""
    certain: bool = False


def date_parts(time_text: str) -> tuple[str, str, str] | None:
    """Take the three parts of the date as written."""
    match = PARTS.match(time_text)
    return (match[1], match[2], match[3]) if match else None


def date_in(parts: tuple[str, str, str], order: str) -> date | None:
    """Read a date in one order; None when the calendar does not know it."""
    year, month, day = (parts[order.index(unit)] for unit in "ymd")
    try:
        return date(int(year) + (2000 if len(year) < 3 else 0), int(month), int(day))
    except ValueError:
        return None


class Ledger(Struct):
    """Everything a file shows about its order so far.

    `latest` is the day after which no message can have been sent.
    """

    year: str
    separator: str
    latest: date
    orders: tuple[str, ...] = ()
    first: tuple[str, int] | None = None
    counts: dict[tuple[str, str], list[int]] = {}
    _seen: set[tuple[str, str, str]] = set()
    _last: tuple[str, str, str] | None = None

    def __post_init__(self) -> None:
        """List the orders that the shape leaves open."""
        short = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
        known = {"first": (YEAR_FIRST,), "last": (DAY_FIRST, MONTH_FIRST), "short": short}
        self.orders = known[self.year]

    def add(self, time_text: str, text: str, languages: Iterable[str], offset: int) -> None:
        """Enter what one message shows."""
        parts = date_parts(time_text)
        if parts is None:
            return
        if self.first is None:
            self.first = time_text, offset
        if parts != self._last:
            self._add_date(parts, offset)
            self._last = parts
        self._add_names(parts, text, offset)
        for language in languages:
            self._count("language", language, offset)

    def evidence(self) -> tuple[Evidence, ...]:
        """List all that was seen."""
        return tuple(
            Evidence(kind, order, count, offset)
            for (kind, order), (count, offset) in sorted(self.counts.items())
        )

    def decision(self) -> Decision:
        """Weigh the evidence, strongest first."""
        if len(self.orders) == 1:
            return Decision(self.orders[0], "year-first", certain=True)
        left = self._least("unreadable", self.orders)
        if len(left) == 1:
            return Decision(left[0], "calendar", certain=not self._of("unreadable", left[0]))
        for kind, decide in (
            ("attachment-name", self._by_names),
            ("latest-day", self._by_latest),
            ("backward", self._by_backward),
            ("year-last", self._by_year_last),
            ("wording", self._by_wording),
        ):
            left, certain = decide(left), kind == "attachment-name" and self._names_suffice()
            if len(left) == 1:
                return Decision(left[0], kind, certain)
        return Decision()

    # -- entering ----------------------------------------------------------------------------------

    def _add_date(self, parts: tuple[str, str, str], offset: int) -> None:
        """Compare the readings of a date; one that all orders read as badly shows nothing."""
        days = {order: _plausible(date_in(parts, order)) for order in self.orders}
        if parts not in self._seen:
            self._seen.add(parts)
            readable = [day for day in days.values() if day is not None]
            for order, day in days.items():
                if day is None and readable:
                    self._count("unreadable", order, offset)
                if day is not None and min(readable) <= self.latest < day:
                    self._count("after-latest", order, offset)
        for order, day in days.items():
            before = _plausible(date_in(self._last, order)) if self._last else None
            if day is not None and before is not None and day < before:
                self._count("backward", order, offset)

    def _add_names(self, parts: tuple[str, str, str], text: str, offset: int) -> None:
        if "-WA" not in text and "-20" not in text:
            return
        for match in _NAMED.finditer(text):
            digits = tuple(int(part) for part in match.groups() if part)
            for order in self.orders:
                day = date_in(parts, order)
                if day is not None and (day.year, day.month, day.day) == digits:
                    self._count("attachment-name", order, offset)

    def _count(self, kind: str, order: str, offset: int) -> None:
        entry = self.counts.setdefault((kind, order), [0, offset])
        entry[0] += 1

    # -- weighing ----------------------------------------------------------------------------------

    def _of(self, kind: str, order: str) -> int:
        return self.counts.get((kind, order), (0, 0))[0]

    def _least(self, kind: str, orders: tuple[str, ...], *, free: int = 0) -> tuple[str, ...]:
        """Keep the orders that something speaks against least, by far; `free` counts nothing."""
        limit = max(min(self._of(kind, order) for order in orders) * _AT_ODDS, free)
        return tuple(order for order in orders if self._of(kind, order) <= limit)

    def _by_names(self, left: tuple[str, ...]) -> tuple[str, ...]:
        most = max(self._of("attachment-name", order) for order in left)
        best = tuple(o for o in left if self._of("attachment-name", o) * _AT_ODDS > most)
        return best if most else left

    def _names_suffice(self) -> bool:
        return max(self._of("attachment-name", order) for order in self.orders) >= 3

    def _by_latest(self, left: tuple[str, ...]) -> tuple[str, ...]:
        return self._least("after-latest", left)

    def _by_backward(self, left: tuple[str, ...]) -> tuple[str, ...]:
        return self._least("backward", left, free=1)

    def _by_year_last(self, left: tuple[str, ...]) -> tuple[str, ...]:
        """Two digits of a year in front are so rare that they need evidence of their own."""
        return tuple(order for order in left if order != YEAR_FIRST) or left

    def _by_wording(self, left: tuple[str, ...]) -> tuple[str, ...]:
        """No phone writes the month first with full stops, no Dutch one does with hyphens, and no
        French one at all.
        """
        english = self._of("language", "en")
        dutch, french = (self._of("language", each) > english for each in ("nl", "fr"))
        if "." in self.separator or french or ("-" in self.separator and dutch):
            return (DAY_FIRST,)
        return left


def latest_day(read_at: int, modified: int | None) -> date:
    """Give the last day on which a message can have been sent anywhere on earth.

    Times are milliseconds since 1970 in UTC; a file is not changed before its export is made, but
    a container without dates says 1980.
    """
    day = date(1970, 1, 1) + timedelta(milliseconds=read_at)
    if modified is not None:
        written = date(1970, 1, 1) + timedelta(milliseconds=modified)
        day = min(day, written) if written >= _EARLIEST else day
    return day + timedelta(days=1)


def _plausible(day: date | None) -> date | None:
    return None if day is None or day < _EARLIEST else day
