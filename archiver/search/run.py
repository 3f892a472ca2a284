"""Answer a query: resolve who and where, ask the catalogue, give hits and an exact count."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from archiver.model import Query
from archiver.search.analyse import Analysis
from archiver.search.excerpt import excerpter
from archiver.search.query import match, show
from archiver.store.archive import Archive
from archiver.store.catalogue import find, records
from archiver.store.catalogue.register import account_key


class Answer(Struct, frozen=True):
    """What a search found: the query as it was understood, all hits counted, the newest shown."""

    query: str
    total: int
    hits: tuple[dict[str, Any], ...]


def search(archive: Archive, query: Query, *, count_only: bool = False) -> Answer:
    """Run one query; the caller logs it in the access log before anything is shown."""
    connection = archive.catalogue.connection
    wanted = _wanted(archive, query)
    total = find.count(connection, wanted)
    hits = [] if count_only else find.newest(connection, wanted, query.limit)
    shown = records.shown(connection, hits)
    cut = excerpter(query.words, _analysis().stem)
    return Answer(
        query=show(query.words) if query.words else "",
        total=total,
        hits=tuple({**shown[record], "snippet": cut(shown[record]["text"])} for record in hits),
    )


def is_outdated(archive: Archive) -> bool:
    """Whether the index has stems of other rules than those that are searched by: rebuild it."""
    return archive.catalogue.analysis not in ("", _analysis().name)


@cache
def _analysis() -> Analysis:
    return Analysis.dutch()


def _wanted(archive: Archive, query: Query) -> find.Wanted:
    connection = archive.catalogue.connection
    tags = (query.service,) if query.service else ()
    words = match(query.words, _analysis().stem, tags) if query.words else None
    return find.Wanted(
        words=words,
        since=query.since,
        until=query.until,
        strands=find.strands_of(connection, query.conversation) if query.conversation else None,
        participants=(
            find.participants_of(connection, query.participant) if query.participant else None
        ),
        account=account_key(connection, query.account) or 0 if query.account else None,
        service=query.service,
        sealed=query.sealed,
    )
