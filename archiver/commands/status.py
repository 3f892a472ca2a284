"""`chatarchief status`, and what bare chatarchief shows: the list of today, and the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import session
from archiver.language import say
from archiver.output import Report, Row

if TYPE_CHECKING:
    from archiver.daemon.standing import Standing
    from archiver.daemon.today import Line


@click.command(cls=Command)
@with_frame
def command(frame: Frame) -> None:
    """Show what arrived, failed, waits for whom and is due, and how much there is.

    Numbers and ids only: no text, no title and no name of a file.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from archiver.daemon.standing import standing
    from archiver.daemon.today import today

    with session(frame) as at:
        now = datetime.now(ZoneInfo(frame.settings.text("zone")))
        found = list(today(at.archive, frame.settings, now))
        stands = standing(at.archive, frame.settings, now)
        frame.show(
            Report(
                name="today",
                rows=[_row(line) for line in found],
                values={"status": stands},
                lines=lambda: _lines(found, stands),
            )
        )


def _row(line: Line) -> Row:
    return {
        "part": str(line.part),
        "message": line.sentence,
        "count": line.count,
        "role": line.role,
        "command": line.command,
    }


def _lines(found: Sequence[Line], stands: Standing) -> Iterator[str]:
    from archiver.daemon.report import part
    from archiver.daemon.standing import told
    from archiver.daemon.today import Part

    titles = {
        Part.ARRIVED: say("Arrived in the last 24 hours"),
        Part.FAILED: say("Failed"),
        Part.WAITS: say("Waits"),
        Part.DUE: say("Due"),
    }
    for which, title in titles.items():
        yield from part(title, (line for line in found if line.part is which))
    yield from told(stands)
