"""Accounts that show in what others handed in, and that were never handed in themselves.

Either it is a registered account without any delivery that was read, known by its identifier; or
an identifier that no account has, under which messages bear the name of a registered official. The
first is certain. A name is chosen by whoever kept the contact, so the second is a question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from archiver.coverage import tables
from archiver.coverage.census import Authored, Census
from archiver.coverage.officials import Official
from archiver.model import Account
from archiver.normalise.identifier import identify
from archiver.store.catalogue.connection import Connection


class Ground(StrEnum):
    """By what an account is thought to be an official's."""

    IDENTIFIER = "identifier"
    NAME = "name"


class Unseen(Struct, frozen=True):
    """An account seen in others' exports only.

    `account` is its id, empty where none is registered, and then `identifier` is what the messages
    say. `messages` and the moments (ms since 1970) are of what is open; `sealed` counts the rest.
    """

    person: str
    account: str
    identifier: str
    ground: Ground
    messages: int
    first: int | None
    last: int | None
    sealed: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to look for: participants by their key, with their typed identifiers."""

    registered: Mapping[int, tuple[str, Account]]
    unknown: Mapping[int, str]

    @property
    def keys(self) -> frozenset[int]:
        """The participants."""
        return frozenset(self.registered) | frozenset(self.unknown)


def watch(connection: Connection, among: Iterable[Official], handed_in: Collection[str]) -> Watch:
    """Find the participants to look for; `handed_in` are the accounts that were read once."""
    among = list(among)
    accounts = {identify(one.identifier): one for each in among for one in each.accounts}
    everyone = tables.participants(connection)
    registered = {
        key: (identifier, accounts[identifier])
        for key, identifier in everyone
        if identifier in accounts and accounts[identifier].id not in handed_in
    }
    named = {key for key, label in tables.labels(connection)
             if any(one.is_named(_bare(label)) for one in among)}  # fmt: skip
    unknown = {key: identifier for key, identifier in everyone
               if key in named and identifier not in accounts}  # fmt: skip
    return Watch(registered, unknown)


def unseen(
    connection: Connection, watched: Watch, counted: Census, among: Iterable[Official]
) -> list[Unseen]:
    """Say which accounts were seen, from one count in which they were watched."""
    among = list(among)
    found = [
        _unseen(account.person, account.id, identifier, Ground.IDENTIFIER, counted.authored[key])
        for key, (identifier, account) in watched.registered.items()
        if key in counted.authored
    ]
    for key, identifier in watched.unknown.items():
        if key in counted.authored:
            found += _named(connection, key, identifier, counted.authored[key], among)
    return sorted(found, key=lambda one: (one.person, one.account, one.identifier))


def _named(
    connection: Connection, key: int, identifier: str, of: Authored, among: Iterable[Official]
) -> list[Unseen]:
    """Give whose name stands with an identifier in what is open; sealed names are not told."""
    labels = {label for author, label in tables.open_labels(connection, of.copies) if author == key}
    return [
        _unseen(one.name, "", identifier, Ground.NAME, of)
        for one in among
        if any(one.is_named(_bare(label)) for label in labels)
    ]


def _bare(label: str) -> str:
    """Give the name in a label; a mail's author has the address behind it (RFC 5322 3.4)."""
    return label.partition(" <")[0].strip('"')


def _unseen(person: str, account: str, identifier: str, ground: Ground, of: Authored) -> Unseen:
    span = of.opened
    return Unseen(
        person, account, identifier, ground, span.records, span.first, span.last, of.sealed
    )
