"""Judging: an officer says what of a record may be public, and takes that back.

One event may judge many records, all or none; its words lie under the key of the case. Records are
named by the items that they are candidates by, so that a judgement stays with the same message
whatever is joined or split later. What a second reader judges is an event of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases import tables_judgement as tables
from archiver.cases.case import Case
from archiver.cases.judgement import (
    Judgement,
    Kept,
    Reader,
    Standing,
    digest,
    normal,
    read,
    standing,
)
from archiver.cases.judging_rules import Wording, insist, tidied
from archiver.cases.tables_judgement import Said
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal

JUDGED = "record.judged"
SECONDED = "record.seconded"
UNDONE = "judgement.undone"
_READERS = {JUDGED: Reader.FIRST, SECONDED: Reader.SECOND}


class DoubleOfDouble(ArchiveError):
    """{record} cannot be a double of {of}: a double is of a record that is judged by itself."""

    exit_code = ExitCode.USAGE


class JudgedTwice(ArchiveError):
    """{record} is judged twice at once."""

    exit_code = ExitCode.USAGE


class NotJudgedYet(ArchiveError):
    """{record} has no judgement that can be taken back."""

    exit_code = ExitCode.USAGE


class SamePerson(ArchiveError):
    """{officer} judged {record}; another person is its second reader."""

    exit_code = ExitCode.NOT_AUTHORISED


def judge(scribe: Scribe, public: str, given: Sequence[Judgement], zone: str) -> int:
    """Judge candidates of a case, all or none; give the number of the event.

    Days are those of `zone`.

    Raises:
        NoSuchThing: There is no such case, or one of them is no candidate of it.
        ClosedCase: It is closed.
        BrokenRule, UnknownGround, DoubleOfDouble, JudgedTwice: One of them cannot stand.
    """
    return _log(scribe, JUDGED, public, given, zone)


def second(scribe: Scribe, public: str, given: Sequence[Judgement], zone: str) -> int:
    """Judge as second reader; raises as `judge`, and SamePerson, or NotJudgedYet."""
    return _log(scribe, SECONDED, public, given, zone)


def undo(scribe: Scribe, public: str, record: str) -> Judgement:
    """Take the last judgement of a record back; give it. What was judged before counts again.

    Raises:
        NoSuchThing: There is no such case, or this is no candidate of it.
        ClosedCase: It is closed.
        NotJudgedYet: There is nothing to take back.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        name = _said(connection, one, [record])[record].record
        rows = [row for row in tables.rows(connection, one.id, name) if row.reader == Reader.FIRST]
        if not rows:
            raise NotJudgedYet(record=record)
        last = rows[-1]
        names = [row.name for row in rows if row.seq == last.seq]
        detail = {"record": name, "names": names}
        cases.record(scribe, one.id, UNDONE, detail, counts={"judgement": last.seq})
        return read(last)


def checked(
    connection: Connection, case: Case, given: Sequence[Judgement], zone: str
) -> list[Kept]:
    """Give judgements as the log keeps them, when all of them can stand; raises as `judge`."""
    said = _said(connection, case, [one.record for one in given])
    on = datetime.now(ZoneInfo(zone)).date()
    kept = [_checked(connection, case, one, said[one.record], on, zone) for one in given]
    _insist_once(kept)
    _insist_on_originals(connection, case, kept)
    return kept


def project(archive: Archive, event: Event) -> None:
    """Keep judgements under every name that their records had in the case."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    at = milliseconds(event.at)
    for one in msgspec.convert(unseal(archive, event)["judged"], tuple[Kept, ...]):
        content = msgspec.json.encode(one.judgement).decode()
        values = (event.seq, str(_READERS[event.type]), event.actor, at, one.text, content)
        tables.put(connection, event.case, map(_parted, one.names), values)


def project_undone(archive: Archive, event: Event) -> None:
    """Let a judgement that was taken back count no longer."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    names = map(_parted, unseal(archive, event)["names"])
    tables.drop(connection, event.case, event.counts["judgement"], names)


def day_sent(sent_at: int | None, zone: str) -> date | None:
    """Give the day of a time in milliseconds since 1970."""
    if sent_at is None:
        return None
    return datetime.fromtimestamp(sent_at / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def milliseconds(at: str) -> int:
    """Give the time of an event in milliseconds since 1970."""
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def _log(scribe: Scribe, kind: str, public: str, given: Sequence[Judgement], zone: str) -> int:
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        kept = checked(connection, one, given, zone)
        if kind == SECONDED:
            _insist_on_other(scribe, standing(connection, one.id), kept)
        detail = {"judged": msgspec.to_builtins(kept)}
        return cases.record(scribe, one.id, kind, detail, counts={"judged": len(kept)})


def _said(connection: Connection, case: Case, records: Sequence[str]) -> dict[str, Said]:
    """Give what candidates say now, by the names that they are asked by."""
    said = tables.said_by(connection, case.id, records)
    for name in records:
        if name not in said:
            raise NoSuchThing(what="candidate", name=name)
    return said


def _checked(
    connection: Connection, case: Case, given: Judgement, said: Said, on: date, zone: str
) -> Kept:
    of = tables.present(connection, [given.of]).get(given.of, given.of) if given.of else ""
    judgement = tidied(msgspec.structs.replace(given, record=said.record, of=of))
    insist(judgement, case, Wording(len(normal(said.words)), day_sent(said.sent_at, zone)), on)
    bare = msgspec.structs.replace(judgement, by="", at=0, second="")
    return Kept(
        judgement=bare,
        text=digest(said.subject, said.words),
        names=tuple(
            dict.fromkeys([said.record, *tables.names_of(connection, case.id, said.record)])
        ),
    )


def _insist_once(kept: Sequence[Kept]) -> None:
    seen: set[str] = set()
    for one in kept:
        if one.judgement.record in seen:
            raise JudgedTwice(record=one.judgement.record)
        seen.add(one.judgement.record)


def _insist_on_originals(connection: Connection, case: Case, kept: Sequence[Kept]) -> None:
    """Insist that doubles are of candidates, and that none of these is a double itself."""
    given = {one.judgement.record: one.judgement for one in kept}
    if not any(one.of for one in given.values()):
        return
    _said(connection, case, [one.of for one in given.values() if one.of])
    found = standing(connection, case.id)
    after = {name: one.judgement for name, one in found.items()} | given
    for record, one in after.items():
        if one.of in after and after[one.of].of and not {record, one.of}.isdisjoint(given):
            raise DoubleOfDouble(record=record, of=one.of)


def _insist_on_other(scribe: Scribe, found: Mapping[str, Standing], kept: Sequence[Kept]) -> None:
    """Insist that what is read a second time was judged, by somebody else."""
    for one in kept:
        record = one.judgement.record
        first = found.get(record)
        if first is None or first.stale:
            raise NotJudgedYet(record=record)
        if first.judgement.by == scribe.actor.officer.id:
            raise SamePerson(officer=first.judgement.by, record=record)


def _parted(name: str) -> tuple[str, int]:
    delivery, _, item = name.rpartition(".")
    return delivery, int(item)
