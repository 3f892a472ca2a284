"""How complete an account is: first and last record, exports, silent months, what is unread.

Everything rests on deliveries, named one by one, and on one count of what they hold. What is sealed
is counted in it; of its conversations nothing is said but how many they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

from archiver.coverage.census import OPEN, SEALED, Census, census, total
from archiver.coverage.exports import Export, Lack, exports
from archiver.coverage.months import Months, named
from archiver.coverage.rhythm import Agreed, Rhythm
from archiver.model import Account
from archiver.store.archive import Archive

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The zone of Dutch legal time, by which months and days count unless another is set."""


class AccountCoverage(Struct, frozen=True):
    """What the archive has of an account. Moments are in ms since 1970, None for none.

    `records` counts messages and events, `sealed` those of them that are not open. `silent` are the
    months (``2022-05``) between first and last record without any. `gaps` are the findings of the
    exports that something is missing; `unread` the deliveries that were not read.
    """

    account: Account
    first: int | None
    last: int | None
    records: int
    sealed: int
    conversations: int
    sealed_conversations: int
    months: dict[str, int]
    silent: tuple[str, ...]
    deliveries: tuple[Export, ...]
    gaps: tuple[Lack, ...]
    unread: tuple[str, ...]
    media: int
    media_missing: int
    rhythm: Rhythm

    @property
    def last_read(self) -> int | None:
        """When it was last read out (ms since 1970)."""
        return max((one.received_at for one in self.deliveries if one.is_read), default=None)


def of_account(
    archive: Archive, account: Account, *, zone: tzinfo = AMSTERDAM, today: date | None = None
) -> AccountCoverage:
    """Say how complete one account is; of many, `of_accounts` reads the catalogue once."""
    months = Months(zone)
    today = today or datetime.now(zone).date()
    counted = census(archive.catalogue.connection, months)
    return of_accounts(archive, (account,), counted, today)[0]


def of_accounts(
    archive: Archive, among: Iterable[Account], counted: Census, today: date
) -> list[AccountCoverage]:
    """Say how complete accounts are, from one count."""
    found, _ = exports(archive.catalogue.connection)
    agreed = Agreed(archive, today)
    return [_of(one, found.get(one.id, ()), counted, agreed) for one in among]


def silent(present: Iterable[str]) -> tuple[str, ...]:
    """Give the months between the first and the last of these that are none of them."""
    known = set(present)
    if not known:
        return ()
    first, last = (date.fromisoformat(f"{month}-01") for month in (min(known), max(known)))
    return tuple(month for month in named(first, last) if month not in known)


def gaps_of(deliveries: Iterable[Export]) -> tuple[Lack, ...]:
    """Add up by code what the exports lack."""
    found: dict[str, Lack] = {}
    for one in (lack for each in deliveries for lack in each.lacks):
        known = found.get(one.code)
        found[one.code] = one if known is None else Lack(
            one.code, one.kind, known.findings + one.findings, known.missing + one.missing
        )  # fmt: skip
    return tuple(found.values())


def _of(
    account: Account, deliveries: tuple[Export, ...], counted: Census, agreed: Agreed
) -> AccountCoverage:
    own = [key for key, one in counted.strands.items() if one.account == account.id]
    both = total(each for key in own for side in (OPEN, SEALED)
                 for each in counted.spread.get((key, side), {}).values())  # fmt: skip
    sealed = total(each for key in own for each in counted.spread.get((key, SEALED), {}).values())
    months = _months(counted, own)
    read = [one.received_at for one in deliveries if one.is_read]
    opened = {counted.strands[key].conversation for key in own if (key, OPEN) in counted.spread}
    every = {counted.strands[key].conversation for key in own}
    return AccountCoverage(
        account=account,
        first=both.first,
        last=both.last,
        records=both.records,
        sealed=sealed.records,
        conversations=len(opened),
        sealed_conversations=len(every - opened),
        months=months,
        silent=silent(months),
        deliveries=deliveries,
        gaps=gaps_of(deliveries),
        unread=tuple(one.delivery for one in deliveries if not one.is_read),
        media=sum(one.media for one in deliveries),
        media_missing=sum(one.media_missing for one in deliveries),
        rhythm=agreed.of(account, counted.months.day_of(max(read)) if read else None),
    )


def _months(counted: Census, strands: Iterable[int]) -> dict[str, int]:
    """Count the records of these strands by month; those without a time are in none."""
    found: dict[str, int] = {}
    for key in strands:
        for side in (OPEN, SEALED):
            for stretch, tally in counted.spread.get((key, side), {}).items():
                if stretch is not None:
                    month = counted.months.month(stretch)
                    found[month] = found.get(month, 0) + tally.records
    return dict(sorted(found.items()))
