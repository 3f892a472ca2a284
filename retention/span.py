"""From functions, accounts and lists to spans of time: which rule holds for whose messages, when.

The strictest of what holds at one time wins: B over N over V, and of several V the latest end,
which only the message itself can tell, so that all of them are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.model import Account
from archiver.register.functions import Function, same
from retention.selection_list import Appraisal, Category, SelectionList, Trigger

EARLIEST, LATEST = -(1 << 62), 1 << 62
_RANK = {Appraisal.DESTROY: 1, Appraisal.UNSETTLED: 2, Appraisal.KEEP: 3}


class Rule(Struct, frozen=True, omit_defaults=True):
    """What a record is appraised by: a category of a list, by somebody's function or by assignment.

    `function` is the id of the function that was held, `assigned` the conversation that an officer
    assigned. Without a list nothing is known: appraisal N.
    """

    list: str = ""
    version: str = ""
    category: str = ""
    title: str = ""
    process: str = ""
    appraisal: Appraisal = Appraisal.UNSETTLED
    term: str = ""
    trigger: str = ""
    ground: str = ""
    valid_until: str = ""
    function: str = ""
    assigned: str = ""

    @property
    def key(self) -> str:
        """Its canonical JSON, by which the same rule is known again."""
        return msgspec.json.encode(self, order="sorted").decode()


class Span(Struct, frozen=True):
    """A rule for what was sent in ``[since, until)`` (ms since 1970) by an account or a strand.

    `start_at` is when the term begins where that does not hang on the message. `shifts` are the
    term as the catalogue adds it.
    """

    where: str
    since: int
    until: int
    rule: Rule
    start_at: int | None
    shifts: tuple[str, str]

    @property
    def rank(self) -> int:
        """How strict: the highest wins."""
        return _RANK[self.rule.appraisal]


def of_accounts(
    accounts: Iterable[Account],
    functions: Sequence[Function],
    lists: Sequence[SelectionList],
    zone: ZoneInfo,
) -> Iterator[Span]:
    """Give the spans of every account, from the functions of whoever owns or uses it."""
    for account in accounts:
        spans = [
            span
            for function in functions
            if same(function.person, account.owner) or same(function.person, account.person)
            for span in _of_function(account.id, function, lists, zone)
        ]
        yield from strictest(spans)


def of_assignment(
    conversation: str,
    name: str,
    category: str,
    lists: Sequence[SelectionList],
    zone: ZoneInfo,
    *,
    closed: str = "",
) -> Iterator[Span]:
    """Give the spans of a conversation that an officer assigned to a category of a list.

    `closed` is when the case was closed that it belongs to (RFC 3339), empty while there is none.
    """
    for one in lists:
        if one.name == name and (found := one.find(category)) is not None:
            since, until = start(one.valid_from, zone), end(one.valid_until, zone)
            rule = _rule(one, found, assigned=conversation)
            ended = closed if found.trigger is Trigger.CASE_END else ""
            began = _day_after(ended, zone) if ended else None
            yield Span(conversation, since, until, rule, began, found.duration.shifts)


def strictest(spans: Sequence[Span]) -> Iterator[Span]:
    """Cut spans where they overlap, and leave of each stretch of time what is strictest."""
    marks = sorted({mark for span in spans for mark in (span.since, span.until)})
    for since, until in pairwise(marks):
        within = [span for span in spans if span.since <= since and until <= span.until]
        most = max((span.rank for span in within), default=0)
        kept = [span for span in within if span.rank == most]
        for span in kept if most == _RANK[Appraisal.DESTROY] else kept[:1]:
            yield msgspec.structs.replace(span, since=since, until=until)


def start(day: str, zone: ZoneInfo) -> int:
    """Give the first millisecond of a day in a zone."""
    return int(datetime.combine(date.fromisoformat(day), time(), zone).timestamp() * 1000)


def end(day: str, zone: ZoneInfo) -> int:
    """Give the first millisecond after a day; an empty day never ends."""
    if not day:
        return LATEST
    return start((date.fromisoformat(day) + timedelta(days=1)).isoformat(), zone)


def day_of(milliseconds: int, zone: ZoneInfo) -> str:
    """Give the day of a moment (ms since 1970) in a zone."""
    return datetime.fromtimestamp(milliseconds // 1000, zone).date().isoformat()


def today() -> str:
    """Give the day of now, in UTC."""
    return datetime.now(UTC).date().isoformat()


def _of_function(
    where: str, function: Function, lists: Sequence[SelectionList], zone: ZoneInfo
) -> Iterator[Span]:
    since, until = start(function.since, zone), end(function.until, zone)
    for one in lists:
        first = max(since, start(one.valid_from, zone))
        last = min(until, end(one.valid_until, zone))
        for category in one.category if first < last else ():
            if function.code in category.functions:
                rule = _rule(one, category, function=function.id)
                began = _began(category, function, until)
                yield Span(where, first, last, rule, began, category.duration.shifts)


def _began(category: Category, function: Function, until: int) -> int | None:
    ended = category.trigger is Trigger.FUNCTION_END and function.until
    return until if ended else None


def _day_after(moment: str, zone: ZoneInfo) -> int:
    """Give the first millisecond after the day of a moment (RFC 3339) in a zone."""
    return end(datetime.fromisoformat(moment).astimezone(zone).date().isoformat(), zone)


def _rule(one: SelectionList, category: Category, function: str = "", assigned: str = "") -> Rule:
    return Rule(
        list=one.name,
        version=one.version,
        category=category.number,
        title=category.title,
        process=category.process,
        appraisal=category.appraisal,
        term=category.term,
        trigger=str(category.trigger or ""),
        ground=category.ground,
        valid_until=one.valid_until,
        function=function,
        assigned=assigned,
    )
