"""Contacts of officials: which of them are business, private or party-political, and from when.

Marking contacts beforehand is the selection mechanism of the national instruction on the chats of
ministers (21 June 2023) and of the Audit Service's recommendations (September 2024). A contact is
evidence for sorting and never sorts by itself. Nothing is overwritten: an end and a confirmation
by the official are events of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.normalise.identifier import identify
from archiver.register import entries, persons
from archiver.register.accounts import day, new_id
from archiver.register.functions import EndBeforeStart, EndedAlready, same
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

ADDED = "contact.added"
ENDED = "contact.ended"
CONFIRMED = "contact.confirmed"
LIST = "contacts"


class ContactKind(StrEnum):
    """What an official says a contact is."""

    BUSINESS = "business"
    PRIVATE = "private"
    PARTY = "party"


class Contact(Struct, frozen=True, omit_defaults=True):
    """A contact of one official, in one class, over a period.

    `person` is the official's name. `identifiers` are typed as participants' are (``e164:``,
    ``mail:``, ``jid:`` …); ``name:`` is a mere label, for exports that have nothing else. Days are
    ISO 8601, `until` is the last one and empty while it holds. `source` is who said so, `confirmed`
    the day on which the official confirmed it, empty when that never happened.
    """

    id: str
    person: str
    name: str
    identifiers: tuple[str, ...]
    kind: ContactKind
    since: str
    until: str = ""
    source: str = ""
    confirmed: str = ""

    def holds_on(self, day: str) -> bool:
        """Whether the class holds on a day (ISO 8601)."""
        return self.since <= day and (not self.until or day <= self.until)


class OverlappingContact(ArchiveError):
    """{identifier} is a contact of {person} from {since} to {until} already ({contact})."""

    exit_code = ExitCode.USAGE


class NoContact(ArchiveError):
    """A contact needs an official, and a name or an identifier."""

    exit_code = ExitCode.USAGE


def contacts(archive: Archive, person: str = "") -> list[Contact]:
    """Give the contacts of an official (by id, name or alias; by default of all), by name."""
    found = [one for _, one in entries.listed(archive.catalogue.connection, LIST, Contact)]
    if person:
        known = persons.names(archive, person)
        found = [one for one in found if any(same(one.person, name) for name in known)]
    return sorted(found, key=lambda one: (one.person, one.name, one.since, one.id))


def contact(archive: Archive, public: str) -> Contact:
    """Give one contact by its id.

    Raises:
        NoSuchThing: There is none.
    """
    for one in contacts(archive):
        if one.id == public:
            return one
    raise NoSuchThing(what="contact", name=public)


def add(
    scribe: Scribe,
    *,
    person: str,
    name: str,
    kind: ContactKind,
    since: str,
    identifiers: Iterable[str] = (),
    until: str = "",
    source: str = "",
    confirmed: str = "",
) -> Contact:
    """Register a contact; identifiers are typed, and without one the name is what it goes by.

    Raises:
        BadDate: A day is not one.
        EndBeforeStart: The last day lies before the first.
        NoContact: It has neither name nor identifier, or no official.
        OverlappingContact: The official has a contact of this identifier on one of these days.
    """
    given = Contact(
        new_id("k"), person, name, tuple(identifiers), kind, since, until, source, confirmed
    )
    with scribe.archive.writing():
        made = checked(given, contacts(scribe.archive))
        scribe.record(event(scribe, made))
    return made


def end(scribe: Scribe, public: str, until: str) -> Contact:
    """Register the last day on which a contact's class holds.

    Raises:
        NoSuchThing: There is none of this id.
        EndedAlready: It has an end, which stays as it is.
        EndBeforeStart: The last day lies before the first.
    """
    with scribe.archive.writing():
        found = contact(scribe.archive, public)
        if found.until:
            raise EndedAlready(function=public, until=found.until)
        ended = msgspec.structs.replace(found, until=day(until))
        others = [one for one in contacts(scribe.archive) if one.id != public]
        scribe.record(event(scribe, checked(ended, others), ENDED))
    return ended


def confirm(scribe: Scribe, public: str, on: str) -> Contact:
    """Register that the official confirmed a contact's class on a day."""
    with scribe.archive.writing():
        found = msgspec.structs.replace(contact(scribe.archive, public), confirmed=day(on))
        scribe.record(event(scribe, found, CONFIRMED))
    return found


def checked(one: Contact, others: Iterable[Contact]) -> Contact:
    """Give a contact as it may be registered beside others; `add` says what it raises."""
    tidy = msgspec.structs.replace(
        one,
        person=" ".join(one.person.split()),
        name=" ".join(one.name.split()),
        identifiers=tuple(dict.fromkeys(filter(None, map(typed, one.identifiers or (one.name,))))),
        since=day(one.since),
        until=day(one.until) if one.until else "",
        confirmed=day(one.confirmed) if one.confirmed else "",
    )
    if not tidy.identifiers or not tidy.person:
        raise NoContact()
    if tidy.until and tidy.until < tidy.since:
        raise EndBeforeStart(since=tidy.since, until=tidy.until)
    _refuse(tidy, others)
    return tidy


def typed(text: str) -> str:
    """Give the typed identifier of a number, address, name, or of what is typed already."""
    kind, _, rest = text.strip().partition(":")
    if kind == "tel":
        return identify(rest)
    return text.strip() if rest and _TYPE.fullmatch(kind) else identify(text)


def event(scribe: Scribe, one: Contact, kind: str = ADDED) -> Event:
    """Make the event that says what is known of a contact from now on."""
    return scribe.event(kind, detail=msgspec.to_builtins(one), key=REGISTER, codes=(one.id,))


def project(archive: Archive, event: Event) -> None:
    """Bring a contact's event into the register."""
    value = msgspec.convert(unseal(archive, event), Contact)
    connection = archive.catalogue.connection
    entries.put(connection, LIST, value.id, value, seq=event.seq, subject=value.person)


_TYPE = re.compile(r"[a-z][a-z0-9]{1,11}")
"""Types of identifiers that parsers give (`archiver.model.Item.sender_id`)."""


def _refuse(one: Contact, others: Iterable[Contact]) -> None:
    """Refuse two classes of one identifier on one day; a name is a label that people may share."""
    for other in others:
        shared = [i for i in one.identifiers if i in other.identifiers and i[:5] != "name:"]
        if shared and same(other.person, one.person) and _meets(one, other):
            raise OverlappingContact(
                identifier=shared[0], person=other.person, since=other.since,
                until=other.until or "…", contact=other.id,
            )  # fmt: skip


def _meets(one: Contact, other: Contact) -> bool:
    return other.since <= (one.until or other.since) and one.since <= (other.until or one.since)
