"""Judging for a case: one judgement, taken back, read a second time; what contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from archiver.commands.case_rows import JURISTS, LOOKERS
from archiver.commands.frame import Asked, Command, Frame, with_frame
from archiver.commands.judged import (
    judged_columns,
    judgement_row,
    need,
    obstacle_columns,
    obstacle_row,
    standing_row,
    waiting_row,
)
from archiver.commands.options import together
from archiver.commands.session import Session, session
from archiver.errors import ExitCode, UsageError
from archiver.language import say
from archiver.output import Report, Row

if TYPE_CHECKING:
    from archiver.cases.case import Case
    from archiver.cases.judgement import Judgement
    from archiver.cases.obstacle import Code

OUTCOMES = {
    "public": "openbaar",
    "partly": "deels openbaar",
    "withheld": "niet openbaar",
    "already": "reeds openbaar",
    "duplicate": "dubbel",
    "out-of-scope": "buiten verzoek",
}

GROUNDS = together(
    click.option("--ground", "grounds", multiple=True, help="A ground or code, such as 5.1.2e."),
    click.option("--reason", default="", help="Why; whoever gets the pack reads it."),
)
ALREADY = together(
    click.option("--aged", default="", help="Why it is refused though older than five years."),
    click.option("--link", default="", help="Where it is public already."),
)
"""What is said of a record and of a file alike."""

_with_judgement = together(
    click.option("--as", "outcome", default=None, help="What becomes of it.",
                 type=click.Choice([*OUTCOMES])),
    GROUNDS,
    click.option("--passage", "passages", multiple=True, metavar="FROM-TO GROUND[: REASON]",
                 help="Signs of the text that are withheld, and on which ground."),
    click.option("--inspection-only", "contested", is_flag=True,
                 help="The committee contests it: it may look, and gets no copy."),
    ALREADY,
    click.option("--of", default="", help="Of which record it is a double."),
)  # fmt: skip


@click.command(cls=Command)
@click.argument("case")
@click.argument("records", nargs=-1, required=True)
@_with_judgement
@with_frame
def judge(frame: Frame, /, case: str, records: tuple[str, ...], **given: Any) -> None:
    """Judge candidates: what of them may be public, on which grounds; all of them or none."""
    from archiver.cases.judging import judge as judge_

    with session(frame, *JURISTS) as at:
        seq = judge_(at.scribe, case, _judgements(records, given), frame.settings.text("zone"))
        _show(frame, at, case, records, seq)


@click.command(cls=Command)
@click.argument("case")
@click.argument("record")
@with_frame
def undo(frame: Frame, case: str, record: str) -> None:
    """Take the last judgement of a candidate back; what was judged before counts again."""
    from archiver.cases.judging import undo as take_back

    with session(frame, *JURISTS) as at:
        one = take_back(at.scribe, case, record)
        frame.show(Report(values=judgement_row(frame, one)))


@click.command(cls=Command)
@click.argument("case")
@click.argument("records", nargs=-1, required=True)
@click.option("--agree", is_flag=True, help="To what was judged, as it stands.")
@_with_judgement
@with_frame
def second(
    frame: Frame, /, case: str, records: tuple[str, ...], agree: bool, **given: Any
) -> ExitCode:
    """Judge as second reader, who is another person; what differs is shown and has to be settled.

    Judge the record again to settle it, as one of the two.
    """
    from archiver.cases import case as cases
    from archiver.cases import schema
    from archiver.cases.judging import second as read_again
    from archiver.cases.obstacle import Code

    with session(frame, *JURISTS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        found = _agreed(at, one, records) if agree else _judgements(records, given)
        read_again(at.scribe, one.id, found, frame.settings.text("zone"))
        return show_differing(frame, at, one, Code.READERS_DIFFER, len(found))


@click.command(cls=Command)
@click.argument("case")
@click.option("--waiting", is_flag=True, help="Only what has no judgement that counts.")
@with_frame
def judged(frame: Frame, case: str, waiting: bool) -> None:
    """Show what was judged of the candidates, what waits, and what is suggested for that."""
    from archiver.cases import case as cases
    from archiver.cases import schema
    from archiver.cases.candidates import candidates
    from archiver.cases.judgement import standing
    from archiver.cases.suggestions import suggestions

    with session(frame, *LOOKERS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        found = standing(connection, one.id)
        suggested = suggestions(connection, one)
        names = [each.record for each in candidates(connection, one.id)]
        at.scribe.witness("judgements.listed", {"case": one.id}, {"candidates": len(names)})

        def rows() -> Iterator[Row]:
            for name in names:
                known = found.get(name)
                if known is None:
                    yield waiting_row(name, suggested.get(name, ()))
                elif known.stale or not waiting:
                    yield standing_row(frame, known)

        counted = sum(name in found and not found[name].stale for name in names)
        frame.show(
            Report(
                name="judgements",
                rows=rows(),
                values={"candidates": len(names), "judged": counted},
                columns=judged_columns(),
            )
        )


@click.command(cls=Command)
@click.argument("case")
@with_frame
def contradictions(frame: Frame, case: str) -> ExitCode:
    """Show what stands in the way of producing: judgements that contradict, or wait for a reader.

    Judge again, or explain a contradiction by its key.
    """
    from archiver.cases import case as cases
    from archiver.cases import schema
    from archiver.cases.contradictions import obstacles

    with session(frame, *LOOKERS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        found = obstacles(connection, one, need(frame))
        at.scribe.witness("contradictions.listed", {"case": one.id}, {"found": len(found)})
        frame.show(
            Report(
                name="contradictions",
                rows=[obstacle_row(each) for each in found],
                values={"case": one.id, "found": len(found)},
                columns=obstacle_columns(),
            )
        )
        return ExitCode.FINDINGS if found else ExitCode.DONE


@click.command(cls=Command)
@click.argument("case")
@click.argument("key")
@click.option("--reason", cls=Asked, help="Why both may stand; kept encrypted.")
@with_frame
def explain(frame: Frame, case: str, key: str, reason: str) -> None:
    """Explain why two judgements that contradict each other may both stand, as they are now."""
    from archiver.cases.contradictions import explain as let_stand

    with session(frame, *JURISTS) as at:
        frame.show(Report(values=obstacle_row(let_stand(at.scribe, case, key, reason))))


def show_differing(frame: Frame, at: Session, case: Case, code: Code, read: int) -> ExitCode:
    """Show what a second reader judged otherwise, of records or of files, by its code."""
    from archiver.cases.contradictions import differing

    found = [one for one in differing(at.archive.catalogue.connection, case) if one.code is code]
    frame.show(
        Report(
            name="differences",
            rows=[obstacle_row(each) for each in found],
            values={"case": case.id, "read": read},
            columns=obstacle_columns(),
        )
    )
    return ExitCode.FINDINGS if found else ExitCode.DONE


def _judgements(records: Sequence[str], given: dict[str, Any]) -> list[Judgement]:
    from archiver.cases.judgement import Judgement, Outcome
    from archiver.cases.judgement_sheet import passage

    if not given["outcome"]:
        raise UsageError(reason=say("Say with --as what becomes of it."))
    values = {name: value for name, value in given.items() if name not in ("outcome", "passages")}
    return [
        Judgement(
            record=record,
            outcome=Outcome(OUTCOMES[given["outcome"]]),
            passages=tuple(map(passage, given["passages"])),
            **values,
        )
        for record in records
    ]


def _agreed(at: Session, case: Case, records: Sequence[str]) -> list[Judgement]:
    """Give what stands of these records, for a second reader to say the same."""
    from archiver.cases.judgement import standing
    from archiver.cases.judging import NotJudgedYet
    from archiver.cases.tables_judgement import present

    connection = at.archive.catalogue.connection
    found = standing(connection, case.id)
    now = present(connection, records)
    for record in records:
        if now.get(record) not in found:
            raise NotJudgedYet(record=record)
    return [found[now[record]].judgement for record in records]


def _show(frame: Frame, at: Session, case: str, records: Sequence[str], seq: int) -> None:
    from archiver.cases import case as cases
    from archiver.cases.judgement import standing

    connection = at.archive.catalogue.connection
    found = standing(connection, cases.case(connection, case).id)
    rows = [standing_row(frame, one) for one in found.values() if one.seq == seq]
    frame.show(
        Report(
            name="judgements",
            rows=rows,
            values={"event": seq, "judged": len(records)},
            columns=judged_columns(),
        )
    )
