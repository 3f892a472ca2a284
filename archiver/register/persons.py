"""Persons: under which names one official is known, so that the lists speak of the same person.

Accounts, functions and contacts name an official as they are written; a person says which of those
names are one official. Nothing is overwritten: another name is an event of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.register import entries
from archiver.register.accounts import new_id
from archiver.register.functions import same
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

ADDED = "person.added"
CHANGED = "person.changed"
LIST = "persons"


class Person(Struct, frozen=True, omit_defaults=True):
    """One official: the name in full, and other names that the lists may use."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


class PersonExists(ArchiveError):
    """{name} is a name of {person} already."""

    exit_code = ExitCode.USAGE


class NoName(ArchiveError):
    """A person needs a name."""

    exit_code = ExitCode.USAGE


def add(scribe: Scribe, *, name: str, aliases: Iterable[str] = ()) -> Person:
    """Register an official.

    Raises:
        NoName: The name is empty.
        PersonExists: One of the names is another person's already.
    """
    with scribe.archive.writing():
        made = checked(Person(new_id("p"), name, tuple(aliases)), persons(scribe.archive))
        scribe.record(event(scribe, made))
    return made


def rename(scribe: Scribe, public: str, *, name: str = "", aliases: Iterable[str] = ()) -> Person:
    """Register another name of an official; the present one becomes an alias.

    Raises:
        NoSuchThing: There is none of this id.
        PersonExists: One of the names is another person's already.
    """
    with scribe.archive.writing():
        found = person(scribe.archive, public)
        known = (*found.aliases, *((found.name,) if name else ()), *aliases)
        changed = Person(found.id, name or found.name, tuple(dict.fromkeys(known)))
        others = [one for one in persons(scribe.archive) if one.id != public]
        changed = checked(changed, others)
        scribe.record(event(scribe, changed, CHANGED))
    return changed


def checked(one: Person, others: Iterable[Person]) -> Person:
    """Give a person as it may be registered beside others; `add` says what it raises."""
    tidy = Person(one.id, _tidy(one.name), tuple(filter(None, map(_tidy, one.aliases))))
    if not tidy.name:
        raise NoName()
    for other in others:
        for name in _names(tidy):
            if other.id == tidy.id or any(same(name, known) for known in _names(other)):
                raise PersonExists(name=name, person=other.id)
    return tidy


def event(scribe: Scribe, one: Person, kind: str = ADDED) -> Event:
    """Make the event that registers a person."""
    return scribe.event(kind, detail=msgspec.to_builtins(one), key=REGISTER, codes=(one.id,))


def persons(archive: Archive) -> list[Person]:
    """Give all persons, by name."""
    found = entries.listed(archive.catalogue.connection, LIST, Person)
    return sorted((one for _, one in found), key=lambda one: (one.name, one.id))


def person(archive: Archive, public: str) -> Person:
    """Give one person by id, name or alias.

    Raises:
        NoSuchThing: There is none.
    """
    for one in persons(archive):
        if one.id == public or any(same(public, name) for name in _names(one)):
            return one
    raise NoSuchThing(what="person", name=public)


def names(archive: Archive, text: str) -> tuple[str, ...]:
    """Give every name of the official whom a text names, by id or by one of the names.

    Of an official who is not registered as a person that is the text itself.
    """
    try:
        return _names(person(archive, text))
    except NoSuchThing:
        return (text,)


def project(archive: Archive, event: Event) -> None:
    """Bring a person's event into the register."""
    value = msgspec.convert(unseal(archive, event), Person)
    connection = archive.catalogue.connection
    entries.put(connection, LIST, value.id, value, seq=event.seq, subject=value.id)


def _names(one: Person) -> tuple[str, ...]:
    return one.name, *one.aliases


def _tidy(text: str) -> str:
    return " ".join(text.split())
