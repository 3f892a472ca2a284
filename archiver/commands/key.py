"""`chatarchief key`: look after the keys without which nothing can be read."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.commands.frame import Command, Frame, Group, with_frame
from archiver.commands.outcomes import as_finding
from archiver.commands.session import UPKEEP, session
from archiver.errors import ExitCode
from archiver.language import say
from archiver.output import Column, Report


@click.group(cls=Group)
def command() -> None:
    """Check, rotate and recover the keys."""


@command.command(cls=Command)
@with_frame
def check(frame: Frame) -> ExitCode:
    """Check every key file, and that the recovery key was moved away."""
    with session(frame, *UPKEEP) as at:
        found = [as_finding(finding) for finding in at.archive.keys.check()]
        at.scribe.record(
            at.scribe.event("key.checked", codes=[str(finding["code"]) for finding in found])
        )
        frame.show(
            Report(
                name="findings",
                rows=found,
                values={"ok": not found},
                columns=(Column("code", say("Code")), Column("message", say("Finding"))),
            )
        )
        if any(finding["code"] != "E-K001" for finding in found):
            return ExitCode.DAMAGE
        return ExitCode.FINDINGS if found else ExitCode.DONE


@command.command(cls=Command)
@with_frame
def rotate(frame: Frame) -> None:
    """Replace the archive key and this machine's key; nothing needs to be encrypted again."""
    with session(frame, *UPKEEP) as at:
        at.archive.keys.rotate()
        at.scribe.record(at.scribe.event("key.rotated"))
        frame.show(Report(values={"rotated": True}))


@command.command(cls=Command)
@click.argument("recovery_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_frame
def recover(frame: Frame, recovery_file: Path) -> None:
    """Give this machine a new key with the recovery key, when its own was lost."""
    from archiver.store.keys import Keys

    Keys.recover(frame.keys, recovery_file)
    with session(frame, *UPKEEP) as at:
        at.scribe.record(at.scribe.event("key.recovered"))
        frame.show(Report(values={"recovered": True}))
