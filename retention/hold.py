"""Holds (vernietigingsstop): an order that nothing in its scope may be destroyed.

A hold also covers what arrives later, what is sealed and what was not read. What it covers is made
fast in a table, so that the database itself refuses to delete it; `refresh` brings that up to date
and is called inside the writer's lock before anything is destroyed. It only ever grows until the
hold is lifted, for which a second officer is needed.
"""

from __future__ import annotations

from collections import defaultdict
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
from retention.scope import UNREAD, Scope, concerns, covered, covers_unread
from retention.span import today

PLACED = "hold.placed"
ASKED = "hold.lift-asked"
LIFTED = "hold.lifted"


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


class LiftedAlready(ArchiveError):
    """Hold {hold} was lifted already."""

    exit_code = ExitCode.USAGE


class SecondPersonNeeded(ArchiveError):
    """{officer} asked for this hold to be lifted; another officer has to confirm it."""

    exit_code = ExitCode.NOT_AUTHORISED


class Held(ArchiveError):
    """Nothing was destroyed: {count} of these are held, by {holds}."""

    exit_code = ExitCode.HELD


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


def lift(scribe: Scribe, public: str, reason: str) -> Hold:
    """Ask for a hold to be lifted; when another officer asked already, lift it.

    Raises:
        NoSuchThing: There is no such hold.
        LiftedAlready: It was lifted.
        SecondPersonNeeded: The same officer asked already.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        found = hold(connection, public)
        if not found.is_active:
            raise LiftedAlready(hold=public)
        asked = _asker(connection, public) if found.state is HoldState.LIFT_ASKED else ""
        if asked == scribe.actor.officer.id:
            raise SecondPersonNeeded(officer=asked)
        kind = LIFTED if asked else ASKED
        detail = {"reason": reason}
        scribe.record(scribe.event(kind, detail=detail, key=REGISTER, codes=(public,)))
        return hold(connection, public)


def is_over_ministers(one: Hold) -> bool:
    """Whether a hold is in force over the messages of all ministers, for the instruction's sake."""
    return one.is_active and one.kind is Kind.TEMPORARY_INSTRUCTION and one.scope.all_ministers


def place_for_ministers(scribe: Scribe) -> Hold | None:
    """Place the hold over all ministers' messages, unless it is in force; give what was placed."""
    with scribe.archive.writing():
        if any(map(is_over_ministers, holds(schema.ready(scribe.archive)))):
            return None
        return place(scribe, Kind.TEMPORARY_INSTRUCTION, Scope(all_ministers=True))


# -- what is held ---------------------------------------------------------------------------------


def refresh(connection: Connection, *, after: int = 0) -> None:
    """Hold whatever the holds in force cover by now, of copies above the key `after`.

    Inside a transaction or the writer's lock.
    """
    schema.migrate(connection)
    for one in holds(connection):
        if one.is_active:
            _cover(connection, one, after)


def cover_new(connection: Connection, delivery: int) -> None:
    """Hold what the holds in force cover of the copies that a delivery (its key) brought."""
    if schema.is_ready(connection) and any(one.is_active for one in holds(connection)):
        first = tables.first_copy(connection, delivery)
        if first is not None:
            refresh(connection, after=first - 1)


def held(connection: Connection, copies: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Give the holds on these copies, by copy; after `refresh`. What is not held is left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for copy, public in tables.held(connection, copies):
        found[copy].append(public)
    return {copy: tuple(publics) for copy, publics in found.items()}


def covers_delivery(connection: Connection, delivery: str) -> tuple[str, ...]:
    """Give the holds on anything in a delivery, after `refresh`.

    Of one that was not read they are those that may cover what is in it.

    Raises:
        NoSuchThing: There is no such delivery.
    """
    found = tables.delivery(connection, delivery)
    if found is None:
        raise NoSuchThing(what="delivery", name=delivery)
    account, state, received_at, is_read = found
    holding = set(tables.held_of(connection, delivery))
    if state in UNREAD or not is_read:
        holding |= {
            one.id
            for one in holds(connection)
            if one.is_active and covers_unread(connection, one.scope, account, received_at)
        }
    return tuple(sorted(holding))


def over_unsearched(connection: Connection, delivery: str) -> list[Hold]:
    """Give the holds in force that may cover items of a delivery which no search finds.

    Words and conversations of a scope cannot be judged there; its period still is to be.
    """
    found = tables.delivery(connection, delivery)
    account = found[0] if found is not None else ""
    return [
        one
        for one in holds(connection)
        if one.is_active and concerns(connection, one.scope, account)
    ]


def records_held(connection: Connection, scope: Scope) -> int:
    """Count the open copies that a scope covers now."""
    return tables.count(connection, covered(connection, scope, 0))


# -- what there is --------------------------------------------------------------------------------


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
    """Place or lift a hold as an event says."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    detail = unseal(archive, event)
    if event.type == PLACED:
        keep(connection, msgspec.convert(detail, Hold), event)
        return
    key = tables.key_of(connection, event.codes[0])
    lifted = event.type == LIFTED
    tables.state(connection, key, HoldState.LIFTED if lifted else HoldState.LIFT_ASKED)
    if lifted:
        tables.release(connection, key)
    _step(connection, key, event, event.type.partition(".")[2], detail.get("reason", ""))


def keep(connection: Connection, made: Hold, event: Event) -> None:
    """Put a hold that an event places in force, in the name of whoever acted."""
    schema.migrate(connection)
    placed = msgspec.structs.replace(made, placed_by=event.actor, placed_at=event.at)
    key = tables.put(connection, _row(placed))
    _cover(connection, placed, 0)
    _step(connection, key, event, PLACED.partition(".")[2], made.reason)


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


def _step(connection: Connection, key: int, event: Event, what: str, reason: str) -> None:
    tables.put_step(connection, (key, event.seq, what, event.actor, event.at, reason))


def _cover(connection: Connection, one: Hold, after: int) -> None:
    key = tables.key_of(connection, one.id)
    tables.cover(connection, key, covered(connection, one.scope, after))
    tables.cover_named(connection, key)


def _asker(connection: Connection, public: str) -> str:
    asked = [one.officer for one in steps(connection, public) if one.what == "lift-asked"]
    return asked[-1]


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
