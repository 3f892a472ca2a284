"""Accounts: whose, on which service, business or private, on what basis, in which period."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date

import msgspec

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.model import Account, AccountKind
from archiver.register.bases import ARCHIVING, for_purpose
from archiver.store.archive import Archive
from archiver.store.catalogue import register
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

ADDED = "account.added"
CHANGED = "account.changed"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class BadDate(ArchiveError):
    """{text} is not a day; write it as 2026-03-31."""

    exit_code = ExitCode.USAGE


class AccountExists(ArchiveError):
    """{identifier} on {service} is registered already, as account {account}."""

    exit_code = ExitCode.USAGE


def new_id(letter: str) -> str:
    """Make an id: a letter and ten random characters of base32, never a hash."""
    return letter + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def add(
    scribe: Scribe,
    *,
    person: str,
    service: str,
    identifier: str,
    kind: AccountKind,
    owner: str,
    basis_code: str,
    since: str,
    until: str = "",
) -> Account:
    """Register an account.

    Raises:
        UnknownBasis: The basis is not in the list.
        NotForPurpose: It cannot cover that messages are taken in.
        BadDate: A day is not one.
        AccountExists: The service's identifier is registered already.
    """
    account = checked(
        scribe.archive,
        person=person,
        service=service,
        identifier=identifier,
        kind=kind,
        owner=owner,
        basis_code=basis_code,
        since=since,
        until=until,
    )
    scribe.record(event(scribe, account))
    return account


def checked(
    archive: Archive,
    *,
    person: str,
    service: str,
    identifier: str,
    kind: AccountKind,
    owner: str,
    basis_code: str,
    since: str,
    until: str = "",
) -> Account:
    """Make an account that may be registered; `add` says what it raises."""
    given = Account(new_id("a"), person, service, identifier, kind, owner, basis_code, since, until)
    return fitting(given, accounts(archive))


def fitting(one: Account, others: Sequence[Account]) -> Account:
    """Give an account as it may be registered beside others; `add` says what it raises."""
    for_purpose(one.basis, ARCHIVING)
    for other in others:
        same = (other.service, other.identifier) == (one.service, one.identifier)
        if same or other.id == one.id:
            raise AccountExists(identifier=one.identifier, service=one.service, account=other.id)
    return msgspec.structs.replace(
        one,
        since=day(one.since),
        until=day(one.until) if one.until else "",
        folder=_folder(one.person, one.service, {other.folder for other in others}),
    )


def change(scribe: Scribe, account: Account, *, basis_code: str = "", until: str = "") -> Account:
    """Register a new basis or the end of an account's period; the old values stay in the log."""
    if basis_code:
        for_purpose(basis_code, ARCHIVING)
    changed = msgspec.structs.replace(
        account,
        basis=basis_code or account.basis,
        until=day(until) if until else account.until,
    )
    scribe.record(event(scribe, changed, CHANGED, codes=("basis",) if basis_code else ()))
    return changed


def accounts(archive: Archive) -> list[Account]:
    """Give all accounts."""
    return register.accounts(archive.catalogue.connection)


def account(archive: Archive, public: str) -> Account:
    """Give one account by its id.

    Raises:
        NoSuchThing: There is none.
    """
    return known(public, accounts(archive))


def known(public: str, among: Iterable[Account]) -> Account:
    """Give one of these accounts by its id.

    Raises:
        NoSuchThing: It is none of them.
    """
    for one in among:
        if one.id == public:
            return one
    raise NoSuchThing(what="account", name=public)


def event(scribe: Scribe, value: Account, kind: str = ADDED, codes: Sequence[str] = ()) -> Event:
    """Make the event that registers an account; the code ``basis`` says that its basis is new."""
    return scribe.event(
        kind,
        detail=msgspec.to_builtins(value),
        key=REGISTER,
        account=value.id,
        basis=value.basis,
        codes=codes,
    )


def project(archive: Archive, event: Event) -> None:
    """Bring an account's event into the catalogue."""
    value = msgspec.convert(unseal(archive, event), Account)
    register.put_account(archive.catalogue.connection, value)


def day(text: str) -> str:
    """Check that a text is an ISO 8601 day."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadDate(text=text) from error


def _folder(person: str, service: str, taken: Collection[str]) -> str:
    """Give the drop folder a name that people can read and that no other account has."""
    plain = unicodedata.normalize("NFKD", f"{person} {service}").encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "account"
    numbered = (f"{name}-{n}" for n in range(2, len(taken) + 3))
    return name if name not in taken else next(n for n in numbered if n not in taken)
