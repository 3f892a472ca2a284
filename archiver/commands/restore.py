"""`chatarchief restore`: bring a backup back, checked, with its catalogue rebuilt."""

from __future__ import annotations

from pathlib import Path

import click

from archiver.commands.frame import Command, Frame, with_frame
from archiver.commands.kept_heads import kept_heads
from archiver.commands.session import UPKEEP, tool
from archiver.output import Report
from archiver.pipeline.project import project


@click.command(cls=Command)
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@kept_heads
@with_frame
def command(frame: Frame, source: Path, folder: Path, heads: tuple[Path, ...]) -> None:
    """Bring a backup back into an empty folder.

    A copy that is older than a head kept elsewhere is refused: something would be missing.
    """
    from archiver.register import officers
    from archiver.store.backup import restore
    from archiver.store.heads import read_heads
    from archiver.store.scribe import Scribe

    texts = [text for place in heads for text in read_heads(place)]
    with restore(source, folder, frame.keys, project, texts) as archive:
        actor = officers.acting(archive, frame.person, "cli", UPKEEP)
        scribe = Scribe(archive, actor, tool(frame))
        events = archive.log.size
        scribe.record(scribe.event("archive.restored", counts={"events": events}))
        frame.show(Report(values={"archive": str(folder), "events": events}))
