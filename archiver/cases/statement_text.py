"""The sentences of a search statement, in Dutch, from ``config/letters/zoekslag.toml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.cases.candidates import Candidate, How
from archiver.cases.case import Question
from archiver.cases.outside import Outside
from archiver.cases.searches import Filters, Search, Word
from archiver.cases.systems import Reason, System, Unsearched
from archiver.configuration import read
from archiver.coverage.exports import Lack

Section = tuple[str, tuple[str, ...]]
"""A heading, and its paragraphs."""


class Period(Struct, frozen=True):
    """What a delivery that could be searched covers; times in milliseconds since 1970."""

    account: str
    delivery: str
    received_at: int
    first: int | None
    last: int | None


class Gaps(Struct, frozen=True):
    """What is known to lack of an account: months without messages, what findings say, files.

    `media_missing` are files that messages name and no export has.
    """

    account: str
    silent: tuple[str, ...]
    lacks: tuple[Lack, ...]
    media_missing: int = 0


class Again(Struct, frozen=True):
    """What doing a search again gave."""

    search: str
    differences: int
    unexplained: int


class Statement(Struct, frozen=True, omit_defaults=True):
    """A search statement; `at` is RFC 3339 and `document` the text.

    `hits` counts every record once, however many searches found it. `officers` has names by id.
    """

    case: str
    kind: str
    reference: str
    received: date
    ministry: str
    archive: str
    at: str
    systems: tuple[System, ...]
    periods: tuple[Period, ...]
    gaps: tuple[Gaps, ...]
    searches: tuple[Search, ...]
    hits: int
    candidates: tuple[Candidate, ...]
    again: tuple[Again, ...]
    officers: dict[str, str]
    questions: tuple[Question, ...] = ()
    scope: str = ""
    persons: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    outside: tuple[Outside, ...] = ()
    gone: int = 0
    document: tuple[Section, ...] = ()
    v: int = 1


def sections(made: Statement, zone: ZoneInfo) -> tuple[Section, ...]:
    """Write all headings with their paragraphs, in Dutch; times in this zone."""
    return _Document(made, zone).sections()


class _Document:
    """Writes the sentences of a statement."""

    def __init__(self, made: Statement, zone: ZoneInfo) -> None:
        self._made = made
        self._zone = zone
        self._letter: dict[str, Any] = read("letters/zoekslag.toml")
        self._at = self._moment_of(made.at)

    def sections(self) -> tuple[Section, ...]:
        made = (
            ("request", self._request()),
            ("searched", self._searched()),
            ("unsearched", self._unsearched()),
            ("how", self._how()),
            ("found", self._found()),
            ("again", self._again()),
        )
        return tuple((self._letter[name]["heading"], tuple(lines)) for name, lines in made)

    def _say(self, section: str, sentence: str, **fields: object) -> str:
        return str(self._letter[section][sentence]).format_map(fields).strip()

    def _request(self) -> Iterator[str]:
        made = self._made
        kind, received = self._letter["kinds"][made.kind], self._day(made.received)
        yield self._say("request", "text", kind=kind, reference=made.reference, received=received)
        if made.scope:
            yield self._say("request", "scope", scope=made.scope)
        for one in made.questions:
            yield self._say("request", "question", number=one.number, text=one.text)
        if made.persons:
            yield self._say("request", "persons", persons=", ".join(made.persons))
        if made.since or made.until:
            which = "between" if made.since and made.until else "since" if made.since else "until"
            since, until = self._day(made.since), self._day(made.until)
            yield self._say("request", which, since=since, until=until)

    def _searched(self) -> Iterator[str]:
        made = self._made
        yield self._say(
            "searched", "text", ministry=made.ministry, archive=made.archive, at=self._at
        )
        known = [one for one in made.systems if one.is_searched]
        for one in known:
            yield self._say(
                "searched", "account", service=one.service, account=one.account,
                person=one.person, records=one.records, deliveries=one.deliveries,
                first=self._day_at(one.first), last=self._day_at(one.last),
            )  # fmt: skip
            yield from self._periods(one.account)
            yield from self._gaps(one.account)
        if not known:
            yield self._say("searched", "none")
        for other in made.outside:
            if other.searched:
                yield self._say("searched", "outside", name=other.name, reason=other.reason)

    def _periods(self, account: str) -> Iterator[str]:
        for one in self._made.periods:
            if one.account == account:
                yield self._say(
                    "searched", "delivery", delivery=one.delivery,
                    received=self._day_at(one.received_at), first=self._day_at(one.first),
                    last=self._day_at(one.last),
                )  # fmt: skip

    def _gaps(self, account: str) -> Iterator[str]:
        for one in self._made.gaps:
            if one.account != account:
                continue
            if one.silent:
                months = ", ".join(one.silent)
                yield self._say("searched", "silent", account=account, months=months)
            for lack in one.lacks:
                yield self._say(
                    "searched", lack.kind, account=account, findings=lack.findings,
                    missing=lack.missing, code=lack.code,
                )  # fmt: skip
            if one.media_missing:
                count = one.media_missing
                yield self._say("searched", "media", account=account, count=count)
            if not (one.silent or one.lacks or one.media_missing):
                yield self._say("searched", "whole", account=account)

    def _unsearched(self) -> list[str]:
        lines = [self._missed(one, each) for one in self._made.systems for each in one.unsearched]
        lines += [
            self._say("unsearched", "outside", name=one.name, reason=one.reason)
            for one in self._made.outside
            if not one.searched
        ]
        return lines or [self._say("unsearched", "none")]

    def _missed(self, one: System, each: Unsearched) -> str:
        code = "outside_search" if each.reason is Reason.OUTSIDE else str(each.reason)
        reason = self._say("unsearched", code, deliveries=each.deliveries, items=each.items)
        if not one.account:
            return self._say("unsearched", "unknown", reason=reason)
        return self._say(
            "unsearched", "line", service=one.service, account=one.account, person=one.person,
            reason=reason,
        )  # fmt: skip

    def _how(self) -> list[str]:
        found = [
            line
            for number, one in enumerate(self._made.searches, 1)
            for line in self._search(number, one)
        ]
        return found or [self._say("how", "none")]

    def _search(self, number: int, one: Search) -> Iterator[str]:
        yield self._say(
            "how", "search", number=number, search=one.id, at=self._moment_of(one.at),
            officer=self._made.officers.get(one.officer, one.officer), hits=one.hits,
            typed=one.typed or self._say("how", "everything"),
        )  # fmt: skip
        if one.understood:
            yield self._say("how", "understood", understood=one.understood)
        if one.words:
            yield self._say("how", "words", words=", ".join(map(self._word, one.words)))
        if narrowed := ", ".join(self._filters(one.filters)):
            yield self._say("how", "filters", filters=narrowed)
        for each in one.systems:
            for missed in each.unsearched:
                if missed.reason is Reason.OUTSIDE:
                    yield self._missed(each, missed)
        yield self._say(
            "how", "state", log_size=one.log_size, log_root=one.log_root, analysis=one.analysis,
            version=one.version, digest=one.digest,
        )  # fmt: skip

    def _word(self, one: Word) -> str:
        kind = "prefix" if one.is_prefix else "word" if one.stem else "exact"
        return self._say("how", kind, word=one.folded, stem=one.stem)

    def _filters(self, filters: Filters) -> Iterator[str]:
        for name, value in msgspec.structs.asdict(filters).items():
            if name in ("since", "until") and value is not None:
                yield self._say("how", name, value=self._moment(value))
            elif isinstance(value, str) and value:
                yield self._say("how", name, value=value)

    def _found(self) -> Iterator[str]:
        made = self._made
        counts = Counter(one.how for one in made.candidates)
        yield self._say(
            "found", "text", hits=made.hits, candidates=len(made.candidates),
            hit=counts[How.HIT], context=counts[How.CONTEXT], added=counts[How.ADDED],
        )  # fmt: skip
        if made.gone:
            yield self._say("found", "gone", gone=made.gone)

    def _again(self) -> list[str]:
        return [
            self._say(
                "again", "other" if one.unexplained else "same", search=one.search, at=self._at,
                differences=one.differences, unexplained=one.unexplained,
            )
            for one in self._made.again
        ] or [self._say("how", "none")]  # fmt: skip

    def _day(self, day: date | None) -> str:
        if day is None:
            return str(self._letter["unknown"])
        month = self._letter["months"][day.month - 1]
        return str(self._letter["day"]).format(day=day.day, month=month, year=day.year)

    def _day_at(self, at: int | None) -> str:
        return self._day(None if at is None else datetime.fromtimestamp(at / 1000, self._zone))

    def _moment(self, at: int) -> str:
        moment = datetime.fromtimestamp(at / 1000, self._zone)
        return str(self._letter["moment"]).format(date=self._day(moment), time=f"{moment:%H:%M}")

    def _moment_of(self, text: str) -> str:
        return self._moment(int(datetime.fromisoformat(text).timestamp() * 1000))
