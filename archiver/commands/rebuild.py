"""`chatarchief rebuild`: make the catalogue anew from objects and log."""

from __future__ import annotations

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.session import UPKEEP, session
from archiver.output import Report
from archiver.pipeline.project import project


@click.command(cls=Command)
@with_frame
def command(frame: Frame) -> None:
    """Make the catalogue anew from objects and log.

    Nothing is decided again: every search and every explanation answers the same afterwards.
    """
    from archiver.store.archive import Archive

    with Archive(frame.archive, frame.keys, project) as archive:
        events = archive.rebuild()
    with session(frame, *UPKEEP) as at:
        at.scribe.record(at.scribe.event("catalogue.rebuilt", counts={"events": events}))
        connection = at.archive.catalogue.connection
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
            for name in ("delivery", "record", "holding", "conversation")
        }
        frame.show(Report(values={"events": events, **counts}))
