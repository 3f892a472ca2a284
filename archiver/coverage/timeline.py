"""A picture of an official's accounts in time: months with records, silent ones, read-outs.

SVG 1.1, drawn in months and stretched to the width of the page; words stand beside it as text, so
that they stay readable at any width. What the picture shows stands in the tables as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from archiver.coverage.accounts import AccountCoverage
from archiver.coverage.months import Months
from archiver.coverage.page import text
from archiver.coverage.told import title
from archiver.language import say

_FULL, _SILENT, _READ = "#2f6db5", "#e9a3a3", "#111111"
_HEIGHT = 10
_MOST_LABELS = 8


def timeline(covered: Sequence[AccountCoverage], months: Months, today: date) -> str:
    """Draw the accounts of one official above one axis; empty when there are none."""
    drawn = [one for one in covered if one.months or one.deliveries]
    if not drawn:
        return ""
    start = min(_begin(one, months) for one in drawn)
    span = _months(start, today) + 1
    bars = "".join(_bar(one, months, start, span) for one in drawn)
    return f'{bars}<div class="axis" aria-hidden="true">{_axis(start, span)}</div>\n'


def key() -> str:
    """Explain the colours."""
    signs = (
        (_FULL, say("month with records")),
        (_SILENT, say("silent month between first and last record")),
        (_READ, say("read-out")),
    )
    inside = "".join(
        f'<span><i style="background:{colour}"></i>{text(word)}</span>' for colour, word in signs
    )
    return f'<p class="key">{inside}</p>\n'


def _begin(one: AccountCoverage, months: Months) -> date:
    days = [date.fromisoformat(f"{month}-01") for month in one.months]
    days += [months.day_of(each.received_at).replace(day=1) for each in one.deliveries]
    return min(days)


def _months(start: date, day: date) -> int:
    return 12 * (day.year - start.year) + day.month - start.month


def _at(start: date, month: str) -> int:
    return _months(start, date.fromisoformat(f"{month}-01"))


def _bar(one: AccountCoverage, months: Months, start: date, span: int) -> str:
    name = title(one.account)
    told = say(
        "{account}: {kept} months with records, {silent} silent ones, {exports} read-outs.",
        account=name, kept=len(one.months), silent=len(one.silent), exports=len(one.deliveries),
    )  # fmt: skip
    rects = [_rect(_at(start, month), 0, _HEIGHT, _FULL) for month in one.months]
    rects += [_rect(_at(start, month), 0, _HEIGHT, _SILENT) for month in one.silent]
    read = {_months(start, months.day_of(each.received_at)) for each in one.deliveries}
    rects += [_rect(at, _HEIGHT - 3, 3, _READ) for at in sorted(read)]
    return (
        f'<div class="bar"><p class="name">{text(name)}</p>\n'
        f'<svg viewBox="0 0 {span} {_HEIGHT}" preserveAspectRatio="none" role="img"'
        f' xmlns="http://www.w3.org/2000/svg" aria-label="{text(told)}">'
        f"<title>{text(told)}</title>{''.join(rects)}</svg></div>\n"
    )


def _rect(at: int, top: int, height: int, colour: str) -> str:
    return f'<rect x="{at}" y="{top}" width="1" height="{height}" fill="{colour}"/>'


def _axis(start: date, span: int) -> str:
    """Name the years, at most a few of them."""
    years = [year for year in range(start.year, start.year + span // 12 + 2)
             if 0 <= 12 * (year - start.year) - start.month + 1 < span]  # fmt: skip
    every = -(-len(years) // _MOST_LABELS) or 1
    if not years:
        return f'<span style="left:0">{start.isoformat()[:7]}</span>'
    return "".join(
        f'<span style="left:{100 * (12 * (year - start.year) - start.month + 1) / span:.2f}%">'
        f"{year}</span>"
        for year in years[::every]
    )
