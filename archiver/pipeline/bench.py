"""What every ingest of one run works with, and what an officer has said of a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archiver.intake import Limits
from archiver.normalise.clock import clock
from archiver.pipeline.reader import Reader
from archiver.settings import Settings
from archiver.store.scribe import Scribe


@dataclass(frozen=True, slots=True)
class Answers:
    """What an officer says of a delivery; empty where the file itself must say."""

    source_format: str = ""
    date_order: str = ""
    zone: str = ""

    def __post_init__(self) -> None:
        """Check the zone before anything is logged or read.

        Raises:
            UnknownZone: There is no such time zone.
        """
        clock("", self.zone)


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Bench:
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
