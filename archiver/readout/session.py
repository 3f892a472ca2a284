"""Open a read-out session and record what was checked in it: each step is an event.

A session is of one official and of a device, or of one or more accounts, and stays open until it is
closed: whoever goes on later goes on where it stopped. Of titles only those of chosen conversations
are kept while it is open, under a key of the session's own that its end destroys, unless the
official agrees that titles are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from archiver.errors import ArchiveError, ExitCode, KeyMissing, NoSuchThing
from archiver.model import Account
from archiver.readout.facts import (
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
from archiver.store.scribe import REGISTER, Scribe, unseal

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
            detail = _hidden(archive, public, fact)
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


def put(archive: Archive, event: Event, one: Readout) -> None:
    """Keep a session as an event leaves it."""
    connection = archive.catalogue.connection
    entries.put(connection, LIST, one.id, one, seq=event.seq, subject=one.person)


def project(archive: Archive, event: Event) -> None:
    """Bring a session that was opened into the register."""
    made = msgspec.convert(unseal(archive, event), Readout)
    put(archive, event, msgspec.structs.replace(made, officer=event.actor, opened_at=event.at))


def project_checked(archive: Archive, event: Event) -> None:
    """Bring what was checked into its session, with who checked it when."""
    public, step = event.codes
    detail = unseal(archive, event)
    names = _shown(archive, public, str(detail.pop("names", "")))
    detail |= {"officer": event.actor, "at": event.at}
    put(archive, event, _PLACES[Step(step)](session(archive, public), detail, names))


_STEPS: Mapping[type[Fact], Step] = {
    Setting: Step.SETTINGS,
    Contacts: Step.CONTACTS,
    Export: Step.CONVERSATIONS,
    HandedIn: Step.INGEST,
    Counted: Step.COUNTS,
}

Names = Mapping[int, tuple[str, str]]
"""Title and thread of the chosen conversations of an export, by number."""


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


def _hidden(archive: Archive, public: str, fact: Fact) -> dict[str, Any]:
    """Give the detail of a fact; what names chosen conversations stands in a box of its own."""
    if not isinstance(fact, Export):
        return dict(msgspec.to_builtins(fact))
    names = {one.number: (one.title, one.thread) for one in fact.chosen}
    bare = msgspec.structs.replace(
        fact, conversations=tuple(_bare(one, fact) for one in fact.conversations)
    )
    box = archive.keys.box(titles_key(public), msgspec.json.encode(names, order="sorted"))
    return {**msgspec.to_builtins(bare), "names": box}


def _bare(one: Conversation, export: Export) -> Conversation:
    """Leave out what names a conversation, and of what was not chosen the period too."""
    title = one.title if export.titled else ""
    if one in export.chosen:
        return msgspec.structs.replace(one, title=title, thread="")
    return Conversation(one.number, one.choice, one.messages, one.events, title=title)


def _shown(archive: Archive, public: str, box: str) -> Names:
    if not box:
        return {}
    try:
        plain = archive.keys.unbox(titles_key(public), box)
    except KeyMissing:
        return {}
    return msgspec.json.decode(plain, type=dict[int, tuple[str, str]])


def _setting(one: Readout, detail: Mapping[str, Any], _: Names) -> Readout:
    made = msgspec.convert(detail, Setting)
    others = (each for each in one.settings if (each.app, each.conversation) != _of(made))
    return msgspec.structs.replace(one, settings=(*others, made))


def _of(one: Setting) -> tuple[str, str]:
    return one.app, one.conversation


def _contacts(one: Readout, detail: Mapping[str, Any], _: Names) -> Readout:
    return msgspec.structs.replace(one, contacts=msgspec.convert(detail, Contacts))


def _export(one: Readout, detail: Mapping[str, Any], names: Names) -> Readout:
    made = msgspec.convert(detail, Export)
    named = tuple(_named(each, names) for each in made.conversations)
    made = msgspec.structs.replace(made, conversations=named)
    others = (each for each in one.exports if each.sha256 != made.sha256)
    counted = (each for each in one.counted if each.sha256 != made.sha256)
    return msgspec.structs.replace(one, exports=(*others, made), counted=tuple(counted))


def _named(one: Conversation, names: Names) -> Conversation:
    title, thread = names.get(one.number, (one.title, ""))
    return msgspec.structs.replace(one, title=title, thread=thread)


def _handed_in(one: Readout, detail: Mapping[str, Any], _: Names) -> Readout:
    made = msgspec.convert(detail, HandedIn)
    others = (each for each in one.handed_in if each.sha256 != made.sha256)
    return msgspec.structs.replace(one, handed_in=(*others, made))


def _counted(one: Readout, detail: Mapping[str, Any], _: Names) -> Readout:
    made = msgspec.convert(detail, Counted)
    place = (made.sha256, made.number)
    others = (each for each in one.counted if (each.sha256, each.number) != place)
    return msgspec.structs.replace(one, counted=(*others, made))


_PLACES: Mapping[Step, Callable[[Readout, Mapping[str, Any], Names], Readout]] = {
    Step.SETTINGS: _setting,
    Step.CONTACTS: _contacts,
    Step.CONVERSATIONS: _export,
    Step.INGEST: _handed_in,
    Step.COUNTS: _counted,
}
"""How each step changes its session."""
