"""The course of a case: clarification, views of third parties, extension, decision.

Each is an event with the day of the letter, which is not always that of the event. What the terms
are follows from them by `archiver.cases.terms`, and is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases.case import Case, CaseKind, Step
from archiver.cases.terms import Course, Suspension, Term, deciding, terms
from archiver.errors import ArchiveError, ExitCode
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal

ASKED = "case.clarification-asked"
CLARIFIED = "case.clarified"
SUSPENDED = "case.suspended"
RESUMED = "case.resumed"
EXTENDED = "case.extended"
INFORMED = "case.informed"
DECIDED = "case.decided"
KINDS = (ASKED, CLARIFIED, SUSPENDED, RESUMED, EXTENDED, INFORMED, DECIDED)


class WrongDay(ArchiveError):
    """The day {day} lies before the case was received, after today, or before what went before."""

    exit_code = ExitCode.USAGE


class NotSuspended(ArchiveError):
    """Case {case} has no clarification or view that is waited for."""

    exit_code = ExitCode.USAGE


class AlreadyWaiting(ArchiveError):
    """Case {case} waits for this already."""

    exit_code = ExitCode.USAGE


class NotExtendable(ArchiveError):
    """No act gives the term of case {case} another length."""

    exit_code = ExitCode.USAGE


class ExtendedAlready(ArchiveError):
    """The term of case {case} was extended on {day} already."""

    exit_code = ExitCode.USAGE


class TooLate(ArchiveError):
    """The term of case {case} could be extended up to {day}, when it ended."""

    exit_code = ExitCode.USAGE


class ReasonMissing(ArchiveError):
    """The term of case {case} is extended only with a reason that the requester is told."""

    exit_code = ExitCode.USAGE


class NothingToTell(ArchiveError):
    """Case {case} has no new day that the requester was not told."""

    exit_code = ExitCode.USAGE


class DecidedAlready(ArchiveError):
    """Case {case} was decided on {day}."""

    exit_code = ExitCode.USAGE


class Values(Struct, frozen=True, omit_defaults=True):
    """What an event of the course says: the day of the letter, and what stands in it.

    `last` is the last day that was given for an answer; `suspends` says that the term stands still
    meanwhile.
    """

    day: date
    reason: str = ""
    last: date | None = None
    suspends: bool = False


def ask(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register that the requester was asked to say more precisely what is meant.

    Raises:
        NoSuchThing: There is no such case.
        ClosedCase: It is closed.
        DecidedAlready: It was decided.
        AlreadyWaiting: A clarification is waited for.
        WrongDay: The day cannot be.
    """
    return _log(scribe, public, ASKED, values, today)


def clarify(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register the answer to that; raises as `ask`, and NotSuspended when nothing was asked."""
    return _log(scribe, public, CLARIFIED, values, today)


def suspend(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register that third parties were asked for their views and the requester was told so.

    The term stands still from the day after `values.day` on; `values.last` is the last day for the
    views. Raises as `ask`.
    """
    return _log(scribe, public, SUSPENDED, values, today)


def resume(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register that the last view came in, or that the time for it passed unused; as `clarify`."""
    return _log(scribe, public, RESUMED, values, today)


def extend(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register that the term was extended; raises as `ask`.

    Raises:
        NotExtendable: No act gives its term another length.
        ExtendedAlready: It was extended before.
        TooLate: The first term has ended.
        ReasonMissing: There is no reason.
    """
    return _log(scribe, public, EXTENDED, values, today)


def inform(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register that the requester was told of the day after a suspension; raises as `ask`.

    Raises:
        NothingToTell: No suspension ended since the requester was told.
    """
    return _log(scribe, public, INFORMED, values, today)


def decide(scribe: Scribe, public: str, values: Values, today: date) -> Case:
    """Register the day on which the decision was made known; raises as `ask`."""
    return _log(scribe, public, DECIDED, values, today)


def course(one: Case, steps: Iterable[Step]) -> Course:
    """Give what the terms of a case follow from."""
    found = _Found(one)
    for step in steps:
        found.add(step)
    return found.course()


def terms_of(one: Case, steps: Iterable[Step]) -> tuple[Term, ...]:
    """Give the terms of a case as they are now."""
    return terms(course(one, steps))


def is_untold(steps: Iterable[Step]) -> bool:
    """Whether a suspension ended of which the requester was not told the new day (4.4, fourth)."""
    untold = False
    for step in steps:
        kind = f"case.{step.what}"
        untold = kind == RESUMED or (untold and kind not in (INFORMED, DECIDED))
    return untold


def project(archive: Archive, event: Event) -> None:
    """Keep a step of the course."""
    schema.migrate(archive.catalogue.connection)
    cases.step(archive, event, unseal(archive, event))


class _Found:
    """Reads the steps of a case in order."""

    def __init__(self, one: Case) -> None:
        self._case = one
        self._waiting: dict[str, Values] = {}
        self._ended: list[Suspension] = []
        self._days: dict[str, date] = {}

    def add(self, step: Step) -> None:
        """Take a step."""
        kind = f"case.{step.what}"
        if kind not in KINDS:
            return
        values = msgspec.convert(step.values, Values, strict=False)
        self._days[kind] = values.day
        if kind in (ASKED, SUSPENDED):
            self._waiting[kind] = values
        elif kind in _ENDS:
            asked = self._waiting.pop(_ENDS[kind], None)
            if asked is not None and (asked.suspends or kind == RESUMED):
                self._ended.append(Suspension(asked.day, _until(asked, values.day)))

    def course(self) -> Course:
        """Give the course so far."""
        waiting = [
            Suspension(one.day, one.last + _DAY, is_open=True)
            for kind, one in self._waiting.items()
            if one.last is not None and (one.suspends or kind == SUSPENDED)
        ]
        return Course(
            kind=self._case.kind,
            received=self._case.received,
            due=self._case.due,
            suspensions=(*self._ended, *waiting),
            extended_on=self._days.get(EXTENDED),
            decided_on=self._days.get(DECIDED),
            is_contested=self._case.is_contested,
        )

    def since(self, kind: str) -> date:
        """Give the first day on which an event of this kind can be."""
        before = self._waiting.get(_ENDS.get(kind, ""))
        return before.day if before else self._case.received

    def is_waiting(self, kind: str) -> bool:
        """Whether an answer to this kind of letter is waited for."""
        return kind in self._waiting


_DAY = timedelta(days=1)
_ENDS = {CLARIFIED: ASKED, RESUMED: SUSPENDED}


def _until(asked: Values, day: date) -> date:
    """Give the day from which the term runs again: that of the answer, or after the last day."""
    return day if asked.last is None else min(day, asked.last + _DAY)


def _log(scribe: Scribe, public: str, kind: str, values: Values, today: date) -> Case:
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        steps = cases.steps(connection, one.id)
        found = _Found(one)
        for step in steps:
            found.add(step)
        _insist(one, found, kind, values, today)
        if kind == INFORMED and not is_untold(steps):
            raise NothingToTell(case=one.id)
        detail: dict[str, Any] = msgspec.to_builtins(values)
        cases.record(scribe, one.id, kind, detail)
        return cases.case(connection, one.id)


def _insist(one: Case, found: _Found, kind: str, values: Values, today: date) -> None:
    known = found.course()
    if known.decided_on is not None:
        raise DecidedAlready(case=one.id, day=known.decided_on)
    if kind in (ASKED, SUSPENDED) and found.is_waiting(kind):
        raise AlreadyWaiting(case=one.id)
    if kind in _ENDS and not found.is_waiting(_ENDS[kind]):
        raise NotSuspended(case=one.id)
    if not found.since(kind) <= values.day <= today:
        raise WrongDay(day=values.day)
    if values.last is not None and values.last <= values.day:
        raise WrongDay(day=values.last)
    if kind == EXTENDED:
        _insist_extendable(one, known, values)


def _insist_extendable(one: Case, known: Course, values: Values) -> None:
    first = deciding(known, first=True)
    if known.kind not in (CaseKind.WOO, CaseKind.ACCESS) or known.due is not None or first is None:
        raise NotExtendable(case=one.id)
    if known.extended_on is not None:
        raise ExtendedAlready(case=one.id, day=known.extended_on)
    if values.day > first.day:
        raise TooLate(case=one.id, day=first.day)
    if not values.reason.strip():
        raise ReasonMissing(case=one.id)
