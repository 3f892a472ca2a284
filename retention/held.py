"""What is held: the copies and deliveries that holds in force cover by now.

What a hold covers is made fast in a table, so that the database itself refuses to delete it.
`refresh` brings that up to date and is called inside the writer's lock before anything is
destroyed; it only ever grows until the hold is lifted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.store.catalogue.connection import Connection
from retention import hold, schema
from retention import tables_hold as tables
from retention.scope import UNREAD, Scope, concerns, covered, covers_unread


class Held(ArchiveError):
    """Nothing was destroyed: {count} of these are held, by {holds}."""

    exit_code = ExitCode.HELD


def refresh(connection: Connection, *, after: int = 0) -> None:
    """Hold whatever the holds in force cover by now, of copies above the key `after`.

    Inside a transaction or the writer's lock.
    """
    schema.migrate(connection)
    for one in hold.holds(connection):
        if one.is_active:
            hold.cover(connection, one, after)


def cover_new(connection: Connection, delivery: int) -> None:
    """Hold what the holds in force cover of the copies that a delivery (its key) brought."""
    if schema.is_ready(connection) and any(one.is_active for one in hold.holds(connection)):
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
            for one in hold.holds(connection)
            if one.is_active and covers_unread(connection, one.scope, account, received_at)
        }
    return tuple(sorted(holding))


def over_unsearched(connection: Connection, delivery: str) -> list[hold.Hold]:
    """Give the holds in force that may cover items of a delivery which no search finds.

    Words and conversations of a scope cannot be judged there; its period still is to be.
    """
    found = tables.delivery(connection, delivery)
    account = found[0] if found is not None else ""
    return [
        one
        for one in hold.holds(connection)
        if one.is_active and concerns(connection, one.scope, account)
    ]


def records_held(connection: Connection, scope: Scope) -> int:
    """Count the open copies that a scope covers now."""
    return tables.count(connection, covered(connection, scope, 0))
