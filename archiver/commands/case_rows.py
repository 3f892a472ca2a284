"""What the commands of a case share: days, who may do what, and how cases and terms are shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Row

if TYPE_CHECKING:
    from archiver.cases.case import Case, Step
    from archiver.cases.searches import Search
    from archiver.cases.terms import Term

JURISTS = (Role.WOO_JURIST, Role.RECORDS_OFFICER)
LOOKERS = (*JURISTS, Role.PROCESS_OWNER, Role.AUDITOR)


def today(frame: Frame) -> date:
    """Give the day of now in the zone that is set."""
    return datetime.now(ZoneInfo(frame.settings.text("zone"))).date()


def day_of(text: str) -> date:
    """Read a day.

    Raises:
        BadDate: It is none.
    """
    from archiver.register.accounts import day

    return date.fromisoformat(day(text))


def day_or_none(text: str) -> date | None:
    """Read a day that may be left out."""
    return day_of(text) if text else None


def case_row(frame: Frame, one: Case) -> Row:
    """Give the JSON of a case."""
    return {
        "case": one.id,
        "kind": str(one.kind),
        "state": "open" if one.is_open else "closed",
        "reference": one.reference,
        "requester": one.requester,
        "received": one.received.isoformat(),
        "scope": one.scope,
        "questions": [{"number": each.number, "text": each.text} for each in one.questions],
        "persons": list(one.persons),
        "from": one.since.isoformat() if one.since else "",
        "to": one.until.isoformat() if one.until else "",
        "query": one.query,
        "due": one.due.isoformat() if one.due else "",
        "contested": one.is_contested,
        "holds": list(one.holds),
        "opened_by": one.opened_by,
        "opened_at": frame.local(one.opened_at),
    }


def term_row(one: Term) -> Row:
    """Give the JSON of a term."""
    return {
        "term": str(one.what),
        "day": one.day.isoformat(),
        "provisional": one.is_provisional,
        "unmoved": one.unmoved.isoformat(),
        "rules": list(one.rules),
    }


def term_columns() -> tuple[Column, ...]:
    """Give the columns of terms."""
    return (
        Column("term", say("Term")),
        Column("day", say("Day")),
        Column("provisional", say("Provisional")),
        Column("rules", say("Rules")),
    )


def step_row(frame: Frame, one: Step) -> Row:
    """Give the JSON of a step."""
    return {"what": one.what, "by": one.officer, "at": frame.local(one.at), **one.values}


def search_row(frame: Frame, one: Search) -> Row:
    """Give the JSON of a kept search; of its hits no more than how many.

    Of one in what is sealed it says only that it was done.
    """
    filters = one.filters
    if filters.sealed:
        return {"search": one.id, "sealed": True, "by": one.officer, "at": frame.local(one.at)}
    return {
        "search": one.id,
        "query": one.typed,
        "understood": one.understood,
        "analysis": one.analysis,
        "words": [{"word": each.folded, "stem": each.stem} for each in one.words],
        "filters": {
            "from": frame.moment(filters.since),
            "until": frame.moment(filters.until),
            "participant": filters.participant,
            "conversation": filters.conversation,
            "service": filters.service,
            "account": filters.account,
            "holder": filters.holder,
            "delivery": filters.delivery,
            "sealed": filters.sealed,
        },
        "hits": one.hits,
        "digest": one.digest,
        "log_size": one.log_size,
        "log_root": one.log_root,
        "version": one.version,
        "by": one.officer,
        "at": frame.local(one.at),
    }
