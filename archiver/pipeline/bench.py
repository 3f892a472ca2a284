"""What every ingest of one run works with, and what an officer has said of a delivery."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.intake import Limits
from archiver.pipeline.reader import Reader
from archiver.settings import Settings
from archiver.store.scribe import Scribe

MAPPED = "mapped"
"""The format that is read as an officer's mapping says."""


class Answers(Struct, frozen=True):
    """What an officer says of a delivery; empty where the file itself must say."""

    source_format: str = ""
    date_order: str = ""
    zone: str = ""
    mapping: str = ""

    def __post_init__(self) -> None:
        """Check zone and mapping before anything is logged or read.

        Raises:
            UnknownZone: There is no such time zone.
            MappingError: The text of the mapping file cannot be used.
            NoMapping: The format asked for is read by a mapping, or the mapping is not for it.
        """
        if self.zone:
            from archiver.normalise.clock import zone_of

            zone_of(self.zone)
        if self.mapping:
            from archiver.parse import mapped  # which loads every reader of tables

            mapped.load(self.mapping)
        if (self.source_format == MAPPED) != bool(self.mapping):
            raise NoMapping(format=MAPPED)


class NoMapping(ArchiveError):
    """The source format {format} and a mapping file (--mapping) need each other."""

    exit_code = ExitCode.USAGE


NO_ANSWERS = Answers()


class Bench(Struct, frozen=True):
    """The archive with who acts, the settings in force, and the reader."""

    scribe: Scribe
    settings: Settings
    reader: Reader

    @property
    def limits(self) -> Limits:
        """The limits of intake in force."""
        return Limits(**self.settings.group("intake"))

    @property
    def spool(self) -> Path:
        """Where large members of a container are unpacked, in files without a name."""
        return self.scribe.archive.folder / "staging"
