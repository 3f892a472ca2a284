"""What one Telegram message is: type, marks, files, and what is told of it beside its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import UNSET

from archiver.model import Attachment, Kind, Noted
from archiver.parse.beside import Beside
from archiver.parse.telegram import media, service
from archiver.parse.telegram.fields import Contact, Message, Poll
from archiver.parse.telegram.words import links, typed, words

_NEVER = ("1970-01-01", "1969-12-31")


class Parts(NamedTuple):
    """What of an item differs from message to message."""

    kind: Kind
    type: str
    text: str
    marks: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    values: dict[str, str]
    noted: tuple[Noted, ...]


def parts(message: Message, beside: Beside, *, own: bool) -> Parts:
    """Read a message that is more than plain words."""
    kind, type_, values = Kind.MESSAGE, _type(message), _told(message)
    if message.type == "service":
        kind, type_ = service.happened(message)
        values |= service.told(message)
    elif message.type != "message":
        type_ = service.UNKNOWN
    return Parts(
        kind,
        type_,
        _text(message),
        tuple(_marks(message, own=own)),
        media.attachments(message, beside),
        values,
        tuple(_noted(message)),
    )


def _type(message: Message) -> str:
    if message.poll is not None:
        return "poll"
    if message.location_information is not UNSET or message.place_name:
        return "location"
    if message.contact_information is not None:
        return "contact"
    return "media" if message.photo or message.file else "text"


def _text(message: Message) -> str:
    """Give the words, and of what has none of its own the words that it shows."""
    shown = [words(message.text), message.information_text]
    if message.poll is not None:
        shown.append(words(message.poll.question))
    if message.contact_information is not None:
        shown.append(_card(message.contact_information))
    if message.todo_list is not None:
        shown += _tasks(message.todo_list)
    shown += [message.place_name, message.address, message.game_title, message.game_description]
    return "\n".join(each for each in shown if each)


def _card(contact: Contact) -> str:
    written = (contact.first_name, contact.last_name, contact.phone_number)
    return " ".join(each for each in written if each)


def _tasks(todo: dict[str, Any]) -> Iterator[str]:
    yield words(todo.get("title", ""))
    answers = todo.get("answers", ())
    yield from (words(each) for each in answers if isinstance(answers, list))


def _marks(message: Message, *, own: bool) -> Iterator[str]:
    if own:
        yield "own"
    if _edited(message):
        yield "edited"
    if message.forwarded_from is not UNSET:
        yield "forwarded"
    if message.self_destruct_period_seconds:
        yield "disappearing"
    if media.is_left_out(message):
        yield "media-omitted"


def _told(message: Message) -> dict[str, str]:
    place = message.location_information
    place = place if isinstance(place, dict) else {}
    found = {
        "links": links(message.text),
        "author": message.author,
        "via_bot": message.via_bot,
        "saved_from": message.saved_from,
        "reply_to_peer": message.reply_to_peer_id,
        "forwarded_from_id": message.forwarded_from_id,
        "edited": _edited(message),
        "media": message.media_type or _other(message),
        "emoji": message.sticker_emoji,
        "duration": message.duration_seconds,
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        "live": message.live_location_period_seconds,
        "stars": message.paid_stars_amount,
    }
    return {key: str(value) for key, value in found.items() if value not in (None, "")}


def _edited(message: Message) -> str:
    """Give when it was last edited; the oldest releases wrote the epoch for never."""
    if message.edited.startswith(_NEVER):
        return ""
    return str(message.edited_unixtime or message.edited)


def _other(message: Message) -> str:
    """Name what a message carries that has no type of its own."""
    for name in ("todo_list", "invoice_information", "giveaway_information", "giveaway_results"):
        if getattr(message, name) is not None:
            return name
    return "game" if message.game_title else ""


def _noted(message: Message) -> Iterator[Noted]:
    if message.reply_to_message_id:
        yield Noted("reply", str(message.reply_to_message_id))
    if message.forwarded_from is not UNSET:
        yield Noted("forwarded", by=message.forwarded_from or "")
    if message.self_destruct_period_seconds:
        yield Noted("expires", str(message.self_destruct_period_seconds))
    if message.poll is not None:
        yield from _votes(message.poll)
    for reaction in message.reactions:
        sign = reaction.emoji or reaction.document_id or reaction.type
        for each in reaction.recent:
            yield Noted("reaction", sign, each.from_ or typed(each.from_id), each.date)
        unnamed = reaction.count - len(reaction.recent)
        if unnamed > 0:
            yield Noted("reaction", sign if unnamed == 1 else f"{sign} × {unnamed}")


def _votes(poll: Poll) -> Iterator[Noted]:
    """Give the answers, and how many chose each: who did is not in the export."""
    for answer in poll.answers:
        yield Noted("option", words(answer.text))
    for answer in poll.answers:
        if answer.voters > 0:
            yield Noted("vote", f"{words(answer.text)} × {answer.voters}")
