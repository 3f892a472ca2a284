"""Views of third parties (zienswijzen): a letter with only their own passages, a term, an answer.

Awb article 4:8; Woo article 4.4, third paragraph: the term of a Woo case stands still from the day
after the letter until the last view is in. The words of the letter stand in ``config/letters``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import progress, schema
from archiver.cases import tables_judgement as tables
from archiver.cases.case import Case, CaseKind
from archiver.cases.holidays import next_working_day
from archiver.cases.judgement import normal, standing
from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.register.accounts import new_id
from archiver.store import files
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal
from retention.letter import dutch_day

ASKED = "view.asked"
ANSWERED = "view.answered"
_LETTER = "letters/zienswijze.toml"


class NoPassages(ArchiveError):
    """Say which passages concern {party}."""

    exit_code = ExitCode.USAGE


class BadExtract(ArchiveError):
    """{text} is no passage; write a record's id, or that with :FROM-TO within its text."""

    exit_code = ExitCode.USAGE


class AnsweredAlready(ArchiveError):
    """View {view} was answered on {day}."""

    exit_code = ExitCode.USAGE


class WrongAnswerDay(ArchiveError):
    """The answer ({day}) is dated before the letter ({notice}) or after today."""

    exit_code = ExitCode.USAGE


class Extract(Struct, frozen=True):
    """Words that concern a party: code points `start` to `end` of the text in normal form C."""

    record: str
    start: int
    end: int


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one third party was asked, on which day, up to which day, and what it answered.

    `pack` is the SHA-256 of the passages as they were written. `objects` is None till it answered.
    """

    id: str
    party: str
    notice: date
    last: date
    extracts: tuple[Extract, ...]
    pack: str
    answered: date | None = None
    objects: bool | None = None
    reply: str = ""


class Pack(Struct, frozen=True):
    """What a third party gets: a letter and the passages that concern it."""

    letter: str
    passages: str


def ask(
    scribe: Scribe,
    public: str,
    party: str,
    wanted: Sequence[str],
    folder: Path,
    *,
    notice: date,
    today: date,
    zone: str,
) -> View:
    """Ask a third party for its view: write its pack into a folder, and let the term stand still.

    `wanted` are records, each as an id (then its passages, or without any all of its text), or
    with ``:FROM-TO``. The letter is dated `notice`.

    Raises:
        NoSuchThing: There is no such case, or one of them is no candidate of it.
        ClosedCase: It is closed.
        BadExtract: What was written is no passage of it.
        NoPassages: Nothing is asked about.
        WrongDay: The letter cannot be of that day.
        DecidedAlready: The case was decided.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        if not one.received <= notice <= today:
            raise progress.WrongDay(day=notice)
        extracts = tuple(_extracts(connection, one, wanted))
        if not extracts:
            raise NoPassages(party=party)
        passages = _passages(connection, one, extracts, zone)
        asked = View(
            id=new_id("v"),
            party=party,
            notice=notice,
            last=next_working_day(notice + timedelta(days=read(_LETTER)["days"])),
            extracts=extracts,
            pack=sha256(passages.encode()).hexdigest(),
        )
        _suspend(scribe, one, asked, today)
        cases.record(scribe, one.id, ASKED, msgspec.to_builtins(asked), codes=(asked.id,))
    _write(folder, asked, Pack(_letter(scribe.archive, one, asked), passages))
    return asked


def answer(
    scribe: Scribe, public: str, view: str, *, day: date, objects: bool, reply: str, today: date
) -> View:
    """Register what a third party answered; with the last answer the term of the case runs again.

    Raises:
        NoSuchThing: There is no such case, or no such view in it.
        ClosedCase: It is closed.
        AnsweredAlready: It was answered.
        WrongAnswerDay: The day cannot be.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        asked = _view(connection, one, view)
        if asked.answered is not None:
            raise AnsweredAlready(view=view, day=asked.answered)
        if not asked.notice <= day <= today:
            raise WrongAnswerDay(day=day, notice=asked.notice)
        found = msgspec.structs.replace(asked, answered=day, objects=objects, reply=reply)
        cases.record(scribe, one.id, ANSWERED, msgspec.to_builtins(found), codes=(view,))
        if all(each.answered for each in views(connection, one.id)):
            _resume(scribe, one, day, today)
        return found


def views(connection: Connection, case: str) -> list[View]:
    """Give the views that were asked in a case (its id), in order, each as it is now."""
    found: dict[str, View] = {}
    for step in cases.steps(connection, case):
        if f"view.{step.what}" in (ASKED, ANSWERED) and "party" in step.values:
            one = msgspec.convert(step.values, View, strict=False)
            found[one.id] = one
    return list(found.values())


def project(archive: Archive, event: Event) -> None:
    """Keep what was asked or answered as a step of the case."""
    schema.migrate(archive.catalogue.connection)
    cases.step(archive, event, unseal(archive, event))


_WANTED = re.compile(r"(?P<record>[^:]+)(?::(?P<start>[0-9]+)-(?P<end>[0-9]+))?")


def _extracts(connection: Connection, case: Case, wanted: Sequence[str]) -> list[Extract]:
    judged = standing(connection, case.id)
    found: list[Extract] = []
    for text in wanted:
        match = _WANTED.fullmatch(text)
        if match is None:
            raise BadExtract(text=text)
        said = tables.said_by(connection, case.id, [match["record"]]).get(match["record"])
        if said is None:
            raise NoSuchThing(what="candidate", name=match["record"])
        known = judged.get(said.record)
        length = len(normal(said.words))
        spans = [(0, length)]
        if match["start"]:
            spans = [(int(match["start"]), int(match["end"]))]
        elif known is not None and not known.stale and known.judgement.passages:
            spans = [(one.start, one.end) for one in known.judgement.passages]
        for start, end in spans:
            if not start < end <= length:
                raise BadExtract(text=text)
            found.append(Extract(said.record, start, end))
    return list(dict.fromkeys(found))


def _passages(connection: Connection, case: Case, extracts: Sequence[Extract], zone: str) -> str:
    """Write the passages, and nothing else of the records that they stand in."""
    words = read(_LETTER)
    said = tables.said_by(connection, case.id, {one.record for one in extracts})
    written = []
    for number, one in enumerate(extracts, 1):
        record = said[one.record]
        head = words["passage"].format(number=number, day=_day(record.sent_at, zone))
        written.append(f"{head}\n\n{normal(record.words)[one.start : one.end]}\n")
    return "\n".join(written)


def _day(sent_at: int | None, zone: str) -> str:
    if sent_at is None:
        return str(read(_LETTER)["undated"])
    sent = datetime.fromtimestamp(sent_at / 1000, UTC).astimezone(ZoneInfo(zone))
    return dutch_day(sent.date().isoformat())


def _suspend(scribe: Scribe, one: Case, asked: View, today: date) -> None:
    """Let the term of a Woo case stand still; while it does already that stays as it is."""
    if one.kind is not CaseKind.WOO:
        return
    values = progress.Values(day=asked.notice, last=asked.last, reason=asked.id)
    try:
        progress.suspend(scribe, one.id, values, today)
    except progress.AlreadyWaiting:
        return


def _resume(scribe: Scribe, one: Case, day: date, today: date) -> None:
    try:
        progress.resume(scribe, one.id, progress.Values(day=day), today)
    except progress.NotSuspended:
        return


def _view(connection: Connection, case: Case, public: str) -> View:
    for one in views(connection, case.id):
        if one.id == public:
            return one
    raise NoSuchThing(what="view", name=public)


def _letter(archive: Archive, one: Case, asked: View) -> str:
    fields = {
        "ministry": archive.identity.ministry,
        "reference": one.reference,
        "view": asked.id,
        "party": asked.party,
        "notice": dutch_day(asked.notice.isoformat()),
        "last": dutch_day(asked.last.isoformat()),
        "passages": len(asked.extracts),
    }
    return str(read(_LETTER)["text"]).lstrip("\n").format_map(fields)


def _write(folder: Path, asked: View, pack: Pack) -> None:
    """Write letter and passages; files of the same name are never written over."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("brief", pack.letter), ("passages", pack.passages)):
        with os.fdopen(files.create(folder / f"{asked.id}-{name}.txt"), "wb") as file:
            file.write(text.encode())
