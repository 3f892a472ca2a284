"""What `doctor` looks at, one check after the other: a level, a sentence, a command to paste.

Nothing is changed, and one check that fails stops no other.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.daemon.check import Check, Level, failing, ok
from archiver.daemon.examine_archive import examine_archive
from archiver.daemon.examine_drop import examine_drop
from archiver.daemon.examine_machine import examine_machine
from archiver.errors import ArchiveError
from archiver.settings import Settings
from archiver.store.archive import Archive, Projector

__all__ = ["Check", "Level", "examine"]


def examine(settings: Settings, project: Projector) -> Iterator[Check]:
    """Yield every check; those inside the archive only when it opens."""
    yield from examine_machine(settings)
    try:
        archive = Archive(settings.needed("archive"), settings.needed("keys"), project)
    except (ArchiveError, OSError) as error:
        yield failing("archive", error, "chatarchief settings")
        return
    with archive:
        yield ok("archive", str(archive.folder))
        yield from examine_archive(archive, settings)
        yield from examine_drop(archive, settings)
