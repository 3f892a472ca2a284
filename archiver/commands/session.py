"""A command at work in an archive: open, with who acts established and allowed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver import __version__
from archiver.commands.frame import Frame
from archiver.errors import ArchiveError, NotAuthorised, UnknownOfficer
from archiver.model import Actor, Role
from archiver.output import note
from archiver.pipeline.project import project
from archiver.wording import describe

if TYPE_CHECKING:
    from archiver.store.archive import Archive
    from archiver.store.events import Tool
    from archiver.store.scribe import Scribe

READERS = (Role.RECORDS_OFFICER, Role.SORTER, Role.WOO_JURIST)
KEEPERS = (Role.RECORDS_OFFICER, Role.SERVICE)
UPKEEP = (Role.RECORDS_OFFICER, Role.ADMINISTRATOR, Role.SERVICE)


@dataclass(frozen=True, slots=True)
class Session:
    """The open archive, who acts, and who writes the events."""

    archive: Archive
    actor: Actor
    scribe: Scribe


@contextmanager
def session(frame: Frame, *roles: Role, via: str = "cli") -> Iterator[Session]:
    """Open the archive for someone who has one of the roles; without roles any officer will do.

    Raises:
        UnknownOfficer: Who acts is no officer of this archive; the refusal is logged.
        NotAuthorised: Who acts has none of the roles; the refusal is logged.
    """
    from archiver.register import officers
    from archiver.store.archive import Archive
    from archiver.store.scribe import Scribe

    with Archive(frame.archive, frame.keys, project) as archive:
        try:
            actor = officers.acting(archive, frame.person, via, roles)
        except (NotAuthorised, UnknownOfficer) as refusal:
            _log_refusal(frame, archive, refusal)
            raise
        yield Session(archive, actor, Scribe(archive, actor, tool(frame)))
        for finding in archive.noticed:
            note(f"{finding.code} {describe(finding.code, finding.values)}")


def tool(frame: Frame) -> Tool:
    """Say which program acts under which settings."""
    from archiver.store.events import Tool

    return Tool(version=__version__, config=frame.settings.digest)


def _log_refusal(frame: Frame, archive: Archive, refusal: ArchiveError) -> None:
    from archiver.register import officers
    from archiver.store.scribe import Scribe

    stranger = officers.founder(frame.person, "cli")
    scribe = Scribe(archive, stranger, tool(frame))
    known = {officer.login: officer.id for officer in officers.officers(archive)}
    detail = {"login": frame.person.login, "officer": known.get(frame.person.login, "")}
    code = type(refusal).__name__
    scribe.record(scribe.event("access.refused", result="refused", detail=detail, codes=[code]))
