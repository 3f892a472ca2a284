"""Lists that an official confirmed: of exactly these decisions it is agreed that they are right.

Only what was sorted as private or of the party, by a person or by a confirmed rule, stands on such
a list and is not in dispute may be destroyed as no archival record. The archive keeps the SHA-256
of the document that the official signed and not the document, which speaks of private life and
belongs in the official's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import file_digest
from pathlib import Path

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.register.accounts import account, new_id
from archiver.sorting import schema, tables_confirm
from archiver.sorting.tables_acts import Kind, of_copies, standing
from archiver.sorting.tables_confirm import SortList
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

CONFIRMED = "sorting.confirmed"


class NothingToConfirm(ArchiveError):
    """Account {account} has nothing sorted as private or of the party."""

    exit_code = ExitCode.USAGE


class _Detail(Struct, frozen=True):
    document: str
    acts: tuple[int, ...]


def confirm(scribe: Scribe, public: str, document: Path) -> SortList:
    """Take down that the official confirmed what is sorted as private or of the party by now.

    Raises:
        NoSuchThing: There is no such account.
        NothingToConfirm: There is nothing of that kind.
    """
    with document.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    archive = scribe.archive
    with archive.writing():
        account(archive, public)
        found = to_confirm(schema.ready(archive), public)
        if not found:
            raise NothingToConfirm(account=public)
        detail = _Detail(digest, tuple(sorted(found)))
        name = new_id("l")
        scribe.record(
            scribe.event(
                CONFIRMED,
                account=public,
                codes=(name,),
                counts={"episodes": len(found)},
                detail=msgspec.to_builtins(detail),
                key=REGISTER,
            )
        )
        return tables_confirm.lists(archive.catalogue.connection, name)[0]


def to_confirm(connection: Connection, account: str) -> dict[int, int]:
    """Give the acts that a list of this account would have, each with the copies it counts for."""
    if not schema.is_ready(connection):
        return {}
    return {act.seq: n for act, n in standing(connection, account).items() if act.excludes}


def confirmed(connection: Connection, name: str) -> set[int]:
    """Give the copies that a confirmed list speaks of; none where there is no such list."""
    if not name or not schema.is_ready(connection):
        return set()
    return tables_confirm.copies(connection, name)


def may_go(connection: Connection, copies: Collection[int]) -> set[int]:
    """Give those of these copies that are no archival record, by a decision that was confirmed."""
    if not schema.is_ready(connection):
        return set()
    found = of_copies(connection, copies)
    agreed = tables_confirm.agreed(connection, {act.seq for act in found.values()})
    return {copy for copy, act in found.items() if act.excludes and act.seq in agreed}


def disputed(connection: Connection, copies: Iterable[int]) -> dict[int, str]:
    """Give those of these copies to which the official objected, each with its episode."""
    if not schema.is_ready(connection):
        return {}
    found = of_copies(connection, copies)
    return {copy: act.episode for copy, act in found.items() if act.kind is Kind.OBJECTED}


def project(archive: Archive, event: Event) -> None:
    """Keep a confirmed list."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    detail = msgspec.convert(unseal(archive, event), _Detail)
    made = SortList(
        event.codes[0], event.account, detail.document, event.actor, event.at, event.seq
    )
    tables_confirm.put(connection, made, detail.acts)
