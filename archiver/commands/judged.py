"""How judgements are shown: their JSON, what stands in the way, and what is suggested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from archiver.commands.frame import Frame
from archiver.errors import UsageError
from archiver.language import say
from archiver.output import Column, Row
from archiver.wording import describe

if TYPE_CHECKING:
    from archiver.cases.judgement import Judgement, Standing
    from archiver.cases.obstacle import Need, Obstacle
    from archiver.cases.suggestions import Suggestion
    from archiver.cases.views import View


def need(frame: Frame, asked: str | None = None) -> Need:
    """Say what a second reader has to read: what is set, or what is asked for where that is more.

    Raises:
        UsageError: Less is asked for than is set.
    """
    from archiver.cases.obstacle import Need

    least = Need(frame.settings.text("judging.second_reader"))
    wanted = least if asked is None else Need(asked)
    if wanted.reach < least.reach:
        raise UsageError(
            reason=say(
                "--second-reader {asked} is less than judging.second_reader, {least}",
                asked=wanted,
                least=least,
            )
        )
    return wanted


def judgement_row(frame: Frame, one: Judgement) -> dict[str, Any]:
    """Give the JSON of a judgement."""
    return {
        "record": one.record,
        "outcome": str(one.outcome),
        "grounds": list(one.grounds),
        "reason": one.reason,
        "passages": [
            {
                "start": each.start,
                "end": each.end,
                "grounds": list(each.grounds),
                "reason": each.reason,
            }
            for each in one.passages
        ],
        "withhold": list(one.withhold),
        "inspection_only": one.contested,
        "aged": one.aged,
        "link": one.link,
        "of": one.of,
        "by": one.by,
        "at": frame.moment(one.at or None),
        "second": one.second,
    }


def standing_row(frame: Frame, one: Standing) -> Row:
    """Give the JSON of what stands of a record."""
    state = "stale" if one.stale else "judged"
    return {**judgement_row(frame, one.judgement), "state": state, "event": one.seq}


def waiting_row(record: str, found: tuple[Suggestion, ...]) -> Row:
    """Give the JSON of a record that waits, with what is suggested for it."""
    return {
        "record": record,
        "state": "waiting",
        "outcome": "",
        "grounds": [],
        "suggested": [suggestion_row(one) for one in found],
    }


def suggestion_row(one: Suggestion) -> Row:
    """Give the JSON of what is suggested."""
    return {
        "why": str(one.why),
        "outcome": str(one.judgement.outcome),
        "grounds": list(one.judgement.all_grounds),
        "passages": [[each.start, each.end] for each in one.judgement.passages],
        "record": one.record,
        "case": one.case,
    }


def judged_columns() -> tuple[Column, ...]:
    """Give the columns of judgements."""
    return (
        Column("record", say("Record")),
        Column("state", say("State")),
        Column("outcome", say("Outcome")),
        Column("grounds", say("Grounds")),
        Column("by", say("By")),
        Column("second", say("Second reader")),
    )


def obstacle_row(one: Obstacle) -> Row:
    """Give the JSON of what stands in the way, with its sentence."""
    values = {"record": one.record, "other": one.other, "case": one.case, "file": one.file}
    return {
        "code": str(one.code),
        "key": one.key,
        **values,
        "sentence": describe(one.code, values),
    }


def obstacle_columns() -> tuple[Column, ...]:
    """Give the columns of what stands in the way."""
    return (
        Column("code", say("Code")),
        Column("record", say("Record")),
        Column("key", say("Key")),
        Column("sentence", say("What it is")),
    )


def view_row(one: View) -> Row:
    """Give the JSON of a view that was asked."""
    state = "waiting" if one.answered is None else "objects" if one.objects else "agrees"
    return {
        "view": one.id,
        "party": one.party,
        "state": state,
        "notice": one.notice.isoformat(),
        "last": one.last.isoformat(),
        "passages": len(one.extracts),
        "records": list(dict.fromkeys(each.record for each in one.extracts)),
        "answered": one.answered.isoformat() if one.answered else "",
        "reply": one.reply,
        "pack": one.pack,
    }


def view_columns() -> tuple[Column, ...]:
    """Give the columns of views."""
    return (
        Column("view", say("View")),
        Column("party", say("Third party")),
        Column("state", say("State")),
        Column("last", say("Last day")),
        Column("passages", say("Passages")),
        Column("answered", say("Answered")),
    )


def ground_lines(codes: tuple[str, ...]) -> Iterator[str]:
    """Say what codes stand for."""
    from archiver.cases.grounds import ground

    for code in codes:
        yield f"  {code}  {ground(code).text}"
