"""What an officer rules: these are one message, or these are two. Logged, and undone by the other.

A ruling moves copies at once, and every later solution respects it.
"""

from __future__ import annotations

import msgspec

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.pipeline.linking import Evidence
from archiver.store.archive import Archive
from archiver.store.catalogue import gather, regroup
from archiver.store.catalogue.gather import CopyRow
from archiver.store.catalogue.homes import copy_named, name_of, publics, record_of
from archiver.store.events import Event
from archiver.store.manifest import encode
from archiver.store.scribe import Scribe

JOINED, SPLIT = "record.joined", "record.split"
RULE = "officer/1"


class OneAlready(ArchiveError):
    """{one} and {two} are one record already."""

    exit_code = ExitCode.USAGE


class HeldTwice(ArchiveError):
    """{one} and {two} both stand in delivery {delivery}, so they are two messages."""

    exit_code = ExitCode.USAGE


class NothingToSplit(ArchiveError):
    """{record} is the only copy of its record; there is nothing to split."""

    exit_code = ExitCode.USAGE


def join(scribe: Scribe, one: str, two: str, reason: str) -> str:
    """Rule that two records are one message; give the name that it has from now on.

    Raises:
        NoSuchThing: One of them does not exist.
        OneAlready: They are one record.
        HeldTwice: One delivery has both.
    """
    archive = scribe.archive
    with archive.writing():
        here, there = _copies(archive, one), _copies(archive, two)
        if here[0].record == there[0].record:
            raise OneAlready(one=one, two=two)
        holders = {delivery for row in here for delivery, _ in row.holders}
        for row in there:
            for delivery, _ in row.holders:
                if delivery in holders:
                    names = publics(archive.catalogue.connection, [delivery])
                    raise HeldTwice(one=one, two=two, delivery=names[delivery])
        _log(scribe, JOINED, (one, two), reason)
        return _name(archive, one)


def split(scribe: Scribe, item: str, reason: str) -> str:
    """Rule that a copy, with those that rest on it, is a message of its own; give its name.

    Raises:
        NoSuchThing: There is no such record.
        NothingToSplit: Its record has no other copy.
    """
    archive = scribe.archive
    with archive.writing():
        if len(_copies(archive, item)) == 1:
            raise NothingToSplit(record=item)
        _log(scribe, SPLIT, (item,), reason)
        return _name(archive, item)


def _log(scribe: Scribe, kind: str, items: tuple[str, ...], reason: str) -> None:
    detail = {"reason": reason} if reason else None
    scribe.record(scribe.event(kind, codes=items, detail=detail))


def project(archive: Archive, event: Event) -> None:
    """Apply a ruling."""
    try:
        if event.type == JOINED:
            _join(archive, event)
        else:
            _split(archive, event)
    except NoSuchThing:
        # What it ruled on was destroyed since.
        return


def _join(archive: Archive, event: Event) -> None:
    """Let the record with the later name, and all its copies, be the other one."""
    first, second = sorted((_copies(archive, one) for one in event.codes), key=_record)
    root = _root(second)
    link = encode(Evidence(rule=RULE, how="officer", beside=_named(archive, _root(first))))
    moves = [
        regroup.Move(row.utterance.copy, _record(first), link.decode() if row is root else row.link)
        for row in second
    ]
    regroup.regroup(archive.catalogue.connection, moves)
    _rule(archive, first, second, event.seq, together=True)
    regroup.rule(
        archive.catalogue.connection,
        {(_root(first).utterance.copy, root.utterance.copy): True},
        event.seq,
    )


def _split(archive: Archive, event: Event) -> None:
    rows = _copies(archive, event.codes[0])
    copy = copy_named(archive.catalogue.connection, event.codes[0]) or 0
    leaving = _resting_on(archive, rows, copy)
    staying = [row for row in rows if row not in leaving]
    name = _record(rows)
    if any((row.delivery, row.item) == name for row in leaving):
        leaving, staying = staying, leaving
    root = min(leaving, key=_own)
    moves = [
        regroup.Move(row.utterance.copy, _own(root), "" if row is root else row.link)
        for row in leaving
    ]
    regroup.regroup(archive.catalogue.connection, moves)
    _rule(archive, leaving, staying, event.seq, together=False)


def _rule(
    archive: Archive, one: list[CopyRow], two: list[CopyRow], seq: int, *, together: bool
) -> None:
    """Keep what is ruled of every pair; being together is only said of the two that were named."""
    pairs = {(a.utterance.copy, b.utterance.copy) for a in one for b in two}
    if together:
        regroup.unrule(archive.catalogue.connection, pairs)
    else:
        regroup.rule(archive.catalogue.connection, dict.fromkeys(sorted(pairs), False), seq)


def _resting_on(archive: Archive, rows: list[CopyRow], copy: int) -> list[CopyRow]:
    """Give a copy and those that were aligned with it; of the first of all only what was joined."""
    names = {_named(archive, row): row for row in rows}
    beside = {row.utterance.copy: names.get(_beside(row)) for row in rows}
    (start,) = (row for row in rows if row.utterance.copy == copy)
    if beside[copy] is None:
        joined = [row for row in rows if _how(row) == "officer" and beside[row.utterance.copy]]
        if not joined:
            return [start]
        start = max(joined, key=_own)
    return [row for row in rows if _leads_to(row, start, beside)]


def _leads_to(row: CopyRow, start: CopyRow, beside: dict[int, CopyRow | None]) -> bool:
    seen: set[int] = set()
    at: CopyRow | None = row
    while at is not None and at.utterance.copy not in seen:
        if at is start:
            return True
        seen.add(at.utterance.copy)
        at = beside[at.utterance.copy]
    return False


def _evidence(row: CopyRow) -> Evidence:
    return msgspec.json.decode(row.link, type=Evidence) if row.link else Evidence()


def _beside(row: CopyRow) -> str:
    return _evidence(row).beside


def _how(row: CopyRow) -> str:
    return _evidence(row).how


def _copies(archive: Archive, public: str) -> list[CopyRow]:
    connection = archive.catalogue.connection
    record = record_of(connection, public)
    if record is None:
        raise NoSuchThing(what="record", name=public)
    return sorted(gather.of_record(connection, record), key=_own)


def _root(rows: list[CopyRow]) -> CopyRow:
    """Give the copy that the others rest on."""
    return min((row for row in rows if not _beside(row)), key=_own, default=rows[0])


def _own(row: CopyRow) -> tuple[int, int]:
    return row.delivery, row.item


def _record(rows: list[CopyRow]) -> tuple[int, int]:
    return rows[0].record_delivery, rows[0].record_item


def _name(archive: Archive, public: str) -> str:
    """Give the name that the record of an item has now."""
    return name_of(archive.catalogue.connection, _copies(archive, public)[0].record)


def _named(archive: Archive, row: CopyRow) -> str:
    """Name a copy by the item that first had it."""
    return f"{publics(archive.catalogue.connection, [row.delivery])[row.delivery]}.{row.item}"
