"""What a hold covers: words, people, a period, conversations, or all ministers; together.

Parts of different kinds narrow each other, as the filters of a search do; what cannot be judged
(a message without a time, a delivery that is not read) is taken to be covered.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archiver.model import State
from archiver.register.functions import kinds, same
from archiver.store.catalogue import functions, register
from archiver.store.catalogue.connection import Connection
from retention import tables_hold as tables


class Scope(Struct, frozen=True, omit_defaults=True):
    """The scope as it was asked for.

    `query` is as typed; `persons` use or own accounts; `since` and `until` bound the time of
    sending as ``[since, until)`` in ms since 1970; `conversations` are ids. `all_ministers` is
    whoever is registered as minister or state secretary, also later on.
    """

    query: str = ""
    persons: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    conversations: tuple[str, ...] = ()
    all_ministers: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing, and so would cover everything."""
        return self == Scope()

    def may_hold(self, sent_at: int | None) -> bool:
        """Whether its period covers a time of sending (ms since 1970), or that is not known."""
        if sent_at is None:
            return True
        return (self.since is None or self.since <= sent_at) and (
            self.until is None or sent_at < self.until
        )


def covered(connection: Connection, scope: Scope, after: int) -> tables.Where:
    """Make the conditions on copies above the key `after`."""
    where = tables.Where(after)
    accounts = accounts_of(connection, scope)
    if accounts is not None:
        where.accounts([key for key, _ in accounts])
    if scope.conversations:
        where.conversations(scope.conversations)
    if scope.since is not None or scope.until is not None:
        where.period(scope.since, scope.until)
    if scope.query:
        _words(where, scope.query)
    return where


def _words(where: tables.Where, query: str) -> None:
    # Few holds name words, and every delivery is held against all holds.
    from archiver.search.analyse import Analysis
    from archiver.search.query import match, parse

    words = parse(query)
    if words is not None:
        where.words(match(words, Analysis.dutch().stem))


def persons_of(connection: Connection, scope: Scope) -> tuple[str, ...] | None:
    """Give the people whose accounts are covered; None when it is anybody's."""
    if not scope.persons and not scope.all_ministers:
        return None
    named = list(scope.persons)
    if scope.all_ministers:
        named += ministers(connection)
    return tuple(sorted({name for n, name in enumerate(named) if not _is_in(name, named[:n])}))


def accounts_of(connection: Connection, scope: Scope) -> list[tuple[int, str]] | None:
    """Give the accounts that are covered, as (key, public id); None when all are."""
    persons = persons_of(connection, scope)
    if persons is None:
        return None
    return [
        (register.account_key(connection, account.id) or 0, account.id)
        for account in register.accounts(connection)
        if _is_in(account.person, persons) or _is_in(account.owner, persons)
    ]


def ministers(connection: Connection) -> list[str]:
    """Name everyone who is or was registered as a minister or state secretary."""
    codes = {kind.code for kind in kinds().values() if kind.minister}
    return [held.person for held in functions.functions(connection) if held.code in codes]


def covers_unread(connection: Connection, scope: Scope, account: str, received_at: int) -> bool:
    """Whether a delivery that was not read may hold what is covered, as far as can be told."""
    if scope.since is not None and received_at < scope.since:
        return False
    return concerns(connection, scope, account)


def concerns(connection: Connection, scope: Scope, account: str) -> bool:
    """Whether an account is covered; one that is not known is."""
    accounts = accounts_of(connection, scope)
    return not account or accounts is None or any(public == account for _, public in accounts)


UNREAD = (State.QUESTION, State.QUARANTINED, State.CUSTODY)
"""States in which nothing of a delivery's content is known."""


def _is_in(name: str, names: Sequence[str]) -> bool:
    return any(same(name, other) for other in names)
