"""Dated facts about accounts, persons and the archive: what parliament and auditors ask for.

Which facts there are, and what must be said of each, is data: ``config/register-facts.toml``. A
fact has the day from which it is valid, a source, and in its event who registered it when. Nothing
is overwritten: a later fact of the same kind counts from its own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from archiver.errors import NoSuchThing
from archiver.register import entries
from archiver.register.accounts import accounts as all_accounts
from archiver.register.accounts import day, known, new_id
from archiver.register.fact_kinds import BadFact, Kind, check, fact_kind, kinds
from archiver.register.functions import EndBeforeStart, EndedAlready
from archiver.register.persons import person
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

STATED = "fact.stated"
ENDED = "fact.ended"
LIST = "facts"
ARCHIVE = "archive"
"""What a fact about the archive itself is about."""


class Fact(Struct, frozen=True, omit_defaults=True):
    """One fact: its kind, whom or what it is about, valid from `day` on, and what it says.

    Days are ISO 8601; `until` is the last one, empty while it holds. `about` is the id of an
    account or person, or ``archive``. `officer` and `at` (RFC 3339) say who registered it when.
    """

    id: str
    kind: str
    about: str
    day: str
    values: dict[str, str]
    source: str
    until: str = ""
    officer: str = ""
    at: str = ""


def state(
    scribe: Scribe, *, kind: str, about: str, on: str, values: Mapping[str, str], source: str
) -> Fact:
    """Register a fact that is valid from a day on.

    Raises:
        UnknownFact: There is no such kind.
        BadFact: A field lacks, is not one of the kind, or has a value that it may not have.
        BadDate: The day is not one.
        NoSuchThing: What it is about is not registered.
    """
    with scribe.archive.writing():
        given = Fact(new_id("t"), kind, about, on, dict(values), source)
        made = checked(scribe.archive, given)
        scribe.record(event(scribe, made))
    return made


def end(scribe: Scribe, public: str, until: str) -> Fact:
    """Register the last day of a fact, such as that of a recipient.

    Raises:
        NoSuchThing: There is none of this id.
        EndedAlready: It has an end, which stays as it is.
        EndBeforeStart: The last day lies before the first.
    """
    with scribe.archive.writing():
        found = next((one for one in facts(scribe.archive) if one.id == public), None)
        if found is None:
            raise NoSuchThing(what="fact", name=public)
        if found.until:
            raise EndedAlready(function=public, until=found.until)
        ended = msgspec.structs.replace(found, until=_last(found.day, until))
        scribe.record(event(scribe, ended, ENDED))
    return ended


def checked(archive: Archive, one: Fact) -> Fact:
    """Give a fact as it may be registered; `state` says what it raises."""
    kind = fact_kind(one.kind)
    if not one.source.strip():
        raise BadFact(kind=kind.code, field="source", wanted="given")
    check(kind, one.values)
    values = {name: value for name, value in one.values.items() if value}
    since = day(one.day)
    about = _about(archive, kind, one.about)
    until = _last(since, one.until) if one.until else ""
    return Fact(one.id, one.kind, about, since, values, one.source, until)


def subject(archive: Archive, text: str) -> str:
    """Give what facts are about that a text names: an account, a person, or the archive.

    Raises:
        NoSuchThing: It names neither an account nor a person.
    """
    if text in ("", ARCHIVE) or any(one.id == text for one in all_accounts(archive)):
        return text
    return person(archive, text).id


def facts(archive: Archive, about: str = "", kind: str = "") -> list[Fact]:
    """Give facts by day of validity, and of one day in the order in which they were registered."""
    found = entries.listed(archive.catalogue.connection, LIST, Fact, about)
    return sorted((one for _, one in found if kind in ("", one.kind)), key=lambda one: one.day)


def valid(among: Iterable[Fact], day: str) -> list[Fact]:
    """Give the facts that count on a day (ISO 8601): the last one of each kind and subject.

    Of kinds that go together all count. What has ended does not.
    """
    known = kinds()
    found: dict[tuple[str, ...], Fact] = {}
    for one in among:
        if one.day <= day and (not one.until or day <= one.until):
            several = one.kind in known and known[one.kind].several
            found[(one.kind, one.about, one.id if several else "")] = one
    return list(found.values())


def event(scribe: Scribe, one: Fact, kind: str = STATED) -> Event:
    """Make the event that says what is known of a fact from now on."""
    return scribe.event(
        kind, detail=msgspec.to_builtins(one), key=REGISTER, codes=(one.id, one.kind)
    )


def project(archive: Archive, event: Event) -> None:
    """Bring a fact into the register, with who stated it when."""
    value = msgspec.convert(unseal(archive, event), Fact)
    if not value.officer:
        value = msgspec.structs.replace(value, officer=event.actor, at=event.at)
    connection = archive.catalogue.connection
    entries.put(connection, LIST, value.id, value, seq=event.seq, subject=value.about)


def _last(since: str, until: str) -> str:
    if day(until) < since:
        raise EndBeforeStart(since=since, until=until)
    return day(until)


def _about(archive: Archive, kind: Kind, text: str) -> str:
    match kind.about:
        case "account":
            return known(text, all_accounts(archive)).id
        case "person":
            return person(archive, text).id
        case _:
            return ARCHIVE
