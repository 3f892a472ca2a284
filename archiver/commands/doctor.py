"""`chatarchief doctor`: is everything that the archive relies on as it should be?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.errors import ArchiveError, ExitCode
from archiver.language import say
from archiver.output import Report, Row
from archiver.pipeline.project import project

if TYPE_CHECKING:
    from archiver.daemon.examine import Check


@click.command(cls=Command)
@with_frame
def command(frame: Frame) -> ExitCode:
    """Check this machine, the keys, the archive and the drop folder, one line each.

    Whoever may open the archive may ask; nothing of its content is shown and nothing is changed.
    """
    from archiver.daemon.check import failing
    from archiver.daemon.examine import Level, examine

    try:
        found = list(examine(frame.settings, project))
    except ArchiveError as error:
        found = [failing("settings", error, "chatarchief settings")]
    frame.show(
        Report(
            name="checks",
            rows=[_row(check) for check in found],
            values={"ok": all(check.level is Level.OK for check in found)},
            lines=lambda: _lines(found),
        )
    )
    return ExitCode.DONE if all(one.level is Level.OK for one in found) else ExitCode.FINDINGS


def _row(check: Check) -> Row:
    return {
        "check": check.name,
        "level": str(check.level),
        "message": check.sentence,
        "command": check.command,
    }


def _lines(found: Sequence[Check]) -> Iterator[str]:
    words = {"ok": say("ok"), "warn": say("warning"), "fail": say("FAILS")}
    for check in found:
        hint = f"  [{check.command}]" if check.command else ""
        yield f"{words[check.level]}: {check.sentence}{hint}"
