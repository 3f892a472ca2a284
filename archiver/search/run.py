"""Answer a query: resolve who and where, ask the catalogue, give hits and an exact count."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from archiver.asked import Query
from archiver.search.analyse import Analysis
from archiver.search.excerpt import excerpter
from archiver.search.query import match, show
from archiver.store.archive import Archive
from archiver.store.catalogue import find, records
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import delivery_key, homes
from archiver.store.catalogue.register import account_key, accounts_of


class Answer(Struct, frozen=True):
    """What a search found: the query as it was understood, all hits counted, the newest shown."""

    query: str
    total: int
    hits: tuple[dict[str, Any], ...]


def search(archive: Archive, query: Query, *, count_only: bool = False) -> Answer:
    """Run one query; the caller logs it in the access log before anything is shown."""
    connection = archive.catalogue.connection
    wanted = _wanted(archive, query)
    if count_only:
        total, hits = find.count(connection, wanted), list[int]()
    else:
        total, hits = find.counted(connection, wanted, query.limit)
    shown = records.shown(connection, hits)
    if wanted.accounts is not None or wanted.delivery is not None:
        own = records.words_of(
            connection,
            hits,
            accounts=wanted.accounts,
            delivery=wanted.delivery,
            sealed=wanted.sealed,
        )
        shown = {record: values | own.get(record, {}) for record, values in shown.items()}
    cut = excerpter(query.words, Analysis.dutch().root)
    return Answer(
        query=show(query.words) if query.words else "",
        total=total,
        hits=tuple({**shown[record], "snippet": cut(shown[record]["text"])} for record in hits),
    )


def names(archive: Archive, query: Query) -> list[str]:
    """Give the public names of all records that a query finds, the newest first."""
    connection = archive.catalogue.connection
    found = find.newest(connection, _wanted(archive, query), query.limit)
    known = homes(connection, found)
    return [f"{delivery}.{item}" for delivery, item in map(known.__getitem__, found)]


def is_outdated(archive: Archive) -> bool:
    """Whether the index has stems of other rules than those that are searched by: rebuild it."""
    return archive.catalogue.analysis not in ("", Analysis.dutch().name)


def _wanted(archive: Archive, query: Query) -> find.Wanted:
    connection = archive.catalogue.connection
    tags = (query.service,) if query.service else ()
    words = match(query.words, Analysis.dutch().stem, tags) if query.words else None
    return find.Wanted(
        words=words,
        since=query.since,
        until=query.until,
        strands=find.strands_of(connection, query.conversation) if query.conversation else None,
        participants=(
            find.participants_of(connection, query.participant) if query.participant else None
        ),
        accounts=_accounts(connection, query),
        delivery=delivery_key(connection, query.delivery) or 0 if query.delivery else None,
        service=query.service,
        sealed=query.sealed,
    )


def _accounts(connection: Connection, query: Query) -> tuple[int, ...] | None:
    """Resolve whose copies are asked for: one account's, all of one person's, or anybody's."""
    found: tuple[int, ...] | None = None
    if query.account:
        found = (account_key(connection, query.account) or 0,)
    if query.holder:
        theirs = accounts_of(connection, query.holder)
        found = theirs if found is None else tuple(sorted({*found} & {*theirs}))
    return found
