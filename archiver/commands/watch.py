"""`chatarchief watch`: take in what appears in the drop folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Command, Frame, with_frame, worst
from archiver.commands.outcomes import as_row, lines, totals
from archiver.commands.session import KEEPERS, Session, session
from archiver.errors import ExitCode, UnknownOfficer
from archiver.language import say
from archiver.output import Form, Report, note

if TYPE_CHECKING:
    from archiver.daemon import Watch
    from archiver.pipeline.outcome import Outcome


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Take in what lies there now, and end.")
@with_frame
def command(frame: Frame, once: bool) -> ExitCode:
    """Take in what appears in the drop folder.

    Each account has a folder in it, made when the account is registered. What was kept is set
    aside with its receipt; what cannot be kept stays where it is, with an alarm. A signal to stop
    ends it after the delivery in hand.
    """
    drop = frame.settings.needed("drop.folder")
    with (
        _telling_how(),
        session(frame, *KEEPERS, via="watch") as at,
        _watch(frame, at, drop) as watch,
    ):
        codes = _show(frame, watch, once=once)
        return worst([*codes, *watch.failures]) if once else ExitCode.DONE


@contextmanager
def _telling_how() -> Iterator[None]:
    """Say how the user of the service is registered, when it is not."""
    try:
        yield
    except UnknownOfficer as error:
        command = f"chatarchief officer add --login {error.fields['login']} --role service"
        note(say("A records officer registers who runs the watcher: {command}", command=command))
        raise


@contextmanager
def _watch(frame: Frame, at: Session, drop: Path) -> Iterator[Watch]:
    from archiver.daemon import Bell, Watch
    from archiver.pipeline.bench import Bench
    from archiver.pipeline.reader import ChildReader

    reader, bell = ChildReader(), Bell()
    try:
        yield Watch(Bench(at.scribe, frame.settings, reader), drop, note, bell)
    finally:
        reader.close()
        bell.close()


def _show(frame: Frame, watch: Watch, *, once: bool) -> set[ExitCode]:
    """Show each delivery as it comes; JSON and CSV are whole documents, so they end with the run.

    Nothing is kept of a delivery that was shown: the watcher runs for months.
    """
    from archiver.daemon import run

    codes: set[ExitCode] = set()
    sums = Counter(totals([]))
    found = _counted(run(watch, once=once), codes, sums)
    if frame.form in (Form.JSON, Form.CSV):
        rows = (as_row(frame, outcome) for outcome in found)
        frame.show(Report(name="deliveries", rows=rows, values={"totals": sums}))
    else:
        for outcome in found:
            frame.show(_one(frame, outcome))
    return codes


def _counted(
    outcomes: Iterator[Outcome], codes: set[ExitCode], sums: Counter[str]
) -> Iterator[Outcome]:
    for outcome in outcomes:
        codes.add(outcome.exit_code)
        sums.update(totals([outcome]))
        yield outcome


def _one(frame: Frame, outcome: Outcome) -> Report:
    row = as_row(frame, outcome)
    return Report(name="deliveries", rows=[row], lines=lambda: lines([outcome]))
