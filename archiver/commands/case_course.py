"""The course of a case as commands: clarification, views, extension and decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from archiver.commands.case_rows import (
    JURISTS,
    case_row,
    day_of,
    day_or_none,
    term_columns,
    term_row,
    today,
)
from archiver.commands.frame import Asked, Command, Frame, with_frame
from archiver.commands.session import session
from archiver.output import Report

if TYPE_CHECKING:
    from archiver.cases.case import Case
    from archiver.cases.progress import Values
    from archiver.store.scribe import Scribe

_on = click.option("--on", "day", default="", metavar="DAY", help="The day of it; else today.")
_last = click.option("--last", default="", metavar="DAY", help="The last day for an answer.")
_reason = click.option("--reason", default="", help="Why; kept encrypted.")


@click.command(cls=Command)
@click.argument("case")
@click.option("--answered", is_flag=True, help="The answer came in.")
@click.option("--suspends", is_flag=True, help="The term stands still until the answer (Awb 4:15).")
@_on
@_last
@_reason
@with_frame
def clarify(
    frame: Frame, case: str, answered: bool, suspends: bool, day: str, last: str, reason: str
) -> None:
    """Register that the requester was asked to be more precise, or that the answer came in."""
    from archiver.cases import progress

    values = _values(frame, day, reason=reason, last=day_or_none(last), suspends=suspends)
    _do(frame, case, values, progress.clarify if answered else progress.ask)


@click.command(cls=Command)
@click.argument("case")
@click.option("--views", is_flag=True, required=True, help="For the views of third parties.")
@_on
@click.option("--last", cls=Asked, metavar="DAY", help="The last day for an answer.")
@_reason
@with_frame
def suspend(frame: Frame, case: str, views: bool, day: str, last: str, reason: str) -> None:
    """Register that third parties were asked for views and the requester was told of it.

    The term stands still from the day after that on.
    """
    from archiver.cases import progress

    values = _values(frame, day, reason=reason, last=day_of(last))
    _do(frame, case, values, progress.suspend)


@click.command(cls=Command)
@click.argument("case")
@_on
@_reason
@with_frame
def resume(frame: Frame, case: str, day: str, reason: str) -> None:
    """Register that the last view came in, or its time passed; the term runs again.

    Then tell the requester the new day.
    """
    from archiver.cases import progress

    _do(frame, case, _values(frame, day, reason=reason), progress.resume)


@click.command(cls=Command)
@click.argument("case")
@_on
@_reason
@with_frame
def inform(frame: Frame, case: str, day: str, reason: str) -> None:
    """Register that the requester was told the new day after a suspension."""
    from archiver.cases import progress

    _do(frame, case, _values(frame, day, reason=reason), progress.inform)


@click.command(cls=Command)
@click.argument("case")
@_on
@click.option("--reason", cls=Asked, help="Why, as the requester is told; kept encrypted.")
@with_frame
def extend(frame: Frame, case: str, day: str, reason: str) -> None:
    """Register that the term was extended; this can be done until the first term ends."""
    from archiver.cases import progress

    _do(frame, case, _values(frame, day, reason=reason), progress.extend)


@click.command(cls=Command)
@click.argument("case")
@_on
@_reason
@with_frame
def decide(frame: Frame, case: str, day: str, reason: str) -> None:
    """Register the day on which the decision was made known."""
    from archiver.cases import progress

    _do(frame, case, _values(frame, day, reason=reason), progress.decide)


def _values(frame: Frame, day: str, **given: Any) -> Values:
    from archiver.cases.progress import Values

    return Values(day=day_of(day) if day else today(frame), **given)


def _do(
    frame: Frame, case: str, values: Values, act: Callable[[Scribe, str, Values, date], Case]
) -> None:
    """Log one step, and show the terms as they are now."""
    from archiver.cases import case as cases
    from archiver.cases.progress import terms_of

    with session(frame, *JURISTS) as at:
        one = act(at.scribe, case, values, today(frame))
        steps = cases.steps(at.archive.catalogue.connection, one.id)
        terms = [term_row(each) for each in terms_of(one, steps)]
        row = case_row(frame, one)
        frame.show(Report(name="terms", rows=terms, values=row, columns=term_columns()))
