"""Take in path after path, with one reader for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.commands.frame import Frame
from archiver.commands.session import Session
from archiver.errors import ArchiveError, ExitCode
from archiver.output import note, progress
from archiver.output.words import explained

if TYPE_CHECKING:
    from archiver.pipeline.bench import Bench
    from archiver.pipeline.ingest import Refused
    from archiver.pipeline.outcome import Outcome


def taking_in(
    frame: Frame,
    at: Session,
    paths: tuple[Path, ...],
    failures: list[ExitCode],
    take: Callable[[Bench, Path, Refused], Iterator[Outcome]],
) -> Iterator[Outcome]:
    """Take in each path; one that cannot be taken in is told and the others go on."""
    from archiver.pipeline.bench import Bench
    from archiver.pipeline.reader import ChildReader
    from archiver.pipeline.reconcile import settle

    def refused(_: Path, error: ArchiveError) -> None:
        note(explained(error))
        failures.append(error.exit_code)

    reader = ChildReader()
    try:
        bench = Bench(at.scribe, frame.settings, reader)
        for path in paths:
            progress(str(path))
            yield from take(bench, path, refused)
        yield from settle(bench)
    finally:
        progress("")
        reader.close()
