"""The agreed rhythm of read-outs: of an account, or else of the function that its official holds.

The Audit Service found in September 2024 that departments lack a regular rhythm. What was agreed is
a dated fact of the register (``rhythm``, ``function-rhythm``); without one nothing is overdue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta, tzinfo

from msgspec import Struct

from archiver.coverage import tables
from archiver.coverage.months import Months
from archiver.model import Account, State
from archiver.register import facts
from archiver.register.accounts import accounts
from archiver.register.facts import Fact
from archiver.register.functions import functions, same
from archiver.register.persons import names
from archiver.store.archive import Archive


class Rhythm(Struct, frozen=True):
    """How often an account is read out: `days` at most between two, by which fact; 0 for none.

    `last` is the day of the last read-out and `due` that of the next (ISO 8601), empty for none.
    """

    days: int = 0
    fact: str = ""
    last: str = ""
    due: str = ""

    def overdue(self, today: date) -> int:
        """Give the days since it was due, 0 when it is not."""
        return max((today - date.fromisoformat(self.due)).days, 0) if self.due else 0


class Agreed:
    """What was agreed that counts on a day."""

    def __init__(self, archive: Archive, today: date) -> None:
        self._archive = archive
        self._today = today
        self._counting = facts.valid(facts.facts(archive), today.isoformat())
        self._held = functions(archive)

    def of(self, account: Account, last: date | None) -> Rhythm:
        """Give an account's rhythm; before the first read-out its first day counts."""
        shown = last.isoformat() if last else ""
        fact = self._fact(account)
        if fact is None or account.since > self._today.isoformat():
            return Rhythm(last=shown)
        days = int(fact.values["days"])
        if account.until and shown > account.until:
            return Rhythm(days, fact.id, shown)
        start = last or date.fromisoformat(account.since)
        return Rhythm(days, fact.id, shown, (start + timedelta(days=days)).isoformat())

    def _fact(self, account: Account) -> Fact | None:
        for one in self._counting:
            if one.kind == "rhythm" and one.about == account.id:
                return one
        held = self._functions(names(self._archive, account.person))
        fitting = [one for one in self._counting if one.kind == "function-rhythm"
                   and one.values["function"] in held]  # fmt: skip
        latest = {one.values["function"]: one for one in fitting}
        return min(latest.values(), key=lambda one: int(one.values["days"]), default=None)

    def _functions(self, known: Sequence[str]) -> set[str]:
        """Give the codes of the functions that somebody of these names holds today."""
        day = self._today.isoformat()
        return {
            one.code
            for one in self._held
            if any(same(one.person, name) for name in known)
            and one.since <= day
            and (not one.until or day <= one.until)
        }


def overdue(archive: Archive, zone: tzinfo, today: date) -> Iterator[tuple[str, int]]:
    """Yield (account, days) of the accounts whose read-out should have been by now."""
    months, agreed = Months(zone), Agreed(archive, today)
    found = tables.deliveries(archive.catalogue.connection)
    for account in accounts(archive):
        read = [one.received_at for one in found.get(account.id, ()) if State(one.state).is_final]
        days = agreed.of(account, months.day_of(max(read)) if read else None).overdue(today)
        if days:
            yield account.id, days
