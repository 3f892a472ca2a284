"""Holds (vernietigingsstop): an order that nothing in its scope may be destroyed.

A hold also covers what arrives later, what is sealed and what was not read (`retention.held`),
until it is lifted, for which a second officer is needed (`retention.lifting`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

import msgspec
from msgspec import Struct

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.register.accounts import day, new_id
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal
from retention import schema
from retention import tables_hold as tables
from retention.scope import Scope, covered
from retention.span import today

PLACED = "hold.placed"


class Kind(StrEnum):
    """Why nothing may be destroyed; ``config/holds.toml`` has name and ground of each."""

    WOO_REQUEST = "woo-request"
    OBJECTION = "objection"
    INQUIRY = "inquiry"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    HOTSPOT = "hotspot"
    TEMPORARY_INSTRUCTION = "temporary-instruction"
    PARLIAMENT = "parliament"
    ACCESS = "access"

    @property
    def called(self) -> str:
        """What it is called in a Dutch letter."""
        return str(read("holds.toml")[self]["title"])

    @property
    def rests_on(self) -> str:
        """On what it rests, in Dutch."""
        return str(read("holds.toml")[self]["ground"])


class HoldState(StrEnum):
    """Whether it holds; while its lifting is only asked for it does."""

    ACTIVE = "active"
    LIFT_ASKED = "lift-asked"
    LIFTED = "lifted"


class EmptyScope(ArchiveError):
    """Say what the hold covers: words, a person, a period, a conversation, or all ministers."""

    exit_code = ExitCode.USAGE


class Hold(Struct, frozen=True, omit_defaults=True):
    """One hold. `received` is the day from which it binds, such as that of the Woo request."""

    id: str
    kind: Kind
    scope: Scope
    received: str
    ground: str = ""
    reason: str = ""
    state: HoldState = HoldState.ACTIVE
    placed_by: str = ""
    placed_at: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it forbids anything."""
        return self.state is not HoldState.LIFTED


class Step(Struct, frozen=True):
    """What was done with a hold, by whom and when (RFC 3339), and why."""

    what: str
    officer: str
    at: str
    reason: str


def place(
    scribe: Scribe,
    kind: Kind,
    scope: Scope,
    *,
    reason: str = "",
    ground: str = "",
    received: str = "",
) -> Hold:
    """Place a hold; it is in force when this returns.

    Raises:
        EmptyScope: The scope names nothing.
        BadQuery: The words cannot be read.
        BadDate: The day of receipt is not one.
        NoSuchThing: There is no such conversation.
    """
    with scribe.archive.writing():
        made = order(
            schema.ready(scribe.archive),
            kind,
            scope,
            reason=reason,
            ground=ground,
            received=received,
        )
        detail = msgspec.to_builtins(made)
        scribe.record(scribe.event(PLACED, detail=detail, key=REGISTER, codes=(made.id, kind)))
        return hold(schema.ready(scribe.archive), made.id)


def order(
    connection: Connection,
    kind: Kind,
    scope: Scope,
    *,
    reason: str = "",
    ground: str = "",
    received: str = "",
) -> Hold:
    """Make a hold that is not in force yet; raises as `place` does.

    An event that says more than a hold, such as that of a case, carries it and `keep`s it.
    """
    check(connection, scope)
    return Hold(
        id=new_id("h"),
        kind=kind,
        scope=scope,
        received=day(received) if received else today(),
        ground=ground or kind.rests_on,
        reason=reason,
    )


def check(connection: Connection, scope: Scope) -> None:
    """Insist that a scope can be placed; raises as `place` does."""
    if scope.is_empty:
        raise EmptyScope()
    for conversation in scope.conversations:
        if not tables.conversation_exists(connection, conversation):
            raise NoSuchThing(what="conversation", name=conversation)
    covered(connection, scope, 0)


def is_over_ministers(one: Hold) -> bool:
    """Whether a hold is in force over the messages of all ministers, for the instruction's sake."""
    return one.is_active and one.kind is Kind.TEMPORARY_INSTRUCTION and one.scope.all_ministers


def place_for_ministers(scribe: Scribe) -> Hold | None:
    """Place the hold over all ministers' messages, unless it is in force; give what was placed."""
    with scribe.archive.writing():
        if any(map(is_over_ministers, holds(schema.ready(scribe.archive)))):
            return None
        return place(scribe, Kind.TEMPORARY_INSTRUCTION, Scope(all_ministers=True))


def holds(connection: Connection) -> list[Hold]:
    """Give all holds, the oldest first."""
    return [_hold(row) for row in tables.rows(connection)]


def hold(connection: Connection, public: str) -> Hold:
    """Give one hold by its id.

    Raises:
        NoSuchThing: There is none.
    """
    for one in holds(connection):
        if one.id == public:
            return one
    raise NoSuchThing(what="hold", name=public)


def steps(connection: Connection, public: str) -> list[Step]:
    """Give what was done with a hold, in order."""
    return [Step(*row) for row in tables.steps(connection, tables.key_of(connection, public))]


def project(archive: Archive, event: Event) -> None:
    """Place a hold as an event says."""
    made = msgspec.convert(unseal(archive, event), Hold)
    keep(archive.catalogue.connection, made, event)


def keep(connection: Connection, made: Hold, event: Event) -> None:
    """Put a hold that an event places in force, in the name of whoever acted."""
    schema.migrate(connection)
    placed = msgspec.structs.replace(made, placed_by=event.actor, placed_at=event.at)
    key = tables.put(connection, _row(placed))
    cover(connection, placed, 0)
    note_step(connection, key, event, PLACED, made.reason)


def cover(connection: Connection, one: Hold, after: int) -> None:
    """Make fast in the table what a hold covers by now, of copies above the key `after`."""
    key = tables.key_of(connection, one.id)
    tables.cover(connection, key, covered(connection, one.scope, after))
    tables.cover_named(connection, key)


def note_step(connection: Connection, key: int, event: Event, what: str, reason: str) -> None:
    """Note what an event did with a hold; `what` is the event type that stands for it alone."""
    what = what.partition(".")[2]
    tables.put_step(connection, (key, event.seq, what, event.actor, event.at, reason))


def name(connection: Connection, public: str, items: Collection[tuple[str, int]]) -> None:
    """Let a hold cover the records of these items too, given as (delivery, item).

    That holds as long as the hold does, whatever its scope; all copies of the records are covered.
    A hold that was lifted covers nothing more.
    """
    if not hold(connection, public).is_active:
        return
    key = tables.key_of(connection, public)
    tables.put_named(connection, key, items)
    tables.cover_named(connection, key)


def _row(one: Hold) -> tuple[str, ...]:
    scope = msgspec.json.encode(one.scope, order="sorted").decode()
    return (
        one.id, one.kind, one.state, scope, one.received, one.ground, one.reason, one.placed_by,
        one.placed_at,
    )  # fmt: skip


def _hold(row: Sequence[str]) -> Hold:
    public, kind, state, scope, received, ground, reason, placed_by, placed_at = row
    return Hold(
        id=public,
        kind=Kind(kind),
        scope=msgspec.json.decode(scope, type=Scope),
        received=received,
        ground=ground,
        reason=reason,
        state=HoldState(state),
        placed_by=placed_by,
        placed_at=placed_at,
    )
