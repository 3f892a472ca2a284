"""`chatarchief backup`: copy what the log names to another place."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import UPKEEP, session
from archiver.language import say
from archiver.output import Report, note


@click.command(cls=Command)
@click.argument("target", type=click.Path(path_type=Path))
@with_frame
def command(frame: Frame, target: Path) -> None:
    """Copy the archive to another place; again, only what is new is copied.

    The catalogue is not copied: it is rebuilt. Back up the folder of the keys after this, to a
    place of its own, and keep that backup for at most 30 days.
    """
    from archiver.store.backup import backup

    with session(frame, *UPKEEP) as at:
        done = backup(at.archive, target)
        counts = {"copied": done.copied, "present": done.present, "events": done.events}
        at.scribe.record(at.scribe.event("backup.made", counts=counts))
        note(say("Now back up the keys, to another place than the archive's."))
        frame.show(Report(values={"target": str(target), **counts}))
