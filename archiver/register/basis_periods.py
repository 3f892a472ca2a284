"""Which legal bases an account has, for which purpose, from which day to which.

An account has the basis it was registered with, till it is registered with another, and the bases
that were assigned to it for a period. Nothing is overwritten: consent that is withdrawn (GDPR
art. 7(3)) is an event of its own, and from its day on the basis covers nothing; what it covered
before stays lawful.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.model import Account, Finding
from archiver.register import accounts, entries
from archiver.register.accounts import day, new_id
from archiver.register.bases import (
    ARCHIVING,
    UnknownPurpose,
    for_purpose,
    judge,
    purposes,
)
from archiver.register.functions import EndBeforeStart
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

ASSIGNED = "basis.assigned"
WITHDRAWN = "basis.withdrawn"
LIST, WITHDRAWALS = "bases", "withdrawals"
ENDED = "E-R004"
"""What is found where an account had a basis, and has none any more."""


class BasisPeriod(Struct, frozen=True, omit_defaults=True):
    """A basis that an account has for a purpose.

    Days are ISO 8601; an empty `since` is the day on which it was registered, an empty `until` has
    no end. `own` is the basis with which the account itself was registered.
    """

    id: str
    account: str
    purpose: str
    basis: str
    since: str = ""
    until: str = ""
    source: str = ""
    own: bool = False


class Withdrawal(Struct, frozen=True, omit_defaults=True):
    """A basis that an account has no longer from the day `on`; an empty purpose means all."""

    id: str
    account: str
    basis: str
    on: str
    purpose: str = ""
    source: str = ""


class NothingToWithdraw(ArchiveError):
    """Account {account} has no legal basis {basis} that could be withdrawn."""

    exit_code = ExitCode.USAGE


def cover(archive: Archive, account: Account, day: date) -> tuple[str, tuple[Finding, ...]]:
    """Say which basis covers taking in an account's messages on a day, as `bases.judge` does.

    Where every basis ended before, it is said which one was the last, and since when it is none.
    """
    codes = in_force(archive, account, day.isoformat())
    if not codes and (gone := _last_ended(archive, account, day.isoformat())):
        since, basis = gone
        return "", (Finding(ENDED, {"account": account.id, "basis": basis, "since": since}),)
    return judge(account, day, codes)


def in_force(
    archive: Archive, account: Account, day: str, purpose: str = ARCHIVING
) -> tuple[str, ...]:
    """Give the codes of the bases that an account has for a purpose on a day (ISO 8601)."""
    return holding(periods(archive, account), withdrawals(archive, account.id), day, purpose)


def holding(
    among: Sequence[tuple[int, BasisPeriod]],
    withdrawn: Iterable[tuple[int, Withdrawal]],
    day: str,
    purpose: str,
) -> tuple[str, ...]:
    """Give the codes of the periods, each with its event, that hold on a day; the own one last."""
    own = max((seq for seq, one in among if one.own), default=None)
    gone = [(seq, one) for seq, one in withdrawn if one.on <= day]
    found = [
        one
        for seq, one in among
        if one.purpose == purpose
        and one.since <= day
        and (not one.until or day <= one.until)
        and (not one.own or seq == own)
        and not any(after > seq and takes(one, other) for after, other in gone)
    ]
    return tuple(dict.fromkeys(one.basis for one in sorted(found, key=lambda one: one.own)))


def _last_ended(archive: Archive, account: Account, day: str) -> tuple[str, str] | None:
    """Give the first day without the basis that ended last, and its code; None when none ended."""
    among = periods(archive, account)
    withdrawn = withdrawals(archive, account.id)
    ends = (
        (min(_ends(seq, one, withdrawn), default=""), one.basis)
        for seq, one in among
        if one.purpose == ARCHIVING
    )
    return max((end for end in ends if "" < end[0] <= day), default=None)


def _ends(seq: int, one: BasisPeriod, withdrawn: Iterable[tuple[int, Withdrawal]]) -> Iterator[str]:
    """Give the days from which a period that an event began no longer holds."""
    if one.until:
        yield (date.fromisoformat(one.until) + timedelta(days=1)).isoformat()
    yield from (gone.on for after, gone in withdrawn if after > seq and takes(one, gone))


def periods(archive: Archive, account: Account) -> list[tuple[int, BasisPeriod]]:
    """Give the bases of an account, each with the event that assigned it, oldest first.

    Of an account of an earlier release whose basis never changed since, the event is -1.
    """
    found = entries.listed(archive.catalogue.connection, LIST, BasisPeriod, account.id)
    if not any(one.own for _, one in found):
        own = BasisPeriod(account.id, account.id, ARCHIVING, account.basis, own=True)
        found.insert(0, (-1, own))
    return found


def all_periods(archive: Archive) -> list[BasisPeriod]:
    """Give the bases that were assigned to accounts beside the ones they were registered with."""
    found = entries.listed(archive.catalogue.connection, LIST, BasisPeriod)
    return [one for _, one in found if not one.own]


def withdrawals(archive: Archive, account: str = "") -> list[tuple[int, Withdrawal]]:
    """Give what was withdrawn, of one account or of all, each with its event."""
    return entries.listed(archive.catalogue.connection, WITHDRAWALS, Withdrawal, account)


def assign(
    scribe: Scribe,
    *,
    account: str,
    purpose: str,
    basis: str,
    since: str,
    until: str = "",
    source: str = "",
) -> BasisPeriod:
    """Assign a basis to an account for a purpose and a period.

    Raises:
        NoSuchThing: There is no such account.
        UnknownBasis: The basis is not in the list; likewise `UnknownPurpose` and `NotForPurpose`.
        BadDate: A day is not one.
        EndBeforeStart: The last day lies before the first.
    """
    with scribe.archive.writing():
        given = BasisPeriod(new_id("b"), account, purpose, basis, since, until, source)
        made = checked(given, accounts.accounts(scribe.archive))
        scribe.record(event(scribe, made))
    return made


def withdraw(
    scribe: Scribe, *, account: str, basis: str, on: str, purpose: str = "", source: str = ""
) -> Withdrawal:
    """Register that a basis of an account covers nothing from a day on.

    Raises:
        NoSuchThing: There is no such account.
        NothingToWithdraw: It does not have that basis.
        BadDate: The day is not one.
    """
    with scribe.archive.writing():
        found = accounts.account(scribe.archive, account)
        given = Withdrawal(new_id("w"), account, basis, on, purpose, source)
        made = withdrawable(given, [one for _, one in periods(scribe.archive, found)])
        scribe.record(withdrawn_event(scribe, made))
    return made


def checked(one: BasisPeriod, among: Iterable[Account]) -> BasisPeriod:
    """Give a period as it may be registered; `assign` says what it raises."""
    accounts.known(one.account, among)
    for_purpose(one.basis, one.purpose)
    since, until = day(one.since), day(one.until) if one.until else ""
    if until and until < since:
        raise EndBeforeStart(since=since, until=until)
    return msgspec.structs.replace(one, since=since, until=until, own=False)


def withdrawable(one: Withdrawal, among: Iterable[BasisPeriod]) -> Withdrawal:
    """Give a withdrawal as it may be registered; `withdraw` says what it raises."""
    if one.purpose and one.purpose not in purposes():
        raise UnknownPurpose(code=one.purpose, known=", ".join(purposes()))
    if not any(each.account == one.account and takes(each, one) for each in among):
        raise NothingToWithdraw(account=one.account, basis=one.basis)
    return msgspec.structs.replace(one, on=day(one.on))


def event(scribe: Scribe, one: BasisPeriod) -> Event:
    """Make the event that assigns a basis."""
    return _event(scribe, ASSIGNED, one, one.purpose)


def withdrawn_event(scribe: Scribe, one: Withdrawal) -> Event:
    """Make the event that withdraws a basis."""
    return _event(scribe, WITHDRAWN, one, one.purpose)


def project(archive: Archive, event: Event) -> None:
    """Bring an assigned basis into the register."""
    value = msgspec.convert(unseal(archive, event), BasisPeriod)
    connection = archive.catalogue.connection
    entries.put(connection, LIST, value.id, value, seq=event.seq, subject=value.account)


def project_withdrawn(archive: Archive, event: Event) -> None:
    """Bring a withdrawal into the register."""
    value = msgspec.convert(unseal(archive, event), Withdrawal)
    connection = archive.catalogue.connection
    entries.put(connection, WITHDRAWALS, value.id, value, seq=event.seq, subject=value.account)


def project_own(archive: Archive, event: Event) -> None:
    """Bring the basis with which an account is registered, at first or anew, into the register."""
    connection = archive.catalogue.connection
    found = entries.listed(connection, LIST, BasisPeriod, event.account)
    before = [one.basis for _, one in found if one.own][-1:]
    if is_own(event, before):
        public = f"{event.account}.{event.seq}"
        own = BasisPeriod(public, event.account, ARCHIVING, event.basis, own=True)
        entries.put(connection, LIST, public, own, seq=event.seq, subject=event.account)


def is_own(event: Event, before: Sequence[str]) -> bool:
    """Whether an account's event says anew on what basis it is; others repeat the last one."""
    return "basis" in event.codes or [event.basis] != before


def takes(one: BasisPeriod, other: Withdrawal) -> bool:
    """Whether a withdrawal is of the basis and the purpose of a period."""
    return one.basis == other.basis and other.purpose in ("", one.purpose)


def _event(scribe: Scribe, kind: str, one: BasisPeriod | Withdrawal, purpose: str) -> Event:
    return scribe.event(
        kind,
        detail=msgspec.to_builtins(one),
        key=REGISTER,
        account=one.account,
        basis=one.basis,
        codes=[code for code in (one.id, purpose) if code],
    )
