"""`case file`: the files beside messages are judged by themselves, for the Woo pack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.commands.case_judging import ALREADY, GROUNDS, OUTCOMES, show_differing
from archiver.commands.case_rows import JURISTS, LOOKERS
from archiver.commands.frame import Asked, Command, Frame, Group, with_frame
from archiver.commands.options import together
from archiver.commands.session import Session, session
from archiver.errors import ExitCode, UsageError
from archiver.language import say
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.cases.case import Case
    from archiver.cases.files import Standing
    from archiver.cases.judgement import Judgement
    from archiver.produce.attached import Originals
    from archiver.produce.files import Carried

_SHOWN = (
    "file", "state", "outcome", "grounds", "name", "size", "given_as", "taken_out", "problem",
    "missing",
)  # fmt: skip
_with_words = together(
    GROUNDS,
    ALREADY,
    click.option("--of", default="", help="Of which file it is a double."),
    click.option("--clean", "copy", default=None, metavar="PATH",
                 type=click.Path(exists=True, dir_okay=False, path_type=Path),
                 help="A copy that may be public, made with your own tool; it is kept."),
)  # fmt: skip


@click.group(cls=Group)
def file() -> None:
    """Judge the files beside messages: what of each may be public, on which grounds."""


@file.command(cls=Command)
@click.argument("case")
@click.argument("files", nargs=-1, metavar="FILE…")
@click.option("--all-waiting", is_flag=True, help="All files that wait for a judgement.")
@click.option("--as", "outcome", cls=Asked, type=click.Choice([*OUTCOMES]),
              help="What becomes of it.")  # fmt: skip
@_with_words
@with_frame
def judge(
    frame: Frame, /, case: str, files: tuple[str, ...], all_waiting: bool, copy: Path | None,
    **given: Any,
) -> None:  # fmt: skip
    """Judge files, each by the SHA-256 of its bytes or the beginning of it; all of them or none.

    One judgement is of the same bytes beside every message of the case. What is public in part is
    given as a clean copy.
    """
    from archiver.cases import case as cases
    from archiver.cases import file_judging as judging
    from archiver.cases import schema
    from archiver.cases.files import standing

    if bool(files) == all_waiting:
        raise UsageError(reason=say("Name files, or say --all-waiting."))
    with session(frame, *JURISTS) as at:
        one = cases.opened(schema.ready(at.archive), case)
        names = _waiting(at, one) if all_waiting else files
        seq = None
        if names:
            made = _judgements(names, given)
            zone = frame.settings.text("zone")
            seq = judging.judge(at.scribe, one.id, made, zone, copy)
        found = standing(at.archive.catalogue.connection, one.id)
        rows = [_standing_row(frame, each) for each in found.values() if each.seq == seq]
        frame.show(
            Report(
                name="files",
                rows=rows,
                values={"case": one.id, "event": seq, "judged": len(rows)},
                columns=_columns(),
            )
        )


@file.command(cls=Command)
@click.argument("case")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--agree", is_flag=True, help="To what was judged, as it stands.")
@click.option("--as", "outcome", default=None, type=click.Choice([*OUTCOMES]),
              help="What becomes of it.")  # fmt: skip
@_with_words
@with_frame
def second(
    frame: Frame, /, case: str, files: tuple[str, ...], agree: bool, copy: Path | None,
    **given: Any,
) -> ExitCode:  # fmt: skip
    """Judge files as second reader, who is another person; what differs is shown.

    Judge the file again to settle it, as one of the two.
    """
    from archiver.cases import case as cases
    from archiver.cases import file_judging as judging
    from archiver.cases import schema
    from archiver.cases.obstacle import Code

    if agree == bool(given["outcome"]) or (agree and (copy or any(given.values()))):
        raise UsageError(reason=say("Say --agree by itself, or with --as what becomes of it."))
    with session(frame, *JURISTS) as at:
        one = cases.opened(schema.ready(at.archive), case)
        if agree:
            judging.agree(at.scribe, one.id, files)
        else:
            made = _judgements(files, given)
            judging.second(at.scribe, one.id, made, frame.settings.text("zone"), copy)
        return show_differing(frame, at, one, Code.FILE_READERS_DIFFER, len(files))


@file.command(cls=Command)
@click.argument("case")
@click.argument("file")
@with_frame
def undo(frame: Frame, case: str, file: str) -> None:
    """Take the last judgement of a file back; what was judged before counts again."""
    from archiver.cases import file_judging as judging

    with session(frame, *JURISTS) as at:
        one = judging.undo(at.scribe, case, file)
        frame.show(Report(values={"file": one.record, "outcome": str(one.outcome)}))


@file.command("list", cls=Command)
@click.argument("case")
@click.option("--waiting", is_flag=True, help="Only what has no judgement that counts.")
@with_frame
def list_(frame: Frame, case: str, waiting: bool) -> None:
    """Show the files of messages that are public, wholly or in part, and what each needs.

    It tells whether a file can be given as it is, and what would be taken out of it.
    """
    from archiver.cases import case as cases
    from archiver.cases import files as judging
    from archiver.cases import schema
    from archiver.produce.attached import Originals

    with session(frame, *LOOKERS) as at:
        connection = schema.ready(at.archive)
        one = cases.case(connection, case)
        standing = judging.standing(connection, one.id)
        found, originals = _carried(at, one), Originals(at.archive)
        at.scribe.witness("files.listed", {"case": one.id}, {"files": len(found)})
        states = [_state(each, standing) for each in found]

        def rows() -> Iterator[Row]:
            for each, state in zip(found, states, strict=True):
                if state == "waiting" or not waiting:
                    yield _row(frame, at, originals, each, state, standing.get(each.file.sha256))

        frame.show(
            Report(
                name="files",
                rows=rows(),
                values={
                    "case": one.id,
                    **{state: states.count(state) for state in ("judged", "waiting", "missing")},
                },
                columns=_columns(),
            )
        )


def _judgements(names: Sequence[str], given: dict[str, Any]) -> list[Judgement]:
    from archiver.cases.judgement import Judgement, Outcome

    outcome = Outcome(OUTCOMES[given.pop("outcome")])
    return [Judgement(record=name, outcome=outcome, **given) for name in names]


def _waiting(at: Session, one: Case) -> list[str]:
    """Name the files that wait; what stands in the way of none of them is no error."""
    from archiver.cases.files import standing

    known = standing(at.archive.catalogue.connection, one.id)
    return [each.file.sha256 for each in _carried(at, one) if _state(each, known) == "waiting"]


def _carried(at: Session, one: Case) -> list[Carried]:
    from archiver.cases.judgement import judged
    from archiver.produce.files import carried

    return carried(at.archive.catalogue.connection, judged(at.archive, one))


def _state(one: Carried, standing: dict[str, Standing]) -> str:
    if one.is_missing:
        return "missing"
    known = standing.get(one.file.sha256)
    return "waiting" if known is None or known.stale else "judged"


def _row(
    frame: Frame,
    at: Session,
    originals: Originals,
    one: Carried,
    state: str,
    known: Standing | None,
) -> dict[str, object]:
    from archiver.produce.files import Form, form

    made = Form() if one.is_missing else form(at.archive, originals, one.file, known)
    judged = {} if known is None or state != "judged" else _standing_row(frame, known)
    return {
        "file": one.file.sha256,
        "state": state,
        "outcome": "",
        "grounds": [],
        **judged,
        "name": one.file.name,
        "media_type": one.file.media_type,
        "size": one.file.size,
        "missing": one.file.missing,
        "records": list(one.records),
        "given_as": made.suffix,
        "taken_out": list(made.gone),
        "problem": made.problem,
    }


def _standing_row(frame: Frame, one: Standing) -> dict[str, object]:
    judgement = one.judgement
    return {
        "file": judgement.record,
        "state": "judged",
        "outcome": str(judgement.outcome),
        "grounds": list(judgement.grounds),
        "reason": judgement.reason,
        "aged": judgement.aged,
        "link": judgement.link,
        "of": judgement.of,
        "by": judgement.by,
        "second": judgement.second,
        "at": frame.moment(judgement.at or None),
        "event": one.seq,
        "clean_copy": None if one.copy is None else one.copy.sha256,
    }


def _columns() -> tuple[Column, ...]:
    return tuple(map(Column, _SHOWN))
