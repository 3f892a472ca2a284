"""Cases (zaken): a request, an inquiry, an investigation, with what it asks and from when it binds.

Opening a case places a hold over its scope, by the same event, so that never one is there without
the other; closing it lifts nothing. What is done in a case is a list of steps: who, when, what. The
free text of every event lies under the case's own key. Woo articles 4.1 and 4.4; WPE 2008.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.cases import schema
from archiver.cases import tables_case as tables
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.register.accounts import new_id
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal
from retention import case_end
from retention import hold as holds
from retention import schema as retention_schema
from retention.hold import Hold
from retention.scope import Scope

OPENED = "case.opened"
CHANGED = "case.changed"
CLOSED = "case.closed"


class CaseKind(StrEnum):
    """What a case is, and so which terms and which law hold for it."""

    WOO = "woo"
    OBJECTION = "objection"
    INQUIRY = "inquiry"
    INVESTIGATION = "investigation"
    PARLIAMENT = "parliament"
    ACCESS = "access"

    @property
    def hold(self) -> holds.Kind:
        """The kind of hold that it places."""
        return _HOLDS[self]


_HOLDS: Mapping[CaseKind, holds.Kind] = {
    CaseKind.WOO: holds.Kind.WOO_REQUEST,
    CaseKind.OBJECTION: holds.Kind.OBJECTION,
    CaseKind.INQUIRY: holds.Kind.INQUIRY,
    CaseKind.INVESTIGATION: holds.Kind.INVESTIGATION,
    CaseKind.PARLIAMENT: holds.Kind.PARLIAMENT,
    CaseKind.ACCESS: holds.Kind.ACCESS,
}


class ClosedCase(ArchiveError):
    """Case {case} is closed."""

    exit_code = ExitCode.USAGE


class ReferenceTaken(ArchiveError):
    """There is a case with the reference {reference} already: {case}."""

    exit_code = ExitCode.USAGE


class BadQuestion(ArchiveError):
    """{text} is no numbered question; write it as "1: which …", each number once."""

    exit_code = ExitCode.USAGE


class BadPeriod(ArchiveError):
    """The period of a case ends ({until}) before it begins ({since})."""

    exit_code = ExitCode.USAGE


class ReceivedLater(ArchiveError):
    """A case cannot have been received after today: {received}."""

    exit_code = ExitCode.USAGE


class Question(Struct, frozen=True):
    """One question of a request, by the number that it has there, such as ``3`` or ``3a``."""

    number: str
    text: str


class Case(Struct, frozen=True, omit_defaults=True):
    """A case; `received` is the day on which the request came, in the archive's own zone.

    `scope` says in words what is asked for; `persons` and the days `since` and `until` (both
    included) narrow it, and so does `query`, the words that its hold is narrowed to. `due` is a
    term that somebody else set, such as a committee of inquiry. `holds` are the holds that it
    placed. `opened_at` is RFC 3339.
    """

    id: str
    kind: CaseKind
    reference: str
    requester: str
    received: date
    questions: tuple[Question, ...] = ()
    scope: str = ""
    persons: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    query: str = ""
    due: date | None = None
    is_contested: bool = False
    """Whether somebody is expected to object, so that what is decided is published later."""
    holds: tuple[str, ...] = ()
    is_open: bool = True
    opened_by: str = ""
    opened_at: str = ""

    @property
    def key(self) -> str:
        """The key under which the case's free text lies."""
        return key_of(self.id)


class Step(Struct, frozen=True):
    """One thing that was done in a case: what, by which officer, when (RFC 3339), its values."""

    seq: int
    what: str
    officer: str
    at: str
    values: dict[str, Any]


def key_of(case: str) -> str:
    """Name the key of a case, by the case's id."""
    return f"case:{case}"


def open_(scribe: Scribe, asked: Case, *, zone: str, today: date) -> Case:
    """Open a case, its `id` still empty, and place its hold; both are in force on return.

    Days are those of `zone`.

    Raises:
        ReferenceTaken: Another case has this reference.
        BadPeriod: It ends before it begins.
        ReceivedLater: It would have been received after `today`.
        EmptyScope: It names no person, period or words, so that its hold would cover everything.
        BadQuery: Its words cannot be read.
    """
    _insist(asked, today)
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        for other in cases(connection):
            if other.reference.casefold() == asked.reference.casefold():
                raise ReferenceTaken(reference=asked.reference, case=other.id)
        ordered = _order(scribe.archive, asked, zone)
        made = msgspec.structs.replace(asked, id=new_id("z"), holds=(ordered.id,))
        record(scribe, made.id, OPENED, _detail(made, ordered), codes=(str(made.kind), ordered.id))
        return case(schema.ready(scribe.archive), made.id)


def change(scribe: Scribe, asked: Case, *, zone: str, today: date, reason: str) -> Case:
    """Change a case; where its scope is another one, a further hold is placed over that.

    Holds that it placed before stay: what was held is not let go because a request became narrower.

    Raises:
        ClosedCase: It is closed; all else as `open_`.
    """
    _insist(asked, today)
    with scribe.archive.writing():
        before = opened(schema.ready(scribe.archive), asked.id)
        ordered, made = None, asked
        if _scope(asked, zone) != _scope(before, zone):
            ordered = _order(scribe.archive, asked, zone)
            made = msgspec.structs.replace(asked, holds=(*before.holds, ordered.id))
        codes = () if ordered is None else (ordered.id,)
        record(scribe, made.id, CHANGED, _detail(made, ordered, reason), codes=codes)
        return case(schema.ready(scribe.archive), made.id)


def close(scribe: Scribe, public: str, reason: str) -> Case:
    """Close a case; its holds stay in force until they are lifted by two officers.

    Raises:
        NoSuchThing: There is no such case.
        ClosedCase: It is closed already.
    """
    with scribe.archive.writing():
        found = opened(schema.ready(scribe.archive), public)
        record(scribe, found.id, CLOSED, {"reason": reason})
        return case(schema.ready(scribe.archive), found.id)


def record(
    scribe: Scribe,
    public: str,
    kind: str,
    detail: Mapping[str, Any],
    *,
    codes: Sequence[str] = (),
    counts: Mapping[str, int] | None = None,
) -> int:
    """Log something done in a case, its detail under the case's key; give the event's number."""
    event = scribe.event(
        kind, case=public, detail=detail, key=key_of(public), codes=codes, counts=counts
    )
    return scribe.record(event)


def cases(connection: Connection) -> list[Case]:
    """Give all cases, the oldest first; none where no case was ever opened."""
    if not schema.is_ready(connection):
        return []
    return [msgspec.json.decode(content, type=Case) for content in tables.rows(connection)]


def case(connection: Connection, public: str) -> Case:
    """Give one case by its id or by its reference.

    Raises:
        NoSuchThing: There is none.
    """
    for one in cases(connection):
        if public in (one.id, one.reference):
            return one
    raise NoSuchThing(what="case", name=public)


def opened(connection: Connection, public: str) -> Case:
    """Give one case that is open.

    Raises:
        NoSuchThing: There is none.
        ClosedCase: It is closed.
    """
    found = case(connection, public)
    if not found.is_open:
        raise ClosedCase(case=found.id)
    return found


def steps(connection: Connection, public: str) -> list[Step]:
    """Give what was done in a case, in order."""
    return [
        Step(seq, what, officer, at, msgspec.json.decode(content))
        for seq, what, officer, at, content in tables.steps(connection, public)
    ]


def questions(texts: Iterable[str]) -> tuple[Question, ...]:
    """Read numbered questions, each written as ``1: which messages …``.

    Raises:
        BadQuestion: One has no number or no text, or a number is there twice.
    """
    found: list[Question] = []
    for text in texts:
        number, _, words = (part.strip() for part in text.partition(":"))
        if not (number.isalnum() and words) or any(one.number == number for one in found):
            raise BadQuestion(text=text)
        found.append(Question(number, words))
    return tuple(found)


def project(archive: Archive, event: Event) -> None:
    """Bring the opening, a change or the closing of a case into the tables, with its hold."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    detail = unseal(archive, event)
    if event.type == CLOSED:
        made = msgspec.structs.replace(case(connection, event.case), is_open=False)
    else:
        made = msgspec.convert(detail["case"], Case, strict=False)
    if event.type == OPENED:
        made = msgspec.structs.replace(made, opened_by=event.actor, opened_at=event.at)
    tables.put(connection, made.id, event.seq, msgspec.json.encode(made).decode())
    case_end.keep(connection, made.id, "" if made.is_open else event.at)
    if ordered := detail.get("hold"):
        holds.keep(connection, msgspec.convert(ordered, Hold), event)
    step(archive, event, {"reason": detail.get("reason", "")})


def step(archive: Archive, event: Event, values: Mapping[str, Any]) -> None:
    """Keep an event of a case as a step of it; inside a projector."""
    content = msgspec.json.encode(values, order="sorted").decode()
    what = event.type.partition(".")[2]
    row = (event.case, event.seq, what, event.actor, event.at, content)
    tables.put_step(archive.catalogue.connection, row)


def reason_of(archive: Archive, event: Event) -> dict[str, str]:
    """Give the reason that an officer gave with an event, as a value of its step."""
    return {"reason": unseal(archive, event).get("reason", "")}


def bounds(asked: Case, zone: str) -> tuple[int | None, int | None]:
    """Give a case's period as ``[since, until)`` in milliseconds since 1970."""
    later = None if asked.until is None else asked.until + timedelta(days=1)
    since = None if asked.since is None else instant(asked.since, zone)
    return since, None if later is None else instant(later, zone)


def instant(day: date, zone: str) -> int:
    """Give the first millisecond of a day (since 1970)."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)


def _insist(asked: Case, today: date) -> None:
    if asked.since and asked.until and asked.until < asked.since:
        raise BadPeriod(since=asked.since, until=asked.until)
    if asked.received > today:
        raise ReceivedLater(received=asked.received)


def _order(archive: Archive, asked: Case, zone: str) -> Hold:
    """Make the hold of a case."""
    return holds.order(
        retention_schema.ready(archive),
        asked.kind.hold,
        _scope(asked, zone),
        reason=asked.scope,
        ground=asked.reference,
        received=asked.received.isoformat(),
    )


def _scope(asked: Case, zone: str) -> Scope:
    since, until = bounds(asked, zone)
    return Scope(query=asked.query, persons=asked.persons, since=since, until=until)


def _detail(made: Case, ordered: Hold | None, reason: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"case": msgspec.to_builtins(made)}
    if ordered is not None:
        found["hold"] = msgspec.to_builtins(ordered)
    return found | ({"reason": reason} if reason else {})
