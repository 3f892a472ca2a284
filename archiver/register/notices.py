"""Notices of state secrets, and how many markings each account had: read from log and catalogue.

Notices are for the security officer alone; their detail lies under the compartment's own key.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

import msgspec
from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.store.archive import Archive
from archiver.store.catalogue.markings import marked_records
from archiver.store.events import Event
from archiver.store.isolated import ENDED, EVENT, REGISTER
from archiver.store.scribe import Scribe, unseal

LIFTED, CONFIRMED = "marking.lifted", "marking.confirmed"


class Standing(StrEnum):
    """How far the security officer has come with a notice."""

    WAITING = "waiting"
    LIFTED = "lifted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class Fate(StrEnum):
    """What is to become of a confirmed state secret."""

    DESTROY = "destroy"
    HAND_OVER = "hand-over"


class Detail(Struct, frozen=True, omit_defaults=True):
    """What the event of an isolated delivery has under the compartment's key.

    `counts` says by level how many items, names and files were marked.
    """

    account: str
    counts: dict[str, int]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One isolated delivery; `fate` and `reason` are what the security officer decided."""

    id: str
    at: str
    detail: Detail
    standing: Standing = Standing.WAITING
    fate: str = ""
    reason: str = ""
    delivery: str = ""


class AlreadyDecided(ArchiveError):
    """Notice {notice} was decided on already: it is {standing}."""

    exit_code = ExitCode.USAGE


def notices(archive: Archive) -> list[Notice]:
    """Give all notices in the order in which they came."""
    found: dict[str, Notice] = {}
    for event in archive.log.events():
        if event.type == EVENT:
            detail = msgspec.convert(unseal(archive, event), Detail)
            found[event.delivery] = Notice(event.delivery, event.at, detail)
        elif event.type in _STANDINGS and event.delivery in found:
            found[event.delivery] = _decided(archive, found[event.delivery], event)
    return list(found.values())


def notice(archive: Archive, public: str) -> Notice:
    """Give one notice.

    Raises:
        NoSuchThing: There is none.
    """
    for one in notices(archive):
        if one.id == public:
            return one
    raise NoSuchThing(what="notice", name=public)


def confirm(scribe: Scribe, public: str, fate: Fate, reason: str) -> Notice:
    """Decide that it is a state secret, and what is to become of it.

    Raises:
        NoSuchThing: There is no such notice.
        AlreadyDecided: It was decided on before.
    """
    return _decide(scribe, public, CONFIRMED, reason, (fate,))


def lift(scribe: Scribe, public: str, reason: str) -> Notice:
    """Decide that it is no state secret; done again after an interruption it changes nothing.

    Raises:
        NoSuchThing: There is no such notice.
        AlreadyDecided: It was decided on otherwise, or is back in the archive.
    """
    with scribe.archive.writing():
        found = notice(scribe.archive, public)
        if found.standing is Standing.LIFTED:
            return found
        return _decide(scribe, public, LIFTED, reason, ())


def returned(scribe: Scribe, public: str, delivery: str) -> None:
    """Log that an isolated delivery was taken in after all, as which delivery."""
    scribe.record(scribe.event(ENDED, delivery=public, codes=[delivery]))


@dataclass(slots=True)
class Marked:
    """How many documents of one account were marked, by the name of the level."""

    account: str
    levels: Counter[str] = field(default_factory=Counter)


def counts(archive: Archive) -> list[Marked]:
    """Count marked documents by account and level, each record and file once an account.

    State secrets are those in the compartment that were not lifted.
    """
    found: dict[str, Marked] = {}
    for account, level, number in marked_records(archive.catalogue.connection):
        found.setdefault(account, Marked(account)).levels[level] += number
    for one in notices(archive):
        if one.standing in (Standing.WAITING, Standing.CONFIRMED):
            account = one.detail.account
            found.setdefault(account, Marked(account)).levels.update(one.detail.counts)
    return [found[account] for account in sorted(found)]


def _decide(scribe: Scribe, public: str, kind: str, reason: str, codes: tuple[str, ...]) -> Notice:
    with scribe.archive.writing():
        found = notice(scribe.archive, public)
        if found.standing is not Standing.WAITING:
            raise AlreadyDecided(notice=public, standing=found.standing)
        event = scribe.event(
            kind, delivery=public, codes=codes, detail={"reason": reason}, key=REGISTER
        )
        scribe.record(event)
        return notice(scribe.archive, public)


def _decided(archive: Archive, found: Notice, event: Event) -> Notice:
    standing = _STANDINGS[event.type]
    if standing is Standing.RETURNED:
        return replace(found, standing=standing, delivery=event.codes[0])
    reason = str(unseal(archive, event)["reason"])
    return replace(found, standing=standing, reason=reason, fate="".join(event.codes))


_STANDINGS = {
    LIFTED: Standing.LIFTED,
    CONFIRMED: Standing.CONFIRMED,
    ENDED: Standing.RETURNED,
}
