"""How the events of read-out sessions come into the register, also when it is rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from archiver.errors import KeyMissing
from archiver.readout import minutes, session
from archiver.readout.facts import Contacts, Counted, Export, HandedIn, Readout, Setting, Step
from archiver.readout.session import Hidden, put, titles_key
from archiver.store.archive import Archive, Projector
from archiver.store.events import Event
from archiver.store.scribe import unseal


def _opened(archive: Archive, event: Event) -> None:
    """Bring a session that was opened into the register."""
    made = msgspec.convert(unseal(archive, event), Readout)
    put(archive, event, msgspec.structs.replace(made, officer=event.actor, opened_at=event.at))


def _checked(archive: Archive, event: Event) -> None:
    """Bring what was checked into its session, with who checked it when."""
    public, step = event.codes
    detail = _unhidden(archive, public, unseal(archive, event))
    detail |= {"officer": event.actor, "at": event.at}
    put(archive, event, _PLACES[Step(step)](session.session(archive, public), detail))


def _unhidden(archive: Archive, public: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Give the detail of an export with what its box still tells."""
    box = detail.pop("hidden", "")
    try:
        plain = archive.keys.unbox(titles_key(public), box) if box else b""
    except KeyMissing:
        plain = b""
    if not plain:
        return detail
    hidden = msgspec.json.decode(plain, type=Hidden)
    names = {number: {"title": title, "thread": thread} for number, title, thread in hidden.names}
    named = [{**one, **names.get(one["number"], {})} for one in detail["conversations"]]
    return {**detail, "sha256": hidden.sha256, "size": hidden.size, "conversations": named}


def _setting(one: Readout, detail: Mapping[str, Any]) -> Readout:
    made = msgspec.convert(detail, Setting)
    others = (each for each in one.settings if (each.app, each.conversation) != _of(made))
    return msgspec.structs.replace(one, settings=(*others, made))


def _of(one: Setting) -> tuple[str, str]:
    return one.app, one.conversation


def _contacts(one: Readout, detail: Mapping[str, Any]) -> Readout:
    return msgspec.structs.replace(one, contacts=msgspec.convert(detail, Contacts))


def _export(one: Readout, detail: Mapping[str, Any]) -> Readout:
    made = msgspec.convert(detail, Export)
    before = next((each for each in one.exports if each.place == made.place), None)
    others = [each for each in one.exports if each is not before]
    gone = {each.number for each in before.conversations} if before else set()
    counted = tuple(each for each in one.counted if each.number not in gone)
    return msgspec.structs.replace(one, exports=(*others, made), counted=counted)


def _handed_in(one: Readout, detail: Mapping[str, Any]) -> Readout:
    made = msgspec.convert(detail, HandedIn)
    others = (each for each in one.handed_in if each.sha256 != made.sha256)
    return msgspec.structs.replace(one, handed_in=(*others, made))


def _counted(one: Readout, detail: Mapping[str, Any]) -> Readout:
    made = msgspec.convert(detail, Counted)
    others = (each for each in one.counted if each.number != made.number)
    return msgspec.structs.replace(one, counted=(*others, made))


_PLACES: Mapping[Step, Callable[[Readout, Mapping[str, Any]], Readout]] = {
    Step.SETTINGS: _setting,
    Step.CONTACTS: _contacts,
    Step.CONVERSATIONS: _export,
    Step.INGEST: _handed_in,
    Step.COUNTS: _counted,
}
"""How each step changes its session."""


PROJECTORS: Mapping[str, Projector] = {
    session.OPENED: _opened,
    session.CHECKED: _checked,
    minutes.CLOSED: minutes.project,
}
