"""Where a search looked and where it did not: accounts and deliveries, each with the reason.

Searched is what is open. What is sealed, in custody, in quarantine or waits for an answer is named
as not searched, with how much of it there is and never with what it says; so is an account that is
registered and of which nothing was ever handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from archiver.cases import tables_systems as tables
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.register import accounts


class Reason(StrEnum):
    """Why something of an account was not searched."""

    SEALED = "sealed"
    CUSTODY = "custody"
    QUARANTINED = "quarantined"
    QUESTION = "question"
    WITHDRAWN = "withdrawn"
    NOTHING = "nothing"
    OUTSIDE = "outside"
    """The search was narrowed to others."""


class Unsearched(Struct, frozen=True):
    """What of an account was not searched for one reason: how many deliveries, how many items.

    The items of what was never read are not known: 0.
    """

    reason: Reason
    deliveries: int = 0
    items: int = 0


class System(Struct, frozen=True, omit_defaults=True):
    """One account in a search; of the messages that were searched, how many and from when to when.

    `account` is empty for deliveries of no account yet. Times are milliseconds since 1970.
    """

    account: str
    person: str = ""
    service: str = ""
    kind: str = ""
    deliveries: int = 0
    records: int = 0
    first: int | None = None
    last: int | None = None
    unsearched: tuple[Unsearched, ...] = ()

    @property
    def is_searched(self) -> bool:
        """Whether anything of it was searched."""
        return self.records > 0


def systems(
    connection: Connection, account: str = "", holder: str = "", delivery: str = ""
) -> tuple[System, ...]:
    """Say of every account what a search sees of it that is narrowed in this way."""
    opened = {row[0]: row[1:] for row in tables.opened(connection)}
    others: dict[str, list[tuple[str, int, int]]] = {}
    for public, state, deliveries, items in tables.unsearched(connection):
        others.setdefault(public, []).append((state, deliveries, items))
    owner = tables.account_of(connection, delivery) if delivery else ""
    found = []
    for one in accounts(connection):
        inside = (
            account in ("", one.id)
            and holder.casefold() in ("", one.person.casefold())
            and owner in ("", one.id)
        )
        made = System(one.id, one.person, one.service, str(one.kind))
        found.append(_told(made, opened.get(one.id), others.get(one.id, ()), inside=inside))
    if "" in others:
        found.append(_told(System(""), None, others[""], inside=True))
    return tuple(found)


def _told(
    made: System,
    opened: tuple[int, int, int | None, int | None] | None,
    others: Iterable[tuple[str, int, int]],
    *,
    inside: bool,
) -> System:
    unsearched = [Unsearched(Reason(state), number, items) for state, number, items in others]
    if opened is None:
        unsearched = unsearched or [Unsearched(Reason.NOTHING)]
        return System(made.account, made.person, made.service, made.kind, unsearched=(*unsearched,))
    deliveries, records, first, last = opened
    if not inside:
        unsearched.append(Unsearched(Reason.OUTSIDE, deliveries, records))
        return System(made.account, made.person, made.service, made.kind, unsearched=(*unsearched,))
    return System(
        made.account, made.person, made.service, made.kind, deliveries, records, first, last,
        (*unsearched,),
    )  # fmt: skip
