"""A throw-away archive to measure in: made without the command line, one account a service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import archiver
from archiver import settings
from archiver.actor import resolve, this_process
from archiver.model import Account, AccountKind
from archiver.pipeline.bench import Bench
from archiver.pipeline.project import project
from archiver.pipeline.reader import ChildReader, OwnReader
from archiver.register import accounts, officers
from archiver.store.archive import Archive
from archiver.store.events import Tool
from archiver.store.scribe import REGISTER, Scribe

READERS: dict[str, type[ChildReader | OwnReader]] = {"child": ChildReader, "own": OwnReader}


def make(folder: Path) -> None:
    """Make an archive with its keys and one business account for each service."""
    data, keys = folder / "archive", folder / "keys"
    folder.mkdir(parents=True)
    with Archive.create(data, "Ministerie", keys, folder / "recovery.key", project) as archive:
        scribe = _scribe(archive)
        identity = {"identity": [archive.identity.sha256]}
        scribe.record(scribe.event("archive.created", detail={}, key=REGISTER, objects=identity))
        person = resolve(os.environ, this_process(data))
        officers.add(scribe, login=person.login, name="Officer", roles=scribe.actor.officer.roles)
        for service, identifier in (("whatsapp", "+31610203040"), ("mail", "j@example.nl")):
            accounts.add(
                scribe,
                person="Joris Haverkamp",
                service=service,
                identifier=identifier,
                kind=AccountKind.BUSINESS,
                owner="Joris Haverkamp",
                basis_code="archiefwet",
                since="2000-01-01",
            )


@contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    """Open the archive that `make` made."""
    with Archive(folder / "archive", folder / "keys", project) as archive:
        yield archive


@contextmanager
def at_work(folder: Path, reader: str) -> Iterator[Bench]:
    """Open it for ingest, with a reader in a second process (``child``) or in this (``own``)."""
    with opened(folder) as archive:
        reading = READERS[reader]()
        try:
            yield Bench(_scribe(archive), settings.load({}), reading)
        finally:
            reading.close()


def account(bench: Bench, service: str) -> Account:
    """Give the account of a service."""
    return next(a for a in accounts.accounts(bench.scribe.archive) if a.service == service)


def _scribe(archive: Archive) -> Scribe:
    tool = Tool(version=archiver.__version__, config="")
    person = resolve(os.environ, this_process(archive.folder))
    return Scribe(archive, officers.founder(person, "bench"), tool)
