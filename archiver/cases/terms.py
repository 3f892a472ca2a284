"""The terms of a case: pure functions from days to days, each with the rule it rests on.

Counted from the day after receipt, without the days on which the term is suspended; what ends on a
Saturday, Sunday or holiday runs to the next working day. Lengths and rules stand in
``config/terms.toml``: Woo articles 4.1, 4.4 and 5.3, Awb article 4:15, AVG article 12.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from archiver.cases.case import CaseKind
from archiver.cases.holidays import next_working_day
from archiver.configuration import read

_DAY = timedelta(days=1)


class What(StrEnum):
    """What a term is for; a day up to which, but for publishing, which is from that day."""

    CLARIFY = "clarify"
    EXTEND = "extend"
    DECIDE = "decide"
    PUBLISH = "publish"


class Suspension(Struct, frozen=True):
    """Days on which a term does not run: after the day of `notice` and before `until`.

    `until` is the day on which the last view or the answer came in, or that after the last day that
    was given for it. While neither is known it may still change: `is_open`.
    """

    notice: date
    until: date
    is_open: bool = False

    def days(self) -> Iterator[date]:
        """Give each day on which the term does not run."""
        day = self.notice + _DAY
        while day < self.until:
            yield day
            day += _DAY


class Course(Struct, frozen=True, omit_defaults=True):
    """What the terms of a case follow from."""

    kind: CaseKind
    received: date
    due: date | None = None
    suspensions: tuple[Suspension, ...] = ()
    extended_on: date | None = None
    decided_on: date | None = None
    is_contested: bool = False


class Term(Struct, frozen=True, omit_defaults=True):
    """One term: its day, the rules that gave it, and the day that it would be were it not moved.

    `is_provisional` says that a suspension has not ended, so that the day may still be an earlier
    one.
    """

    what: What
    day: date
    rules: tuple[str, ...]
    unmoved: date
    is_provisional: bool = False


def terms(course: Course) -> tuple[Term, ...]:
    """Give the terms of a case that can be known; of an inquiry only what the committee set."""
    found = []
    if course.kind is CaseKind.WOO:
        found.append(_ending(What.CLARIFY, course, read("terms.toml")["clarify"], ()))
    if (rule := _extending(course)) is not None:
        found.append(rule)
    if (decide := deciding(course)) is not None:
        found.append(decide)
    if course.decided_on is not None and course.kind is CaseKind.WOO:
        found.append(_publishing(course, course.decided_on))
    return tuple(found)


def deciding(course: Course, *, first: bool = False) -> Term | None:
    """Give the term for the decision; `first` is that before it was extended."""
    known: Mapping[str, Any] = read("terms.toml")
    if course.due is not None:
        name = "inquiry" if course.kind is CaseKind.INQUIRY else "set"
        return Term(What.DECIDE, course.due, (known[name]["rule"],), course.due)
    if course.kind not in (CaseKind.WOO, CaseKind.ACCESS, CaseKind.PARLIAMENT):
        return None
    rule = known[course.kind]
    longer = rule if course.extended_on is not None and not first else {}
    return _ending(What.DECIDE, course, rule, course.suspensions, longer)


def is_old(sent: date, on: date) -> bool:
    """Whether information is older than five years on a day, so that refusing asks more (5.3)."""
    return sent < plus_months(on, -60)


def plus_months(day: date, months: int) -> date:
    """Add months; a day that the month does not have becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _extending(course: Course) -> Term | None:
    """Give the last day on which the term for the decision can be extended."""
    names = {CaseKind.WOO: "extend", CaseKind.ACCESS: "extend_access"}
    first = deciding(course, first=True)
    if course.kind not in names or course.due is not None or first is None:
        return None
    rule = read("terms.toml")[names[course.kind]]["rule"]
    return Term(What.EXTEND, first.day, (rule,), first.unmoved, first.is_provisional)


def _publishing(course: Course, decided: date) -> Term:
    known = read("terms.toml")
    if not course.is_contested:
        return Term(What.PUBLISH, decided, (known["publish_at_once"]["rule"],), decided)
    after = Course(course.kind, decided)
    return _ending(What.PUBLISH, after, known["publish"], ())


def _ending(
    what: What,
    course: Course,
    rule: Mapping[str, Any],
    suspensions: Sequence[Suspension],
    longer: Mapping[str, Any] | None = None,
) -> Term:
    """Count a term from the day after receipt, and name every rule that gave its day."""
    longer = longer or {}
    rules = [rule["rule"], *([longer["longer"]] if longer else [])]
    months = rule.get("months", 0) + longer.get("longer_months", 0)
    days = rule.get("days", 0) + longer.get("longer_days", 0)
    unmoved = plus_months(course.received, months)
    still = {day for one in suspensions for day in one.days() if "suspended" in rule}
    unmoved, passed = _running(unmoved, days, still)
    if passed:
        rules.append(rule["suspended"])
    day = next_working_day(unmoved) if rule["moved"] else unmoved
    if day != unmoved:
        name = "moved_access" if course.kind is CaseKind.ACCESS else "moved"
        rules.append(read("terms.toml")[name]["rule"])
    waits = bool(still) and any(one.is_open and one.notice < day for one in suspensions)
    return Term(what, day, tuple(rules), unmoved, waits)


def _running(start: date, days: int, still: set[date]) -> tuple[date, int]:
    """Give the day that is so many running days after another, and how many days were passed."""
    day, passed = start, 0
    while days or day in still:
        day += _DAY
        if day in still:
            passed += 1
        else:
            days = max(0, days - 1)
    return day, passed
