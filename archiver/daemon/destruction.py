"""What destruction asks of officers: who must approve, what may be carried out, what falls due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from archiver.language import say
from archiver.model import Role
from archiver.store.archive import Archive
from archiver.store.catalogue import records
from archiver.store.catalogue.connection import Connection
from archiver.store.events import stamp
from retention import schema, tables_calendar, tables_dispose
from retention.approve import ROLES
from retention.proposal import DAY
from retention.tables_dispose import Proposed, Stage

SOON = 7
"""Days before its last one on which a proposal that was not carried out is called to mind."""

Task = tuple[str, int, str, str]
"""The sentence, how many, the command that helps, and whose turn it is."""

_RETURNED = "E-D006"


def waiting(archive: Archive, now: datetime) -> Iterator[Task]:
    """Yield the proposals that wait for somebody, and what was destroyed before and came again."""
    at = int(now.timestamp() * 1000)
    for one in _open(archive):
        missing = _missing(archive.catalogue.connection, one)
        if one.stage == Stage.BEGUN:
            yield _begun(one)
        elif at <= one.expires_at and missing:
            yield from (_unapproved(one, role) for role in missing)
        elif at <= one.expires_at:
            yield _approved(one)
    back = records.findings(
        archive.catalogue.connection, "f.code = ? AND f.state = 'open'", (_RETURNED,)
    )
    if back:
        sentence = say("Deliveries with what was destroyed before: {n}.", n=len(back))
        command = "chatarchief dispose propose --again --ground GROUND"
        yield sentence, len(back), command, Role.RECORDS_OFFICER


def due(archive: Archive, now: datetime) -> Iterator[Task]:
    """Yield the proposals that soon count no longer, and the terms that end this month."""
    at = int(now.timestamp() * 1000)
    for one in _open(archive):
        if one.stage == Stage.PROPOSED and at <= one.expires_at <= at + SOON * DAY:
            day = stamp(one.expires_at)[:10]
            sentence = say("Proposal {proposal} counts until {day}.", proposal=one.id, day=day)
            yield sentence, 1, f"chatarchief dispose show {one.id}", Role.RECORDS_OFFICER
    connection = archive.catalogue.connection
    if schema.is_ready(connection):
        yield from _terms(connection, now)


def _open(archive: Archive) -> list[Proposed]:
    """Give the proposals that were not carried out to their end."""
    connection = archive.catalogue.connection
    if not tables_dispose.is_ready(connection):
        return []
    return [one for one in tables_dispose.proposals(connection) if one.stage != Stage.DONE]


def _missing(connection: Connection, one: Proposed) -> list[Role]:
    given = {approved.role for approved in tables_dispose.approvals(connection, one.id)}
    return [role for role in ROLES if role not in given]


def _begun(one: Proposed) -> Task:
    sentence = say("Proposal {proposal} was begun and not finished.", proposal=one.id)
    return sentence, 1, f"chatarchief dispose execute {one.id}", Role.RECORDS_OFFICER


def _unapproved(one: Proposed, role: Role) -> Task:
    sentence = say("Proposal {proposal} waits for an approval.", proposal=one.id)
    return sentence, 1, f"chatarchief dispose approve {one.id} --key FILE", role


def _approved(one: Proposed) -> Task:
    sentence = say("Proposal {proposal} was approved and not carried out.", proposal=one.id)
    return sentence, 1, f"chatarchief dispose execute {one.id}", Role.RECORDS_OFFICER


def _terms(connection: Connection, now: datetime) -> Iterator[Task]:
    number, held = tables_calendar.due_before(connection, _next_month(now))
    if number:
        sentence = say(
            "Copies whose term ends by the end of this month: {n}, held {held}.",
            n=number,
            held=held,
        )
        command = f"chatarchief retention calendar --until {now:%Y-%m}"
        yield sentence, number, command, Role.RECORDS_OFFICER


def _next_month(now: datetime) -> int:
    """Give the first millisecond of the month that follows, in the zone of `now`."""
    first = (date(now.year, now.month, 1) + timedelta(days=31)).replace(day=1)
    return int(datetime.combine(first, time(), now.tzinfo).timestamp() * 1000)
