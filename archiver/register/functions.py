"""Functions: who was minister, state secretary or director-general, from which day to which.

How long a message is kept follows from the function that its account's owner held when it was sent
(cabinet decision of 6 April 2023 on the retention of chats, by function). Nothing is overwritten:
an end is an event of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.register.accounts import day, new_id
from archiver.store.archive import Archive
from archiver.store.catalogue import functions as held
from archiver.store.catalogue.functions import Function
from archiver.store.events import Event
from archiver.store.scribe import REGISTER, Scribe, unseal

__all__ = [
    "Function",
    "Kind",
    "add",
    "checked",
    "end",
    "event",
    "function",
    "functions",
    "kinds",
    "project",
    "same",
]

ADDED = "function.added"
ENDED = "function.ended"
_FILE = "functions.toml"


class UnknownFunction(ArchiveError):
    """{code} is not a function that the archive knows; choose one of {known}."""

    exit_code = ExitCode.USAGE


class OverlappingFunction(ArchiveError):
    """{person} is registered as {code} from {since} to {until} already ({function})."""

    exit_code = ExitCode.USAGE


class EndBeforeStart(ArchiveError):
    """The last day ({until}) lies before the first ({since})."""

    exit_code = ExitCode.USAGE


class EndedAlready(ArchiveError):
    """{function} ended on {until} already."""

    exit_code = ExitCode.USAGE


class Kind(Struct, frozen=True):
    """A kind of function: its code, its Dutch title, whether its holders are key officials.

    `minister` says that the temporary instruction of 4 October 2022 on their chats covers them.
    """

    code: str
    title: str
    key_official: bool
    minister: bool


def kinds() -> dict[str, Kind]:
    """Read which functions there are, by code."""
    return {
        code: Kind(code, entry["title"], entry["key_official"], entry.get("minister", False))
        for code, entry in read(_FILE).items()
    }


def add(
    scribe: Scribe,
    *,
    person: str,
    code: str,
    since: str,
    until: str = "",
    title: str = "",
    key_official: bool | None = None,
) -> Function:
    """Register that a person holds, or held, a function.

    Raises:
        UnknownFunction: The list does not have it.
        BadDate: A day is not one.
        EndBeforeStart: The last day lies before the first.
        OverlappingFunction: The person holds this function on one of these days already.
    """
    official = _kind(code).key_official if key_official is None else key_official
    given = Function(new_id("f"), person, code, title, official, since, until)
    with scribe.archive.writing():
        made = checked(given, functions(scribe.archive))
        scribe.record(event(scribe, made))
    return made


def checked(one: Function, others: Iterable[Function]) -> Function:
    """Give a function as it may be registered beside others; `add` says what it raises."""
    kind = _kind(one.code)
    tidy = msgspec.structs.replace(
        one,
        person=" ".join(one.person.split()),
        title=one.title or kind.title,
        since=day(one.since),
        until=day(one.until) if one.until else "",
    )
    _refuse(tidy, others)
    return tidy


def end(scribe: Scribe, public: str, until: str) -> Function:
    """Register the last day of a function.

    Raises:
        NoSuchThing: There is none of this id.
        EndedAlready: It has an end, which stays as it is.
        EndBeforeStart: The last day lies before the first.
        OverlappingFunction: The person holds this function on one of these days already.
    """
    with scribe.archive.writing():
        found = function(scribe.archive, public)
        if found.until:
            raise EndedAlready(function=public, until=found.until)
        ended = msgspec.structs.replace(found, until=day(until))
        others = [one for one in functions(scribe.archive) if one.id != public]
        _refuse(ended, others)
        scribe.record(event(scribe, ended, ENDED))
    return ended


def functions(archive: Archive) -> list[Function]:
    """Give all functions, by person and day."""
    return held.functions(archive.catalogue.connection)


def function(archive: Archive, public: str) -> Function:
    """Give one function by its id.

    Raises:
        NoSuchThing: There is none.
    """
    for found in functions(archive):
        if found.id == public:
            return found
    raise NoSuchThing(what="function", name=public)


def event(scribe: Scribe, value: Function, kind: str = ADDED) -> Event:
    """Make the event that says what is known of a function from now on."""
    detail = msgspec.to_builtins(value)
    return scribe.event(kind, detail=detail, key=REGISTER, codes=(value.id, value.code))


def project(archive: Archive, event: Event) -> None:
    """Bring a function's event into the catalogue."""
    value = msgspec.convert(unseal(archive, event), Function)
    held.put_function(archive.catalogue.connection, value)


def same(one: str, two: str) -> bool:
    """Whether two names are written alike, but for case and blanks."""
    return _folded(one) == _folded(two)


def _kind(code: str) -> Kind:
    known = kinds()
    if code not in known:
        raise UnknownFunction(code=code, known=", ".join(known))
    return known[code]


def _refuse(one: Function, others: Iterable[Function]) -> None:
    if one.until and one.until < one.since:
        raise EndBeforeStart(since=one.since, until=one.until)
    for other in others:
        if (
            other.code == one.code
            and other.title == one.title
            and same(other.person, one.person)
            and other.since <= (one.until or other.since)
            and one.since <= (other.until or one.since)
        ):
            raise OverlappingFunction(
                person=other.person, code=other.code, since=other.since,
                until=other.until or "…", function=other.id,
            )  # fmt: skip


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
