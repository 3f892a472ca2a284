"""Systems outside the archive: what an officer says was, or was not, searched there for a case.

The archive knows nothing of a document system or of a disk; that it was searched, or why it was
not, stands in the search statement on the word of the officer who says so.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases.case import Step
from archiver.errors import ArchiveError, ExitCode
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal

NAMED = "case.system-named"


class NoReason(ArchiveError):
    """Say why {name} was not searched."""

    exit_code = ExitCode.USAGE


class Outside(Struct, frozen=True):
    """A system outside the archive, whether it was searched, and how or why not."""

    name: str
    searched: bool
    reason: str = ""
    officer: str = ""
    at: str = ""


def name(scribe: Scribe, public: str, given: Outside) -> None:
    """Register a system; one of the same name takes the place of what was said of it before.

    Raises:
        NoSuchThing: There is no such case.
        ClosedCase: It is closed.
        NoReason: It was not searched, and nothing says why.
    """
    if not given.searched and not given.reason.strip():
        raise NoReason(name=given.name)
    with scribe.archive.writing():
        one = cases.opened(schema.ready(scribe.archive), public)
        detail = {"name": given.name, "searched": given.searched, "reason": given.reason}
        cases.record(scribe, one.id, NAMED, detail)


def outside(steps: list[Step]) -> list[Outside]:
    """Give the systems that were named in a case, by name."""
    found: dict[str, Outside] = {}
    for step in steps:
        if f"case.{step.what}" == NAMED:
            one = msgspec.convert({**step.values, "officer": step.officer, "at": step.at}, Outside)
            found[one.name.casefold()] = one
    return [found[name] for name in sorted(found)]


def project(archive: Archive, event: Event) -> None:
    """Keep what was said of a system."""
    schema.migrate(archive.catalogue.connection)
    cases.step(archive, event, unseal(archive, event))
