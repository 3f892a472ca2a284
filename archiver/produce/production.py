"""Productions: what was made of a case, by whom and when, and to whom it was handed over.

A pack is named by the digest of its manifest, which names every file with its digest. Making the
same pack again gives the same bytes and so the same production. Who received it, by which medium
and with which receipt is an event of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import schema as case_schema
from archiver.cases.case import Case
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.produce import schema
from archiver.produce import tables_productions as tables
from archiver.register.accounts import new_id
from archiver.store.archive import Archive, Projector
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal
from retention import dossier

MADE = "production.made"
DELIVERED = "production.delivered"
_MANIFEST, _SLICES = "manifest", "slices"
_NAMED = "numbers"
"""What productions of the first form have instead of slices: who named each number, and no more."""


class NoRecipient(ArchiveError):
    """Say to whom production {production} was handed over, and by which medium."""

    exit_code = ExitCode.USAGE


class HandedLater(ArchiveError):
    """A production cannot have been handed over after today: {when}."""

    exit_code = ExitCode.USAGE


class Handed(Struct, frozen=True, omit_defaults=True):
    """That a production was handed over; `when` is the day, `at` when it was registered."""

    recipient: str
    medium: str
    when: str
    receipt: str = ""
    officer: str = ""
    at: str = ""


class Numbered(Struct, frozen=True):
    """A number, and the public ids of the records that one production showed under it.

    The record that named it stands first, the others in order of time.
    """

    number: str
    records: tuple[str, ...]


class Production(Struct, frozen=True, omit_defaults=True):
    """What was made of a case.

    `kind` is ``woo`` or ``inquiry``, `unit` that of its documents. `manifest` is the SHA-256 of its
    manifest, `counts` what it holds, `options` how it was asked for.
    """

    id: str
    case: str
    kind: str
    unit: str
    manifest: str
    counts: dict[str, int] = {}
    options: dict[str, str] = {}
    officer: str = ""
    at: str = ""
    handed: tuple[Handed, ...] = ()


def made(
    scribe: Scribe,
    case: Case,
    *,
    kind: str,
    unit: str,
    manifest: bytes,
    slices: Sequence[Numbered],
    counts: Mapping[str, int],
    options: Mapping[str, str],
) -> Production:
    """Register a production; of one that was made before nothing is added, and that is given.

    `slices` are its documents by number, in order of time.
    """
    archive = scribe.archive
    digest = hashlib.sha256(manifest).hexdigest()
    with archive.writing():
        for one in productions(schema.ready(archive), case.id):
            if (one.kind, one.manifest) == (kind, digest):
                return one
        public = new_id("u")
        dossier.keep(
            scribe,
            MADE,
            public,
            {_MANIFEST: manifest, _SLICES: msgspec.json.encode(slices)},
            case=case.id,
            counts=counts,
            codes=(kind, unit, digest),
            detail={"options": dict(options)},
        )
        return production(schema.ready(archive), public)


def deliver(scribe: Scribe, public: str, given: Handed, today: date) -> Production:
    """Register that a production was handed over.

    Raises:
        NoSuchThing: There is no such production.
        NoRecipient: Nothing says to whom, or how.
        HandedLater: The day is after `today`.
    """
    if not (given.recipient.strip() and given.medium.strip()):
        raise NoRecipient(production=public)
    if given.when > today.isoformat():
        raise HandedLater(when=given.when)
    with scribe.archive.writing():
        found = production(schema.ready(scribe.archive), public)
        detail = msgspec.to_builtins(given)
        cases.record(scribe, found.case, DELIVERED, detail, codes=(public, found.manifest))
        return production(schema.ready(scribe.archive), public)


def productions(connection: Connection, case: str = "") -> list[Production]:
    """Give productions, the oldest first: of one case by its id, or of all."""
    if not schema.is_ready(connection):
        return []
    return [_with_handed(connection, content) for content in tables.rows(connection, case)]


def production(connection: Connection, public: str) -> Production:
    """Give one production.

    Raises:
        NoSuchThing: There is none of this id.
    """
    for one in productions(connection):
        if one.id == public:
            return one
    raise NoSuchThing(what="production", name=public)


def numbers_of(connection: Connection, case: str, unit: str) -> list[tuple[Numbered, ...]]:
    """Give what each production of a case in this unit showed under which number, oldest first."""
    if not schema.is_ready(connection):
        return []
    return [
        tuple(Numbered(number, tuple(msgspec.json.decode(records))) for number, records in found)
        for found in tables.slices(connection, case, unit)
    ]


def manifest_of(archive: Archive, public: str) -> bytes:
    """Give the manifest of a production as it was written.

    Raises:
        NoSuchThing: There is none of this id.
        KeyMissing: The key of its case was destroyed.
    """
    for event in archive.log.events(0):
        if event.type == MADE and event.delivery == public:
            return dossier.read(archive, event, _MANIFEST)
    raise NoSuchThing(what="production", name=public)


def project(archive: Archive, event: Event) -> None:
    """Keep what was made, and which numbers it gave."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    case_schema.migrate(connection)
    kind, unit, digest = event.codes
    found = Production(
        id=event.delivery,
        case=event.case,
        kind=kind,
        unit=unit,
        manifest=digest,
        counts=dict(event.counts),
        options=unseal(archive, event)["options"],
        officer=event.actor,
        at=event.at,
    )
    tables.put(connection, found.id, found.case, event.seq, msgspec.json.encode(found).decode())
    tables.put_slices(
        connection,
        event.seq,
        found.case,
        unit,
        [
            (one.number, msgspec.json.encode(one.records).decode())
            for one in _slices(archive, event)
        ],
    )
    cases.step(archive, event, {"production": found.id, "kind": kind, "manifest": digest})


def _slices(archive: Archive, event: Event) -> Sequence[Numbered]:
    if _SLICES in event.objects:
        return msgspec.json.decode(dossier.read(archive, event, _SLICES), type=list[Numbered])
    named = msgspec.json.decode(dossier.read(archive, event, _NAMED), type=dict[str, str])
    return [Numbered(number, (record,)) for record, number in sorted(named.items())]


def project_delivered(archive: Archive, event: Event) -> None:
    """Keep to whom a production was handed over."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    case_schema.migrate(connection)
    public = event.codes[0]
    detail = unseal(archive, event) | {"officer": event.actor, "at": event.at}
    given = msgspec.convert(detail, Handed)
    tables.put_handed(connection, event.seq, public, msgspec.json.encode(given).decode())
    cases.step(archive, event, {"production": public, "recipient": given.recipient})


def _with_handed(connection: Connection, content: str) -> Production:
    found = msgspec.json.decode(content, type=Production)
    given = [msgspec.json.decode(one, type=Handed) for one in tables.handed(connection, found.id)]
    return msgspec.structs.replace(found, handed=tuple(given))


PROJECTORS: Mapping[str, Projector] = {MADE: project, DELIVERED: project_delivered}
