"""How sessions are shown: without a title, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.model import Finding, Role
from archiver.output import Column, Row
from archiver.wording import describe

if TYPE_CHECKING:
    from archiver.readout.facts import (
        Contacts,
        Conversation,
        Counted,
        Export,
        HandedIn,
        Readout,
        Setting,
    )

HOLDERS = (Role.RECORDS_OFFICER, Role.SORTER)
"""Who holds a session."""
READERS = (*HOLDERS, Role.AUDITOR)
"""Who may see what was recorded."""


def as_row(frame: Frame, one: Readout) -> dict[str, Any]:
    """Give the JSON of a session in a list."""
    return {
        "session": one.id,
        "person": one.person,
        "device": one.device,
        "accounts": list(one.accounts),
        "present": list(one.present),
        "opened_at": frame.local(one.opened_at),
        "done": list(map(str, one.done)),
        "closed_at": frame.local(one.closed_at),
        "next": one.next,
    }


def columns() -> tuple[Column, ...]:
    """Give the columns in which sessions are listed."""
    return (
        Column("session", say("Session")),
        Column("person", say("Person")),
        Column("device", say("Device")),
        Column("accounts", say("Accounts")),
        Column("opened_at", say("Opened")),
        Column("done", say("Steps done")),
        Column("closed_at", say("Closed")),
        Column("next", say("Next read-out")),
    )


def full(frame: Frame, one: Readout) -> dict[str, Any]:
    """Give the JSON of all that was recorded."""
    return {
        **as_row(frame, one),
        "settings": [_noted(frame, each) for each in one.settings],
        "contacts": _noted(frame, one.contacts) if one.contacts else None,
        "exports": [_export(frame, each) for each in one.exports],
        "handed_in": [_noted(frame, each) for each in one.handed_in],
        "counted": [_noted(frame, each) for each in one.counted],
    }


def conversation(frame: Frame, one: Conversation) -> dict[str, Any]:
    """Give the JSON of a conversation, without its title."""
    return {
        "number": one.number,
        "messages": one.messages,
        "events": one.events,
        "since": frame.moment(one.since),
        "until": frame.moment(one.until),
        "choice": str(one.choice),
    }


def finding_rows(found: Iterable[Finding]) -> list[Row]:
    """Give the JSON of findings."""
    return [{"code": one.code, "message": describe(one.code, one.values)} for one in found]


def _noted(frame: Frame, one: Setting | Contacts | HandedIn | Counted) -> Row:
    """Give what was noted in a session, with the time at which that was done."""
    import msgspec

    return {**msgspec.to_builtins(one), "at": frame.local(one.at)}


def _export(frame: Frame, one: Export) -> Row:
    return {
        "sha256": one.sha256,
        "size": one.size,
        "source_format": one.format,
        "account": one.account,
        "whole": one.whole,
        "titled": one.titled,
        "conversations": [conversation(frame, each) for each in one.conversations],
    }
