"""`session ingest` and `session counts`: take in what was chosen, and read the counts back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.answers import with_answers
from archiver.commands.frame import Command, Frame, with_frame, worst
from archiver.commands.outcomes import as_row, lines, totals
from archiver.commands.readout_asking import is_asked, maybe
from archiver.commands.readout_rows import HOLDERS
from archiver.commands.session import session
from archiver.commands.sorting import cut
from archiver.commands.taking_in import taking_in
from archiver.errors import ExitCode, UsageError
from archiver.language import say
from archiver.model import Role
from archiver.output import Column, Report, Row

if TYPE_CHECKING:
    from archiver.pipeline.outcome import Outcome
    from archiver.readout.facts import Conversation, Counted, Export


@click.command(cls=Command)
@click.argument("name", metavar="SESSION")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_answers
@with_frame
def ingest(
    frame: Frame,
    name: str,
    paths: tuple[Path, ...],
    source_format: str,
    date_order: str | None,
    zone: str,
) -> ExitCode:
    """Take in of these exports what was chosen in the session, and nothing else."""
    from archiver.pipeline.bench import Answers, Bench
    from archiver.pipeline.hand_over import hand_over, hold_back
    from archiver.pipeline.ingest import Refused

    def take(bench: Bench, path: Path, refused: Refused) -> Iterator[Outcome]:
        return hand_over(bench, name, path, answers, refused=refused)

    with session(frame, Role.RECORDS_OFFICER) as at:
        failures: list[ExitCode] = []
        answers = Answers(source_format, date_order or "", zone)
        outcomes = list(taking_in(frame, at, paths, failures, take))
        held = hold_back(at.scribe, name, cut(frame))
        frame.show(
            Report(
                name="deliveries",
                rows=[as_row(frame, one) for one in outcomes],
                values={"session": name, "held_back": held, "totals": totals(outcomes)},
                lines=lambda: lines(outcomes),
            )
        )
        return worst([*(one.exit_code for one in outcomes), *failures])


@click.command(cls=Command)
@click.argument("name", metavar="SESSION")
@click.option(
    "--shown",
    "given",
    multiple=True,
    metavar="NUMBER=COUNT",
    help="How many messages the app shows of a conversation; - where it shows none.",
)
@with_frame
def counts(frame: Frame, name: str, given: tuple[str, ...]) -> ExitCode:
    """Read the counts back against what the app shows; that is logged first."""
    from archiver.readout import session as sessions

    with session(frame, *HOLDERS) as at:
        one = sessions.current(at.archive, name)
        at.scribe.witness("session.shown", {"session": name}, {"exports": len(one.exports)})
        chosen = [(export, each) for export in one.exports for each in export.chosen]
        told = _told(given) if given or not is_asked() else _asked(chosen)
        found = list(_counted(chosen, told))
        rows = [_row(each) for each in sessions.check(at.scribe, name, *found).counted]
        frame.show(Report(name="counts", rows=rows, values={"session": name}, columns=_columns()))
        differ = any(each.shown is not None and each.shown != each.read for each in found)
        return ExitCode.FINDINGS if differ else ExitCode.DONE


def _told(given: Iterable[str]) -> dict[int, int | None]:
    """Read NUMBER=COUNT."""
    found: dict[int, int | None] = {}
    for text in given:
        number, _, count = text.partition("=")
        if not number.isdecimal() or not (count == "-" or count.isdecimal()):
            raise UsageError(reason=say("{text} is no NUMBER=COUNT", text=text))
        found[int(number)] = None if count == "-" else int(count)
    return found


def _asked(chosen: Iterable[tuple[Export, Conversation]]) -> dict[int, int | None]:
    """Ask for each chosen conversation what the app shows; nothing where it shows no number."""
    found: dict[int, int | None] = {}
    for _, one in chosen:
        question = say(
            "{number} {title}: how many messages the app shows", number=one.number, title=one.title
        )
        answer = maybe(question)
        found |= _told([f"{one.number}={answer or '-'}"])
    return found


def _counted(
    chosen: Iterable[tuple[Export, Conversation]],
    told: Mapping[int, int | None],
) -> Iterator[Counted]:
    from archiver.readout.facts import Counted

    known = {each.number: (export, each) for export, each in chosen}
    for number, shown in told.items():
        if number not in known:
            raise UsageError(
                reason=say("conversation {number} was not chosen in this session", number=number)
            )
        export, each = known[number]
        yield Counted(export.sha256, number, each.messages, shown)


def _row(one: Counted) -> Row:
    return {
        "number": one.number,
        "read": one.read,
        "shown": one.shown,
        "differs": one.shown is not None and one.shown != one.read,
    }


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", say("Number")),
        Column("read", say("Read")),
        Column("shown", say("Shown by the app")),
        Column("differs", say("Differs")),
    )
