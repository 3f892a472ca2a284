"""Judging files: an officer says what of an attached file may be public, and takes that back.

One event may judge many files, all or none; its words lie under the key of the case, and so does a
clean copy. What a second reader judges is an event of its own. `archiver.cases.files` tells what
stands; Woo articles 5.1 to 5.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases import tables_files as tables
from archiver.cases.case import Case, CaseKind
from archiver.cases.cleaning import clean
from archiver.cases.files import COPY, Copy, Kept, standing
from archiver.cases.judgement import Judgement, Outcome, Passage, Reader
from archiver.cases.judging import (
    DoubleOfDouble,
    NotJudgedYet,
    SamePerson,
    day_sent,
    milliseconds,
)
from archiver.cases.judging_rules import Wording, insist, tidied
from archiver.errors import ArchiveError, ExitCode, NoSuchThing, UnreadableSource
from archiver.register.accounts import new_id
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal
from retention import dossier

JUDGED = "case.file-judged"
SECONDED = "case.file-seconded"
UNDONE = "case.file-undone"
LARGEST = 256 << 20
"""Bytes of a clean copy that are kept at most."""

_KINDS = (CaseKind.WOO, CaseKind.OBJECTION)
_READERS = {JUDGED: Reader.FIRST, SECONDED: Reader.SECOND}
_SHORTEST = 8


class NoFilesJudged(ArchiveError):
    """Case {case} is of the kind {kind}; files are judged in a Woo request or an objection."""

    exit_code = ExitCode.USAGE


class AmbiguousFile(ArchiveError):
    """{name} names {count} files of the case; write more of the digest, at least 8 signs."""

    exit_code = ExitCode.USAGE


class CopyNeeded(ArchiveError):
    """{file}: what is public in part is given as a clean copy; hand one in with --clean."""

    exit_code = ExitCode.USAGE


class NoCopyTaken(ArchiveError):
    """A clean copy is of one file, and of one that is public wholly or in part."""

    exit_code = ExitCode.USAGE


class BadCopy(ArchiveError):
    """{path} is no clean copy: it is empty, broken, larger than 256 MB, or has no type."""

    exit_code = ExitCode.USAGE


def judge(
    scribe: Scribe, public: str, given: Sequence[Judgement], zone: str, copy: Path | None = None
) -> int:
    """Judge files of a case, all or none; give the number of the event.

    The `record` of each is the file's SHA-256, or the beginning of it that no other has. `copy` is
    the clean copy of the only file that is given. Days are those of `zone`.

    Raises:
        NoSuchThing: There is no such case, or no candidate of it carries such a file.
        ClosedCase: It is closed.
        NoFilesJudged: It is a case of another kind.
        AmbiguousFile, BrokenRule, UnknownGround, DoubleOfDouble: One of them cannot stand.
        CopyNeeded, NoCopyTaken, BadCopy: What is public in part lacks a copy, or none is taken.
        UnreadableSource: The copy cannot be read.
    """
    return _log(scribe, JUDGED, public, given, zone, copy)


def second(
    scribe: Scribe, public: str, given: Sequence[Judgement], zone: str, copy: Path | None = None
) -> int:
    """Judge as second reader; raises as `judge`, and SamePerson, or NotJudgedYet."""
    return _log(scribe, SECONDED, public, given, zone, copy)


def agree(scribe: Scribe, public: str, files: Sequence[str]) -> int:
    """Judge files as second reader as they stand judged, each with the clean copy that it has.

    Raises:
        NoSuchThing, ClosedCase, AmbiguousFile: As `judge`.
        NotJudgedYet, SamePerson: One has no judgement that counts, or it is of this officer.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        carried = tables.carried(connection, one.id)
        names = list(dict.fromkeys(_named(carried, name) for name in files))
        _insist_on_other(scribe, one, names)
        found = standing(connection, one.id)
        return _record(scribe, one, SECONDED, [_bare(found[name]) for name in names])


def undo(scribe: Scribe, public: str, file: str) -> Judgement:
    """Take the last judgement of a file back; give it. What was judged before counts again.

    Raises:
        NoSuchThing: There is no such case, or no candidate of it carries such a file.
        ClosedCase: It is closed.
        NotJudgedYet: There is nothing to take back.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        name = _named(tables.carried(connection, one.id), file)
        found = standing(connection, one.id).get(name)
        if found is None:
            raise NotJudgedYet(record=file)
        cases.record(scribe, one.id, UNDONE, {"file": name}, counts={"judgement": found.seq})
        return found.judgement


def project(archive: Archive, event: Event) -> None:
    """Keep what was judged of files, by the first reader or the second."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    reader, at = _READERS[event.type], milliseconds(event.at)
    found = msgspec.convert(unseal(archive, event)["judged"], tuple[Kept, ...])
    rows = [
        tables.Row(one.judgement.record, event.seq, reader, event.actor, at,
                   msgspec.json.encode(one).decode())
        for one in found
    ]  # fmt: skip
    tables.put(connection, event.case, rows)


def project_undone(archive: Archive, event: Event) -> None:
    """Let a judgement of a file that was taken back count no longer."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    file = unseal(archive, event)["file"]
    tables.drop(connection, event.case, event.counts["judgement"], file)


def _log(
    scribe: Scribe,
    kind: str,
    public: str,
    given: Sequence[Judgement],
    zone: str,
    copy: Path | None,
) -> int:
    data = None if copy is None else _read(copy)
    made = None if copy is None or data is None else Copy(sha256(data).hexdigest(), _suffix(copy))
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        kept = _checked(connection, one, given, made, zone)
        if kind == SECONDED:
            _insist_on_other(scribe, one, [each.judgement.record for each in kept])
        return _record(scribe, one, kind, kept, data)


def _read(path: Path) -> bytes:
    """Read a clean copy, at most one byte more than is kept."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableSource(path=path, reason=error.strerror) from error
    if not 0 < len(data) <= LARGEST or clean(data).problem == "broken":
        raise BadCopy(path=path)
    return data


def _suffix(path: Path) -> str:
    found = path.suffix[1:].lower()
    if not (found.isascii() and found.isalnum() and len(found) <= 8):
        raise BadCopy(path=path)
    return found


def _checked(
    connection: Connection, case: Case, given: Sequence[Judgement], copy: Copy | None, zone: str
) -> list[Kept]:
    """Give judgements as the log keeps them, when all of them can stand; raises as `judge`."""
    if case.kind not in _KINDS:
        raise NoFilesJudged(case=case.id, kind=case.kind)
    carried = tables.carried(connection, case.id)
    on = datetime.now(ZoneInfo(zone)).date()
    kept: dict[str, Kept] = {}
    for each in given:
        name = _named(carried, each.record)
        of = _named(carried, each.of) if each.of else ""
        one = tidied(msgspec.structs.replace(each, record=name, of=of))
        _insist(one, case, day_sent(carried[name], zone), on)
        if one.outcome is Outcome.PARTLY and copy is None:
            raise CopyNeeded(file=name)
        kept[name] = Kept(one, copy)
    if copy is not None and any(
        len(kept) > 1 or not one.judgement.outcome.shows for one in kept.values()
    ):
        raise NoCopyTaken
    _insist_on_originals(connection, case, kept)
    return [*kept.values()]


def _named(known: Iterable[str], name: str) -> str:
    """Give the file that a digest, or the beginning of one, names."""
    wanted = name.lower()
    found = [one for one in known if one.startswith(wanted)]
    if not found:
        raise NoSuchThing(what="file", name=name)
    if len(found) > 1 or len(wanted) < _SHORTEST:
        raise AmbiguousFile(name=name, count=len(found))
    return found[0]


def _insist(one: Judgement, case: Case, sent: date | None, on: date) -> None:
    """Insist on the rules; of a file that is public in part, what its copy lacks is one passage."""
    if one.outcome is Outcome.PARTLY:
        one = msgspec.structs.replace(one, passages=(Passage(0, 1, one.grounds),))
    insist(one, case, Wording(1, sent), on)


def _insist_on_originals(connection: Connection, case: Case, kept: Mapping[str, Kept]) -> None:
    """Insist that doubles are of files that are judged by themselves."""
    after = {name: one.judgement for name, one in standing(connection, case.id).items()}
    after |= {name: one.judgement for name, one in kept.items()}
    for name, one in after.items():
        if one.of in after and after[one.of].of and not kept.keys().isdisjoint((name, one.of)):
            raise DoubleOfDouble(record=name, of=one.of)


def _insist_on_other(scribe: Scribe, case: Case, names: Iterable[str]) -> None:
    """Insist that what is read a second time was judged, by somebody else."""
    found = standing(scribe.archive.catalogue.connection, case.id)
    for name in names:
        first = found.get(name)
        if first is None or first.stale:
            raise NotJudgedYet(record=name)
        if first.judgement.by == scribe.actor.officer.id:
            raise SamePerson(officer=first.judgement.by, record=name)


def _bare(one: Kept) -> Kept:
    """Give a judgement as the log keeps it, without who made it and when."""
    return Kept(msgspec.structs.replace(one.judgement, by="", at=0, second=""), one.copy)


def _record(
    scribe: Scribe, case: Case, kind: str, kept: Sequence[Kept], data: bytes | None = None
) -> int:
    detail = {"judged": msgspec.to_builtins(kept)}
    counts = {"judged": len(kept)}
    if data is None:
        return cases.record(scribe, case.id, kind, detail, counts=counts)
    parts = {COPY: data}
    return dossier.keep(
        scribe, kind, new_id("f"), parts, case=case.id, counts=counts, detail=detail
    ).seq
