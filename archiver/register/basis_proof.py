"""Prove from the log that the legal basis of every processing was there before it.

Processing begins where a delivery is read: an event ``delivery.kept`` that is not sealed custody.
Its account must have been given the basis by an earlier event, and that basis must have covered the
day. What is proved stands in the log in the clear (ids, codes, times); only the days for which a
basis was assigned come from the encrypted detail. A withdrawal that was registered late counts from
its own day all the same, but not against what was read earlier on that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from msgspec import Struct

from archiver.model import State
from archiver.output import local
from archiver.register import accounts, basis_periods, devices, entries
from archiver.register.bases import ARCHIVING, best
from archiver.register.basis_periods import BasisPeriod, Withdrawal, holding, is_own
from archiver.store.archive import Archive
from archiver.store.events import Event

KEPT = "delivery.kept"
_OWN = (accounts.ADDED, accounts.CHANGED, devices.ADDED)


class Outcome(StrEnum):
    """What the log proves of one processing."""

    PROVED = "proved"
    NOT_BEFORE = "not-before"
    NOT_COVERED = "not-covered"
    NOT_PROCESSED = "not-processed"


class Proof(Struct, frozen=True):
    """One time that a delivery was read, with the event that gave its basis.

    Times are RFC 3339 in the zone of the proof. Events are their numbers in the log; `basis_event`
    is None when there is none. Of a delivery that only lies in custody there is nothing to prove:
    `processing_event` is the one by which it was kept.
    """

    account: str
    delivery: str
    basis: str
    basis_event: int | None
    basis_at: str
    processing_event: int
    processed_at: str
    outcome: Outcome

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.outcome in (Outcome.PROVED, Outcome.NOT_PROCESSED)


def prove(archive: Archive, zone: tzinfo, account: str = "") -> Iterator[Proof]:
    """Go through the log; give each processing, in order, by default of all accounts.

    `zone` is the one in which days begin and times are written.
    """
    connection = archive.catalogue.connection
    assigned = entries.listed(connection, basis_periods.LIST, BasisPeriod)
    said = _Said(
        [(seq, one) for seq, one in assigned if not one.own], basis_periods.withdrawals(archive)
    )
    for event in archive.log.events(0):
        said.note(event)
        if event.type == KEPT and account in ("", event.account):
            yield _judged(said, event, zone)


def own_bases(archive: Archive) -> dict[str, list[Event]]:
    """Give by account the events that registered it on a basis, at first or anew."""
    found: dict[str, list[Event]] = {}
    for event in archive.log.events(0):
        if event.type in _OWN:
            before = found.setdefault(event.account, [])
            if is_own(event, [each.basis for each in before[-1:]]):
                before.append(event)
    return found


@dataclass(slots=True)
class _Said:
    """What the log has said of bases up to some event."""

    assigned: Sequence[tuple[int, BasisPeriod]]
    withdrawn: Sequence[tuple[int, Withdrawal]]
    own: dict[str, tuple[int, BasisPeriod]] = field(default_factory=dict)
    last: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Take in an event that gives an account a basis."""
        key = event.account, event.basis
        if event.type == basis_periods.ASSIGNED:
            self.last[key] = event.seq, event.at
        elif event.type in _OWN:
            before = self.own.get(event.account)
            if is_own(event, [before[1].basis] if before else []):
                made = BasisPeriod("", event.account, ARCHIVING, event.basis, own=True)
                self.own[event.account] = event.seq, made
                self.last[key] = event.seq, event.at

    def codes(self, event: Event, day: date) -> tuple[str, ...]:
        """Give the bases that the event's account had on a day, as far as said before it."""
        found = [
            (seq, one)
            for seq, one in self.assigned
            if one.account == event.account and seq < event.seq
        ]
        own = self.own.get(event.account)
        withdrawn = [
            (seq, one)
            for seq, one in self.withdrawn
            if one.account == event.account and (seq < event.seq or one.on < day.isoformat())
        ]
        return holding([*found, *([own] if own else [])], withdrawn, day.isoformat(), ARCHIVING)


def _judged(said: _Said, event: Event, zone: tzinfo) -> Proof:
    seq, at = said.last.get((event.account, event.basis), (None, ""))
    return Proof(
        account=event.account,
        delivery=event.delivery,
        basis=event.basis,
        basis_event=seq,
        basis_at=local(at, zone),
        processing_event=event.seq,
        processed_at=local(event.at, zone),
        outcome=_outcome(said, event, zone, seq),
    )


def _outcome(said: _Said, event: Event, zone: tzinfo, given: int | None) -> Outcome:
    if event.result == State.CUSTODY:
        return Outcome.NOT_PROCESSED
    if given is None:
        return Outcome.NOT_BEFORE
    day = datetime.fromisoformat(event.at).astimezone(zone).date()
    covers = best([code for code in said.codes(event, day) if code == event.basis], day)
    return Outcome.PROVED if covers else Outcome.NOT_COVERED


def first_by_account(proofs: Sequence[Proof]) -> Mapping[tuple[str, str], Proof]:
    """Give the first processing of each account under each basis."""
    found: dict[tuple[str, str], Proof] = {}
    for one in proofs:
        if one.outcome is not Outcome.NOT_PROCESSED:
            found.setdefault((one.account, one.basis), one)
    return found
