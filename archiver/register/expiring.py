"""What in the register runs out: the term of sealed custody, legal bases, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from datetime import datetime as moment

from archiver.model import Account, State
from archiver.register import facts
from archiver.register.accounts import accounts
from archiver.register.bases import bases, best
from archiver.register.basis_periods import in_force, periods, withdrawals
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries

WARNED_DAYS = 30
"""Days before a basis ends or a review is due at which it is told."""


def custody(archive: Archive, days: int, zone: tzinfo, today: date) -> Iterator[tuple[str, int]]:
    """Yield the deliveries in sealed custody with the days that their term of `days` still has."""
    rows = deliveries.listed(
        archive.catalogue.connection, "d.state = ? ORDER BY d.id", (State.CUSTODY.value,)
    )
    for row in rows:
        received = moment.fromtimestamp(row["received_at"] / 1000, zone).date()
        yield row["public"], days - (today - received).days


def uncovered_soon(archive: Archive, today: date) -> Iterator[tuple[str, date]]:
    """Yield the accounts that lose their last basis within `WARNED_DAYS`, with the first day."""
    last = today + timedelta(days=WARNED_DAYS)
    for account in accounts(archive):
        if best(in_force(archive, account, today.isoformat()), today) is None:
            continue
        for day in sorted(_changes(archive, account)):
            if (
                today < day <= last
                and best(in_force(archive, account, day.isoformat()), day) is None
            ):
                yield account.id, day
                break


def reviews(archive: Archive, today: date) -> Iterator[tuple[str, str]]:
    """Yield the accounts whose next review is due within `WARNED_DAYS`, with its day."""
    counting = facts.valid(facts.facts(archive, kind="review"), today.isoformat())
    last = (today + timedelta(days=WARNED_DAYS)).isoformat()
    yield from ((one.about, one.values["next"]) for one in counting if one.values["next"] <= last)


def _changes(archive: Archive, account: Account) -> set[date]:
    """Give the days from which an account may have fewer bases than the day before."""
    given = [one for _, one in periods(archive, account)]
    lasts = {date.fromisoformat(one.until) for one in given if one.until}
    lasts |= {known.until for one in given if (known := bases().get(one.basis)) and known.until}
    withdrawn = {date.fromisoformat(one.on) for _, one in withdrawals(archive, account.id)}
    return withdrawn | {last + timedelta(days=1) for last in lasts}
