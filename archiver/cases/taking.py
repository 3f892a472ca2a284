"""Taking candidates: a search's hits with what stands around them, and what an officer adds.

Around a hit stand the messages before and after it in its conversation; what it replies to travels
with it, since an answer says nothing without its question. Nothing that is sealed is taken, but in
a data subject's case by a sorter who searched what is sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from archiver.cases import case as cases
from archiver.cases import schema, tables_replies
from archiver.cases import tables_candidate as tables
from archiver.cases.candidates import How
from archiver.cases.searches import Search, hits_of, search_of
from archiver.cases.surroundings import surroundings
from archiver.errors import NoSuchThing
from archiver.register.accounts import new_id
from archiver.store.archive import Archive
from archiver.store.catalogue import homes
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe
from retention import dossier
from retention import hold as holds

TAKEN = "case.taken"
ADDED = "case.candidate-added"
DROPPED = "case.candidate-dropped"
_ROLE = "candidates"

Taken = tuple[str, How]
"""A record's public id, and how it became a candidate."""


def take(scribe: Scribe, public: str, search: str, *, context: int, sealed: bool = False) -> int:
    """Make what a search found candidates, with `context` records before and after each.

    A search in what is sealed exists only for who asks for what is `sealed`.

    Returns:
        How many records are candidates by this search now.

    Raises:
        NoSuchThing: There is no such case, or it has no such search.
        ClosedCase: It is closed.
    """
    archive = scribe.archive
    with archive.writing():
        connection = schema.ready(archive)
        asked = cases.opened(connection, public)
        one = search_of(connection, asked.id, search)
        if one.filters.sealed != sealed:
            raise NoSuchThing(what="search", name=search)
        taken = list(_around(connection, hits_of(archive, one), context, sealed=sealed))
        _keep(scribe, TAKEN, asked.id, taken, search=one)
        return len({record for record, _ in taken})


def add(scribe: Scribe, public: str, records: Sequence[str], reason: str) -> int:
    """Add records to the candidates by hand; give how many.

    Raises:
        NoSuchThing: There is no such case, or no such record that is open.
        ClosedCase: It is closed.
    """
    archive = scribe.archive
    with archive.writing():
        connection = schema.ready(archive)
        asked = cases.opened(connection, public)
        keys = [_open_record(connection, record) for record in dict.fromkeys(records)]
        taken = [(homes.name_of(connection, key), How.ADDED) for key in keys]
        _keep(scribe, ADDED, asked.id, taken, reason=reason)
        return len(taken)


def drop(scribe: Scribe, public: str, records: Sequence[str], reason: str) -> int:
    """Let records be candidates no longer, by whatever search they came; give how many.

    They stay held: a hold that was placed is lifted by two officers only.

    Raises:
        NoSuchThing: There is no such case, or one of them is no candidate of it.
        ClosedCase: It is closed.
    """
    archive = scribe.archive
    with archive.writing():
        connection = schema.ready(archive)
        asked = cases.opened(connection, public)
        dropped: list[Taken] = []
        for record in dict.fromkeys(records):
            names = tables.names_of(connection, asked.id, _open_record(connection, record))
            if not names:
                raise NoSuchThing(what="candidate", name=record)
            dropped += [(f"{delivery}.{item}", How.ADDED) for delivery, item in names]
        _keep(scribe, DROPPED, asked.id, dropped, reason=reason)
        return len(records)


def project(archive: Archive, event: Event) -> None:
    """Bring what was taken, added or dropped into the tables, and hold what was taken."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    search = event.codes[0] if event.type == TAKEN else ""
    rows = [(*_parted(name), how) for name, how in _read(archive, event)]
    names = [(delivery, item) for delivery, item, _ in rows]
    if event.type == DROPPED:
        tables.drop(connection, event.case, names)
    else:
        tables.put(connection, event.case, search, rows)
        for public in cases.case(connection, event.case).holds:
            holds.name(connection, public, names)
    values = {"search": search, **event.counts}
    cases.step(archive, event, values | cases.reason_of(archive, event))


def _around(
    connection: Connection, hits: Iterable[str], context: int, *, sealed: bool
) -> Iterator[Taken]:
    """Give hits with what stands around them, each with its public id of now."""
    named = (homes.record_of(connection, name) for name in hits)
    keys = {key for key in named if key is not None}
    if not sealed:
        keys = tables_replies.opened(connection, keys)
    around = surroundings(connection, keys, context, sealed=sealed)
    for key, (delivery, item) in homes.homes(connection, keys | around).items():
        yield f"{delivery}.{item}", How.HIT if key in keys else How.CONTEXT


def _keep(
    scribe: Scribe,
    kind: str,
    case: str,
    taken: Collection[Taken],
    *,
    search: Search | None = None,
    reason: str = "",
) -> None:
    """Store the names as an object of the case, and log one event that names it.

    How much of what is sealed was found stands nowhere in the clear.
    """
    counts = {"candidates": len({name for name, _ in taken})}
    dossier.keep(
        scribe,
        kind,
        new_id("t"),
        {_ROLE: "".join(f"{name} {how}\n" for name, how in sorted(taken)).encode()},
        case=case,
        counts={} if search is not None and search.filters.sealed else counts,
        codes=() if search is None else (search.id,),
        detail={"reason": reason} if reason else None,
    )


def _read(archive: Archive, event: Event) -> list[Taken]:
    lines = dossier.read(archive, event, _ROLE).decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines)
    return [(name, How(how)) for name, _, how in pairs]


def _open_record(connection: Connection, public: str) -> int:
    key = homes.record_of(connection, public)
    if key is None or not tables_replies.opened(connection, [key]):
        raise NoSuchThing(what="record", name=public)
    return key


def _parted(name: str) -> tuple[str, int]:
    delivery, _, item = name.rpartition(".")
    return delivery, int(item)
