"""Stretches of a conversation that an export lacks as a whole, or keeps by another clock.

What is missing in one piece is told once and not message by message: what lies before an export's
first item or after its last, a time in which its owner was no member, a gap.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archiver.produce.differences.clocks import Clocks
from archiver.produce.differences.coverage import VANISHING, Coverage
from archiver.produce.differences.kinds import Kind
from archiver.produce.differences.model import Difference, Side
from archiver.produce.differences.moments import Moment, Place

GAP = 10
"""So many messages in a row, absent without anything that explains it, make a gap."""

CUT = "cut"
"""Why an export may begin late: it has as many items as the service exports at most."""


class Stretch(Struct, frozen=True):
    """What one export has in one piece: the difference, and between which places it lies."""

    since: Place
    until: Place
    told: Difference


class _Run(Struct):
    """Messages in a row of one export, for one reason."""

    kind: Kind
    first: Moment
    last: Moment
    messages: int
    amount: int = 0


class Stretches:
    """Follows every export through a conversation and keeps the stretches."""

    def __init__(self, exports: int, coverage: Coverage, clocks: Clocks) -> None:
        self._coverage = coverage
        self._clocks = clocks
        self._missing: list[_Run | None] = [None] * exports
        self._shifted: list[_Run | None] = [None] * exports
        self.found: list[Stretch] = []

    def has(self, number: int, moment: Moment) -> None:
        """Note that an export has a record; an event ends a gap, but no time outside the group."""
        missing = self._missing[number]
        if missing is not None and (missing.kind is Kind.ABSENT or not moment.event):
            self._end(self._missing, number)
        told = moment.told[number]
        if moment.event or told.sent_at is None:
            return
        ahead = told.sent_at - self._clocks.at(told.strand, told.sent_at)
        run = self._shifted[number]
        if run is not None and run.amount == ahead:
            run.last, run.messages = moment, run.messages + 1
        elif run is not None or ahead:
            self._end(self._shifted, number)
            if ahead:
                self._shifted[number] = _Run(Kind.ZONE, moment, moment, 1, ahead)

    def lacks(self, number: int, moment: Moment, kind: Kind) -> None:
        """Note that an export lacks a message, and why."""
        run = self._missing[number]
        if run is not None and run.kind is kind:
            run.last, run.messages = moment, run.messages + 1
        else:
            self._end(self._missing, number)
            self._missing[number] = _Run(kind, moment, moment, 1)

    def end(self) -> None:
        """Close what is open, and put all in order."""
        for runs in (self._missing, self._shifted):
            for number in range(len(runs)):
                self._end(runs, number)
        self.found.sort(key=lambda one: (one.since, one.told.kind))

    def _end(self, runs: list[_Run | None], number: int) -> None:
        run, runs[number] = runs[number], None
        if run is None or run.kind is Kind.UNSURE:
            return
        if run.kind is not Kind.ABSENT or run.messages >= GAP:
            self.found.append(self._stretch(number, run))

    def _stretch(self, number: int, run: _Run) -> Stretch:
        kind = Kind.GAP if run.kind is Kind.ABSENT else run.kind
        side = (Side(number, str(kind)),)
        told = Difference(
            kind,
            run.first.at,
            run.first.record,
            until=run.last.at,
            messages=run.messages,
            has=side if kind is Kind.ZONE else (),
            lacks=() if kind is Kind.ZONE else side,
            amount=run.amount,
            explained=self._explained(kind, number, run),
        )
        return Stretch(run.first.place, run.last.place, told)

    def _explained(self, kind: Kind, number: int, run: _Run) -> tuple[str, ...]:
        if kind is Kind.BEFORE_START and self._coverage.cut[number]:
            return (CUT,)
        ends = run.first.at, run.last.at
        if kind is Kind.GAP and any(map(self._coverage.is_vanishing, ends)):
            return (VANISHING,)
        return ()


class Gaps:
    """Tells, in the order of the conversation, whether what an export lacks belongs to a gap."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._gaps: dict[int, list[Stretch]] = {}
        for one in reversed(stretches):
            if one.told.kind is Kind.GAP:
                self._gaps.setdefault(one.told.lacks[0].export, []).append(one)

    def has(self, number: int, place: Place) -> bool:
        """Whether a place lies in a gap of an export; places must rise."""
        gaps = self._gaps.get(number, [])
        while gaps and gaps[-1].until < place:
            gaps.pop()
        return bool(gaps) and gaps[-1].since <= place
