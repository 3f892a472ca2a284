"""Close a read-out session: minutes for two signatures, kept for good as JSON and as PDF.

The two say the same (``config/letters/uitlezing.toml``). The day of the next read-out follows from
the rhythm that was agreed for the accounts (`archiver.coverage.rhythm`), unless it is given. With
the end of a session the key goes under which titles could be read while it was open.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from archiver.configuration import read
from archiver.coverage.rhythm import Agreed
from archiver.errors import ArchiveError, ExitCode
from archiver.readout.facts import Readout
from archiver.readout.minutes_text import LETTER, Minutes, sections
from archiver.readout.notices import findings
from archiver.readout.session import bare, current, put, session, titles_key
from archiver.register.accounts import account, day
from archiver.register.devices import device
from archiver.register.officers import officers
from archiver.store.archive import Archive
from archiver.store.events import Event, stamp
from archiver.store.scribe import Scribe, now, unseal
from retention import dossier

CLOSED = "session.closed"
JSON, PDF = "minutes", "document"


class NoRhythm(ArchiveError):
    """No rhythm is registered for what was read out: say when the next read-out is (--next)."""

    exit_code = ExitCode.USAGE


class NextTooEarly(ArchiveError):
    """The next read-out ({next}) must come after today ({today})."""

    exit_code = ExitCode.USAGE


class NotClosed(ArchiveError):
    """Session {session} has no minutes yet: close it first."""

    exit_code = ExitCode.USAGE


def close(scribe: Scribe, public: str, *, zone: str, next_on: str = "") -> Readout:
    """Close a session, with its minutes; days and times are told in `zone`.

    Raises:
        NoSuchThing: There is no such session.
        SessionClosed: It was closed already.
        NoRhythm: No day is given, and no rhythm is registered.
        NextTooEarly: The day does not come after today.
        BadDate: It is no day.
    """
    archive = scribe.archive
    with archive.writing():
        one = current(archive, public)
        made = _minutes(scribe, one, _next(archive, one, next_on, ZoneInfo(zone)))
        made = msgspec.structs.replace(made, document=sections(made, ZoneInfo(zone)))
        dossier.keep(
            scribe, CLOSED, public, _parts(made), codes=(public,), detail={"next": made.next},
            result="findings" if made.findings else "ok",
        )  # fmt: skip
        return session(archive, public)


def parts(archive: Archive, public: str) -> dict[str, bytes]:
    """Read the minutes of a session, JSON and PDF, by the names that their files get.

    Raises:
        NoSuchThing: There is no such session.
        NotClosed: It has none yet.
    """
    one = session(archive, public)
    if not one.closed_at:
        raise NotClosed(session=public)
    event = archive.log.event(one.minutes)
    name = f"proces-verbaal-{public}"
    return {
        f"{name}.json": dossier.read(archive, event, JSON),
        f"{name}.pdf": dossier.read(archive, event, PDF),
    }


def project(archive: Archive, event: Event) -> None:
    """Close a session as its event says, and let go of the titles of which none may stay."""
    (public,) = event.codes
    one = session(archive, public)
    closed = msgspec.structs.replace(
        one,
        exports=tuple(map(bare, one.exports)),
        closed_at=event.at,
        next=unseal(archive, event)["next"],
        minutes=event.seq,
    )
    put(archive, event, closed)
    archive.keys.drop_key(titles_key(public))


def _next(archive: Archive, one: Readout, given: str, zone: ZoneInfo) -> str:
    today = datetime.fromtimestamp(now() / 1000, zone).date()
    if given:
        if day(given) <= today.isoformat():
            raise NextTooEarly(next=given, today=today)
        return day(given)
    agreed = Agreed(archive, today)
    due = [agreed.of(account(archive, each), today).due for each in one.accounts]
    if not any(due):
        raise NoRhythm()
    return min(filter(None, due))


def _minutes(scribe: Scribe, one: Readout, next_on: str) -> Minutes:
    archive = scribe.archive
    return Minutes(
        session=msgspec.structs.replace(one, exports=tuple(map(bare, one.exports))),
        ministry=archive.identity.ministry,
        archive=archive.identity.name,
        made_at=stamp(now()),
        next=next_on,
        closed_by=scribe.actor.officer.id,
        accounts=tuple(account(archive, each) for each in one.accounts),
        device=device(archive, one.device) if one.device else None,
        findings=tuple(findings(one)),
        names={each.id: each.name for each in officers(archive)},
    )


def _parts(made: Minutes) -> dict[str, bytes]:
    from retention.statement_pdf import pdf

    letter = read(LETTER)
    footer = letter["page"].replace("{session}", made.session.id)
    return {
        JSON: msgspec.json.encode(made, order="sorted"),
        PDF: pdf(letter["title"], footer, made.document),
    }
