"""The table owed to parliament: by official, account and cabinet period, three answers.

Which private mail and message services were used in which period, whether safely, and whether and
where the messages are kept (written questions 2022Z06465, questions 5 and 6, of 7 April 2022).
Every cell says on what it rests: deliveries, or a dated fact of the register. A cell that nobody
knows stays empty and is named so where it is shown.

**Kept** is a share of months: those in which the account ran within the period, till today, and
those of them of which the archive has at least one record. It says nothing of how many messages
there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta, tzinfo

from msgspec import Struct

from archiver.coverage.accounts import AccountCoverage, gaps_of, of_accounts
from archiver.coverage.census import OPEN, SEALED, Census, Tally, census, total
from archiver.coverage.exports import Export, Lack
from archiver.coverage.months import FIRST_YEAR, Months, named
from archiver.coverage.officials import Official, officials
from archiver.errors import NoSuchThing
from archiver.model import Account
from archiver.register import facts
from archiver.register.cabinets import Cabinet, cabinets
from archiver.register.devices import SERVICE
from archiver.register.facts import Fact
from archiver.store.archive import Archive
from archiver.store.catalogue.compare import still

_EARLIEST = date(FIRST_YEAR, 1, 1)


class Source(Struct, frozen=True):
    """A fact of the register that a cell rests on: id, day from which it counts, its source."""

    fact: str
    day: str
    source: str


class Row(Struct, frozen=True):
    """One account of one official within one cabinet period.

    `cabinet` is empty for time in which the list has none. Days are ISO 8601, `since` is
    empty where it begins with nothing; `first` and `last`
    are ms since 1970, None where nothing is here. `safe` is ``safe``, ``unsafe``, ``unknown`` or,
    empty, not assessed; `declared` is ``none``, ``refused``, ``supplied`` or empty. `months` is how
    many the account ran in, `months_kept` how many of them have records, `silent` the others.
    """

    official: str
    functions: tuple[str, ...]
    account: str
    service: str
    kind: str
    identifier: str
    cabinet: str
    since: str
    until: str
    first: int | None
    last: int | None
    records: int
    sealed: int
    deliveries: tuple[str, ...]
    safe: str
    safe_source: Source | None
    declared: str
    declared_source: Source | None
    stored: str
    stored_source: Source | None
    months: int
    months_kept: int
    silent: tuple[str, ...]
    gaps: tuple[Lack, ...]
    unread: tuple[str, ...]

    @property
    def percent(self) -> int | None:
        """The share of months that are kept, rounded down; None when there is none to keep."""
        return None if not self.months else 100 * self.months_kept // self.months


class Period(Struct, frozen=True):
    """A stretch of days, the last one included; with the cabinet in office, if it is known."""

    cabinet: str
    since: date
    until: date


def overview(
    archive: Archive,
    *,
    since: date | None = None,
    until: date | None = None,
    cabinet: str = "",
    zone: tzinfo,
    today: date,
) -> list[Row]:
    """Make the table, of all time or of a period, or of one cabinet by its code.

    Raises:
        NoSuchThing: There is no such cabinet.
    """
    periods = _periods(_cabinets(cabinet), since, until, today)
    cuts = {day for one in periods for day in (one.since, one.until + timedelta(days=1))}
    connection = archive.catalogue.connection
    everyone = officials(archive)
    with still(connection):
        counted = census(connection, Months(zone, cuts))
        among = [one for each in everyone for one in each.accounts if one.service != SERVICE]
        covered = of_accounts(archive, among, counted, today)
    counting = facts.valid(facts.facts(archive), today.isoformat())
    return list(_rows(everyone, covered, counted, periods, _Facts(counting)))


def _cabinets(code: str) -> tuple[Cabinet, ...]:
    found = tuple(one for one in cabinets() if code in ("", one.code))
    if not found:
        raise NoSuchThing(what="cabinet", name=code)
    return found


def _periods(
    among: Sequence[Cabinet], since: date | None, until: date | None, today: date
) -> list[Period]:
    """Give the cabinets' periods within the days asked for, and the time before the first one.

    On the day on which one cabinet follows another, that day is the later one's.
    """
    last = min(until, today) if until else today
    found = []
    for one in among:
        end = one.until - timedelta(days=1) if one.until else today
        found.append(Period(one.code, one.since, end))
    if len(among) == len(cabinets()):
        found.insert(0, Period("", _EARLIEST, among[0].since - timedelta(days=1)))
    cut = [
        Period(one.cabinet, max(one.since, since or one.since), min(one.until, last))
        for one in found
    ]
    return [one for one in cut if one.since <= one.until]


class _Facts:
    """What counts of an account: one fact of a kind."""

    def __init__(self, counting: Iterable[Fact]) -> None:
        self._found = {(one.about, one.kind): one for one in counting}

    def of(self, account: Account, kind: str, value: str) -> tuple[str, Source | None]:
        """Give what a fact says, and where that stands."""
        one = self._found.get((account.id, kind))
        return ("", None) if one is None else (
            one.values[value], Source(one.id, one.day, one.source)
        )  # fmt: skip


def _rows(
    everyone: Iterable[Official],
    covered: Iterable[AccountCoverage],
    counted: Census,
    periods: Sequence[Period],
    stated: _Facts,
) -> Iterator[Row]:
    by_account = {one.account.id: one for one in covered}
    for one in everyone:
        for account in one.accounts:
            if account.id in by_account:
                strands = [key for key, each in counted.strands.items()
                           if each.account == account.id]  # fmt: skip
                for period in periods:
                    found = _row(one, by_account[account.id], counted, strands, period, stated)
                    if found is not None:
                        yield found


def _row(
    one: Official,
    covered: AccountCoverage,
    counted: Census,
    strands: Sequence[int],
    period: Period,
    stated: _Facts,
) -> Row | None:
    """Give a row, or None where the account did not run and nothing is here of it."""
    account = covered.account
    opened, _ = _within(counted, strands, period, (OPEN,))
    every, present = _within(counted, strands, period, (OPEN, SEALED))
    owed = _owed(account, period)
    if not owed and not every.records:
        return None
    safe, safe_source = stated.of(account, "safety", "outcome")
    declared, declared_source = stated.of(account, "declared-use", "outcome")
    stored, stored_source = stated.of(account, "storage", "location")
    exports = _exports(covered, counted.months, period)
    return Row(
        official=one.name,
        functions=_held(one, period),
        account=account.id,
        service=account.service,
        kind=account.kind,
        identifier=account.identifier,
        cabinet=period.cabinet,
        since=period.since.isoformat() if period.since > _EARLIEST else "",
        until=period.until.isoformat(),
        first=every.first,
        last=every.last,
        records=every.records,
        sealed=every.records - opened.records,
        deliveries=tuple(each.delivery for each in exports),
        safe=safe,
        safe_source=safe_source,
        declared=declared,
        declared_source=declared_source,
        stored=stored,
        stored_source=stored_source,
        months=len(owed),
        months_kept=len(present & set(owed)),
        silent=tuple(month for month in owed if month not in present),
        gaps=gaps_of(exports),
        unread=covered.unread,
    )


def _within(
    counted: Census, strands: Iterable[int], period: Period, sides: Sequence[int]
) -> tuple[Tally, set[str]]:
    """Count what lies within a period, and give the months of it."""
    start = counted.months.at(period.since)
    end = counted.months.at(period.until + timedelta(days=1))
    found = [
        (counted.months.month(stretch), tally)
        for key in strands
        for side in sides
        for stretch, tally in counted.spread.get((key, side), {}).items()
        if stretch is not None and start <= counted.months.starts[stretch] < end
    ]
    return total(tally for _, tally in found), {month for month, _ in found}


def _owed(account: Account, period: Period) -> tuple[str, ...]:
    """Give the months of a period in which the account ran."""
    since = max(date.fromisoformat(account.since), period.since)
    until = min(date.fromisoformat(account.until), period.until) if account.until else period.until
    return tuple(named(since, until)) if since <= until else ()


def _held(one: Official, period: Period) -> tuple[str, ...]:
    return tuple(
        each.title
        for each in one.functions
        if each.since <= period.until.isoformat()
        and (not each.until or each.until >= period.since.isoformat())
    )


def _exports(covered: AccountCoverage, months: Months, period: Period) -> tuple[Export, ...]:
    """Give the exports whose period touches this one: those are where the cells come from."""
    start, end = months.at(period.since), months.at(period.until + timedelta(days=1))
    return tuple(
        one
        for one in covered.deliveries
        if one.first is not None and one.last is not None and one.first < end and one.last >= start
    )
