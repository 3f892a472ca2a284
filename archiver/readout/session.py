"""Open a read-out session and record what was checked in it: each step is an event.

A session is of one official and of a device, or of one or more accounts, and stays open until it is
closed: whoever goes on later goes on where it stopped. Of titles only those of chosen conversations
are kept while it is open, under a key of the session's own that its end destroys, unless the
official agrees that titles are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.model import Account
from archiver.readout.facts import (
    Choice,
    Contacts,
    Conversation,
    Counted,
    Export,
    HandedIn,
    Readout,
    Setting,
    Step,
)
from archiver.register import entries, persons
from archiver.register.accounts import account, new_id
from archiver.register.devices import device as registered
from archiver.register.functions import same
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe

OPENED = "session.opened"
CHECKED = "session.checked"
LIST = "sessions"

Fact = Setting | Contacts | Export | HandedIn | Counted


class NobodyPresent(ArchiveError):
    """A session needs somebody who is present, beside who reads out."""

    exit_code = ExitCode.USAGE


class DeviceOrAccounts(ArchiveError):
    """A session is of a device or of accounts: name one of the two."""

    exit_code = ExitCode.USAGE


class OfAnother(ArchiveError):
    """Account {account} is of {person}; a session is of one official."""

    exit_code = ExitCode.USAGE


class SessionClosed(ArchiveError):
    """Session {session} was closed on {at}; what is read out now belongs to a new one."""

    exit_code = ExitCode.USAGE


class HandedInAlready(ArchiveError):
    """The export {sha256} was taken in as delivery {delivery}; what was chosen of it stands."""

    exit_code = ExitCode.USAGE


class Hidden(Struct, frozen=True):
    """What is known of an export while the session is open: what it is, and what was chosen.

    `names` are number, title and thread of each chosen conversation.
    """

    sha256: str
    size: int
    names: tuple[tuple[int, str, str], ...]


def start(
    scribe: Scribe,
    *,
    person: str,
    present: Iterable[str],
    device: str = "",
    accounts: Iterable[str] = (),
) -> Readout:
    """Open a session about a device, or about accounts.

    Raises:
        NobodyPresent: Nobody is named who is present.
        DeviceOrAccounts: Neither is named, or both are.
        NoSuchThing: The device or an account is not registered.
        OfAnother: It is another official's.
    """
    archive = scribe.archive
    named = tuple(filter(None, (" ".join(one.split()) for one in present)))
    if not named:
        raise NobodyPresent()
    concerned = _concerned(archive, device, tuple(accounts))
    known = persons.names(archive, person)
    for one in concerned:
        if not any(same(one.person, name) for name in known):
            raise OfAnother(account=one.id, person=one.person)
    made = Readout(new_id("u"), known[0], tuple(one.id for one in concerned), named, device)
    scribe.record(
        scribe.event(OPENED, detail=msgspec.to_builtins(made), key=REGISTER, codes=(made.id,))
    )
    return session(archive, made.id)


def check(scribe: Scribe, public: str, *facts: Fact) -> Readout:
    """Record what was found in a session, each fact as an event; give the session as it is now.

    Raises:
        NoSuchThing: There is no such session.
        SessionClosed: It was closed.
        BadTerm: A setting has an impossible term.
        HandedInAlready: An export that is chosen from was taken in before.
    """
    archive = scribe.archive
    with archive.writing():
        now = current(archive, public)
        for fact in facts:
            _insist(now, fact)
        for fact in facts:
            detail = _hidden(archive, session(archive, public), fact)
            codes = (public, str(_STEPS[type(fact)]))
            scribe.record(scribe.event(CHECKED, detail=detail, key=REGISTER, codes=codes))
        return session(archive, public)


def sessions(archive: Archive, person: str = "") -> list[Readout]:
    """Give the sessions of an official (by id, name or alias; by default all), oldest first."""
    found = [one for _, one in entries.listed(archive.catalogue.connection, LIST, Readout)]
    if person:
        known = persons.names(archive, person)
        found = [one for one in found if any(same(one.person, name) for name in known)]
    return sorted(found, key=lambda one: (one.opened_at, one.id))


def session(archive: Archive, public: str) -> Readout:
    """Give one session by its id.

    Raises:
        NoSuchThing: There is none.
    """
    for one in sessions(archive):
        if one.id == public:
            return one
    raise NoSuchThing(what="session", name=public)


def current(archive: Archive, public: str) -> Readout:
    """Give a session that is still open.

    Raises:
        NoSuchThing: There is none.
        SessionClosed: It was closed.
    """
    found = session(archive, public)
    if found.closed_at:
        raise SessionClosed(session=public, at=found.closed_at)
    return found


def titles_key(public: str) -> str:
    """Name the key under which the titles of a session can be read while it is open."""
    return f"case:session-{public}"


def bare(one: Export) -> Export:
    """Give an export as it stays when the session is closed.

    What names conversations goes unless the official agreed that titles are kept, and of what was
    not chosen all but the count.
    """
    kept = tuple(_bare(each, one) for each in one.conversations)
    if one.chosen:
        return msgspec.structs.replace(one, conversations=kept)
    return msgspec.structs.replace(one, sha256="", size=0, conversations=kept)


def put(archive: Archive, event: Event, one: Readout) -> None:
    """Keep a session as an event leaves it."""
    connection = archive.catalogue.connection
    entries.put(connection, LIST, one.id, one, seq=event.seq, subject=one.person)


_STEPS: Mapping[type[Fact], Step] = {
    Setting: Step.SETTINGS,
    Contacts: Step.CONTACTS,
    Export: Step.CONVERSATIONS,
    HandedIn: Step.INGEST,
    Counted: Step.COUNTS,
}


def _concerned(archive: Archive, device: str, accounts: tuple[str, ...]) -> tuple[Account, ...]:
    if bool(device) == bool(accounts):
        raise DeviceOrAccounts()
    if device:
        return (registered(archive, device).account,)
    return tuple(account(archive, one) for one in dict.fromkeys(accounts))


def _insist(now: Readout, fact: Fact) -> None:
    if isinstance(fact, Setting):
        fact.check()
    if isinstance(fact, Export) and (found := now.delivery(fact.sha256)) is not None:
        raise HandedInAlready(sha256=fact.sha256, delivery=found.delivery)


def _hidden(archive: Archive, now: Readout, fact: Fact) -> dict[str, Any]:
    """Give the detail of a fact; what names chosen conversations stands in a box of its own."""
    if not isinstance(fact, Export):
        return dict(msgspec.to_builtins(fact))
    names = tuple((one.number, one.title, one.thread) for one in fact.chosen)
    hidden = msgspec.json.encode(Hidden(fact.sha256, fact.size, names))
    box = archive.keys.box(titles_key(now.id), hidden)
    known = now.export(fact.sha256)
    place = len(now.exports) + 1 if known is None else known.place
    return {**msgspec.to_builtins(bare(fact)), "place": place, "hidden": box}


def _bare(one: Conversation, export: Export) -> Conversation:
    title = one.title if export.titled else ""
    if one.choice is Choice.CHOSEN:
        return msgspec.structs.replace(one, title=title, thread="")
    return Conversation(one.number, one.choice, one.messages, one.events, title=title)
