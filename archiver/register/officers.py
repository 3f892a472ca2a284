"""Officers: who may act in this archive, in which roles, and who acts now.

Roles bind the program; whoever holds the keys can go round it. The manual says so.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from archiver.actor import Person
from archiver.errors import ArchiveError, ExitCode, NotAuthorised, UnknownOfficer
from archiver.model import Actor, Officer, Role
from archiver.register.accounts import day, new_id
from archiver.store.archive import Archive
from archiver.store.catalogue import register
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

ADDED = "officer.added"


class BadPublicKey(ArchiveError):
    """{path} holds no Ed25519 public key in the form of OpenSSH."""

    exit_code = ExitCode.USAGE


class LoginTaken(ArchiveError):
    """{login} is registered already, as officer {officer}."""

    exit_code = ExitCode.USAGE


def read_public_key(path: Path) -> str:
    """Read an officer's public key file (``ssh-ed25519 AAAA… comment``), without the comment.

    Raises:
        BadPublicKey: It is something else.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    text = path.read_text("utf-8", "replace").split()[:2]
    try:
        key = load_ssh_public_key(" ".join(text).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadPublicKey(path=path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadPublicKey(path=path)
    return " ".join(text)


def add(
    scribe: Scribe,
    *,
    login: str,
    name: str,
    roles: Iterable[Role],
    public_key: str = "",
    since: str = "",
    until: str = "",
) -> Officer:
    """Register an officer, or register a known login anew with other roles or another period."""
    known = {officer.login: officer.id for officer in officers(scribe.archive)}
    officer = Officer(
        id=known.get(login) or new_id("o"),
        login=login,
        name=name,
        roles=tuple(sorted(set(roles))),
        public_key=public_key,
        since=day(since) if since else date.today().isoformat(),
        until=day(until) if until else "",
    )
    scribe.record(event(scribe, officer))
    return officer


def checked(one: Officer, others: Iterable[Officer]) -> Officer:
    """Give an officer as one may be registered beside others.

    Raises:
        LoginTaken: Another officer has the login.
        BadDate: A day is not one.
    """
    for other in others:
        if other.login == one.login:
            raise LoginTaken(login=one.login, officer=other.id)
    since, until = day(one.since), day(one.until) if one.until else ""
    return msgspec.structs.replace(
        one, roles=tuple(sorted(set(one.roles))), since=since, until=until
    )


def event(scribe: Scribe, officer: Officer) -> Event:
    """Make the event that registers an officer."""
    return scribe.event(ADDED, detail=msgspec.to_builtins(officer), key=REGISTER)


def officers(archive: Archive) -> list[Officer]:
    """Give all officers."""
    return register.officers(archive.catalogue.connection)


def acting(archive: Archive, person: Person, via: str, roles: Iterable[Role] = ()) -> Actor:
    """Say who acts, and insist that one of the roles is held today.

    Raises:
        UnknownOfficer: The login is not registered, or not for this day.
        NotAuthorised: None of the roles is held.
    """
    today = date.today().isoformat()
    for officer in officers(archive):
        if officer.login == person.login and officer.since <= today <= (officer.until or today):
            break
    else:
        raise UnknownOfficer(login=person.login)
    wanted = tuple(roles)
    if wanted and not set(wanted) & set(officer.roles):
        raise NotAuthorised(login=person.login, roles=", ".join(wanted))
    return Actor(officer, person.uid, person.source, socket.gethostname(), via)


def founder(person: Person, via: str) -> Actor:
    """Give who makes the archive, before anyone is registered: records officer and sorter."""
    officer = Officer(
        id=new_id("o"),
        login=person.login,
        name=person.login,
        roles=(Role.RECORDS_OFFICER, Role.SORTER),
        since=date.today().isoformat(),
    )
    return Actor(officer, person.uid, person.source, socket.gethostname(), via)


def project(archive: Archive, event: Event) -> None:
    """Bring an officer's event into the catalogue."""
    value = msgspec.convert(unseal(archive, event), Officer)
    register.put_officer(archive.catalogue.connection, value)
