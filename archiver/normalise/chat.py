"""Normalise one chat message: when, who, in which conversation, and what makes it the same one.

The match key compares within one strand: author, time at the source's precision, text, the names
of the media, kind and type. Formats without identifiers of their own have nothing better.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from archiver.format import Source
from archiver.model import Finding, Item, Normal, Zone
from archiver.normalise.clock import clock
from archiver.normalise.identifier import identify
from archiver.normalise.key import match_key
from archiver.normalise.text import matching

RULE = "chat-3"
"""Level 3 of the ladder: no native identifier, equal in everything that the source states."""


class ChatSurvey(Protocol):
    """What must be known of a chat text: in which order it writes dates, and what is still asked.

    `date_order` is ``dmy``, ``mdy`` or ``ymd``, and empty while nobody knows.
    """

    @property
    def date_order(self) -> str:
        """The order of day, month and year."""
        ...

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What only an officer can answer."""
        ...


def chat_normaliser(source: Source, survey: ChatSurvey) -> Callable[[Item], Normal]:
    """Give the function that normalises the items of one chat text.

    Raises:
        UnknownZone: The officer's answer names no time zone.
    """
    read = clock("" if survey.questions else survey.date_order, source.zone or source.default_zone)
    zone = Zone.STATED if source.zone else Zone.ASSUMED

    def normalise(item: Item) -> Normal:
        sent_at, precision, ambiguous = read(item.time_text)
        author = identify(item.sender) if item.sender else _actor(item)
        when = item.time_text if sent_at is None else str(sent_at) + precision
        media = _media(item) if item.attachments else ""
        what = item.kind + "/" + item.type
        keys = (match_key(RULE, author, when, matching(item.text), media, what),)
        title, number = item.title, item.number
        return Normal(
            number, sent_at, precision, zone, ambiguous, author, title, "strand", True, keys
        )

    return normalise


def _actor(item: Item) -> str:
    """Name who did what an event tells; the owner of the phone is only called "you" there."""
    actor = item.values.get("actor", "")
    return identify(actor) if actor and "own" not in item.marks else ""


def _media(item: Item) -> str:
    """Compare media by the names the message writes; a name left out counts as empty."""
    return "\n".join(matching(attachment.name) for attachment in item.attachments)
