"""Lift a hold: one officer asks for it, and another one confirms it.

Until then it holds. Afterwards what it alone covered is free.
"""

from __future__ import annotations

from archiver.errors import ArchiveError, ExitCode
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal
from retention import hold, schema
from retention import tables_hold as tables

ASKED = "hold.lift-asked"
LIFTED = "hold.lifted"


class LiftedAlready(ArchiveError):
    """Hold {hold} was lifted already."""

    exit_code = ExitCode.USAGE


class SecondPersonNeeded(ArchiveError):
    """{officer} asked for this hold to be lifted; another officer has to confirm it."""

    exit_code = ExitCode.NOT_AUTHORISED


def lift(scribe: Scribe, public: str, reason: str) -> hold.Hold:
    """Ask for a hold to be lifted; when another officer asked already, lift it.

    Raises:
        NoSuchThing: There is no such hold.
        LiftedAlready: It was lifted.
        SecondPersonNeeded: The same officer asked already.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        found = hold.hold(connection, public)
        if not found.is_active:
            raise LiftedAlready(hold=public)
        asked = _asker(connection, public) if found.state is hold.HoldState.LIFT_ASKED else ""
        if asked == scribe.actor.officer.id:
            raise SecondPersonNeeded(officer=asked)
        kind = LIFTED if asked else ASKED
        detail = {"reason": reason}
        scribe.record(scribe.event(kind, detail=detail, key=REGISTER, codes=(public,)))
        return hold.hold(connection, public)


def project(archive: Archive, event: Event) -> None:
    """Lift a hold, or note that it was asked for, as an event says."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    key = tables.key_of(connection, event.codes[0])
    lifted = event.type == LIFTED
    tables.state(connection, key, hold.HoldState.LIFTED if lifted else hold.HoldState.LIFT_ASKED)
    if lifted:
        tables.release(connection, key)
    reason = unseal(archive, event).get("reason", "")
    hold.note_step(connection, key, event, event.type, reason)


def _asker(connection: Connection, public: str) -> str:
    asked = [one.officer for one in hold.steps(connection, public) if one.what == "lift-asked"]
    return asked[-1]
