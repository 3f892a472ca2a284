"""The calendar: what falls due in which month, and which holds block it.

It counts copies, one for each account that has a message; whatever has no end stands apart: kept
for good, not settled, or with a term that has not begun.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import astuple, replace

from archiver.store.catalogue.connection import Connection
from retention import tables_appraise, tables_calendar
from retention.span import Rule


class Due(Struct, frozen=True):
    """Copies of one category whose term ends in one month (``2031-05``; empty: it has no end).

    `held` of them may not be destroyed because of `holds`.
    """

    month: str
    list: str
    version: str
    category: str
    title: str
    appraisal: str
    term: str
    trigger: str
    copies: int = 0
    held: int = 0
    holds: tuple[str, ...] = ()


def calendar(connection: Connection, *, until: str = "") -> list[Due]:
    """Give what falls due, by month and category, up to and including the month `until`."""
    rules = tables_appraise.rules(connection)
    holds: dict[Due, list[str]] = defaultdict(list)
    for month, rule, hold in tables_calendar.blocking(connection):
        known = holds[_place(month, rules[rule])]
        known.extend([hold] if hold not in known else [])
    ends = tables_calendar.ends(connection)
    return [one for one in _summed(ends, rules, holds) if not until or one.month <= until]


def open_ended(connection: Connection) -> list[Due]:
    """Give what has no end, by category."""
    rows = (("", *row) for row in tables_calendar.open_ended(connection))
    return _summed(rows, tables_appraise.rules(connection), {})


def _summed(
    rows: Iterable[tuple[str, int, int, int]],
    rules: Mapping[int, Rule],
    holds: Mapping[Due, Sequence[str]],
) -> list[Due]:
    """Add up what belongs to one category by several functions."""
    copies: dict[Due, int] = defaultdict(int)
    held: dict[Due, int] = defaultdict(int)
    for month, rule, number, of_them in rows:
        place = _place(month, rules[rule])
        copies[place] += number
        held[place] += of_them
    return [
        replace(place, copies=copies[place], held=held[place], holds=tuple(holds.get(place, ())))
        for place in sorted(copies, key=astuple)
    ]


def _place(month: str, rule: Rule) -> Due:
    """Give the month and category by which copies are counted."""
    return Due(
        month, rule.list, rule.version, rule.category, rule.title, str(rule.appraisal), rule.term,
        rule.trigger,
    )  # fmt: skip
