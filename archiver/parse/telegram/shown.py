"""What one message of Telegram's HTML shows: words, files, reply, reactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from archiver.model import Attachment, Kind, Noted
from archiver.parse.beside import NOT_EXPORTED, NOT_HANDED_IN, Beside
from archiver.parse.telegram.page import Node

_VIA = re.compile(r" via @([A-Za-z0-9_]+)\Z")
_REPLY = re.compile(r"#go_to_message(-?[0-9]+)\Z")
_VOTES = re.compile(r"([0-9]+) votes?")
_LEFT_OUT = re.compile(r"(?:Not included|Exceeds maximum size|Unavailable)\b.*")
_WRAPS = ("media", "photo_wrap", "sticker_wrap", "animated_wrap", "video_file_wrap")
_PLACES = ("media_location", "media_venue", "media_live_location")
_MISSED = ("Missed", "Declined", "Cancelled")
_MEDIA_TYPES = {"photo_wrap": "image/jpeg"}


class Shown(NamedTuple):
    """What of an item a message's body shows."""

    kind: Kind
    type: str
    sender: str | None
    time_text: str
    text: str
    marks: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    values: dict[str, str]
    noted: tuple[Noted, ...]


def shown(message: Node, beside: Beside) -> Shown:
    """Read a message; its `sender` is None where the one before it says who it is."""
    body = message.child("body") or message
    sender, values = _sender(body)
    forwarded = body.child("forwarded") if body.child("userpic_wrap") is None else None
    forwarded = forwarded or next(
        (each for each in body.all("body") if "forwarded" in each.classes), None
    )
    said = forwarded or body
    kind, type_, told = _type(said)
    return Shown(
        kind,
        type_,
        sender,
        _time(body),
        _text(said, type_),
        tuple(_marks(said, is_forwarded=forwarded is not None)),
        tuple(_attachments(said, type_, beside)),
        values | told | _signature(said),
        tuple(_noted(body, said, forwarded)),
    )


def _sender(body: Node) -> tuple[str | None, dict[str, str]]:
    name = body.child("from_name")
    if name is None:
        return None, {}
    label = name.own_words()
    via = _VIA.search(label)
    if via is None:
        return label, {}
    return label[: via.start()], {"via_bot": f"@{via[1]}"}


def _time(body: Node) -> str:
    date = body.child("date")
    return date.attributes.get("title", "") if date else ""


def _type(said: Node) -> tuple[Kind, str, dict[str, str]]:
    if said.first("media_poll"):
        return Kind.MESSAGE, "poll", {}
    media = said.first(*_WRAPS)
    if media is None:
        return Kind.MESSAGE, "text", {}
    if "media_call" in media.classes:
        status = _part(media, "status")
        missed = status.startswith(_MISSED)
        kind = Kind.EVENT if missed else Kind.MESSAGE
        return kind, "call-missed-voice" if missed else "call", {"reason": status}
    if "media_contact" in media.classes:
        return Kind.MESSAGE, "contact", {}
    if any(name in media.classes for name in _PLACES):
        return Kind.MESSAGE, "location", {"links": media.attributes.get("href", "")}
    return Kind.MESSAGE, "media", {}


def _part(node: Node, name: str) -> str:
    found = node.first(name)
    return found.words if found else ""


def _text(said: Node, type_: str) -> str:
    """Give the words, and of what has none of its own the words that it shows."""
    own = said.child("text")
    texts = [own.words if own else ""]
    if type_ == "poll":
        texts.append(_part(said, "question"))
    elif type_ in ("contact", "location"):
        texts += [_part(said, "title"), _part(said, "description"), _part(said, "status")]
    return "\n".join(each for each in texts if each)


def _marks(said: Node, *, is_forwarded: bool) -> Iterator[str]:
    if is_forwarded:
        yield "forwarded"
    if _LEFT_OUT.fullmatch(_part(said, "description")):
        yield "media-omitted"


def _attachments(said: Node, type_: str, beside: Beside) -> Iterator[Attachment]:
    if type_ != "media":
        return
    for media in said.all(*_WRAPS):
        path = media.attributes.get("href", "")
        name = _part(media, "title")
        kind = next((_MEDIA_TYPES[one] for one in media.classes if one in _MEDIA_TYPES), "")
        if path:
            yield _linked(path, name, kind, beside)
        elif _LEFT_OUT.fullmatch(_part(media, "description")):
            yield Attachment(name, kind, missing=NOT_EXPORTED)


def _linked(path: str, name: str, kind: str, beside: Beside) -> Attachment:
    found = beside.attachment(path, name=name, media_type=kind)
    if found.missing == NOT_HANDED_IN and "%" in path:
        return beside.attachment(unquote(path), name=name, media_type=kind)
    return found


def _signature(said: Node) -> dict[str, str]:
    signature = said.child("signature")
    return {"author": signature.words} if signature else {}


def _noted(body: Node, said: Node, forwarded: Node | None) -> Iterator[Noted]:
    reply = said.child("reply_to")
    if reply is not None:
        links = (each.attributes.get("href", "") for each in reply.inside if isinstance(each, Node))
        yield from (Noted("reply", match[1]) for link in links if (match := _REPLY.search(link)))
    if forwarded is not None:
        name, date = forwarded.child("from_name"), forwarded.first("date")
        label = _VIA.sub("", name.own_words()) if name else ""
        yield Noted("forwarded", "", label, date.attributes.get("title", "") if date else "")
    yield from _poll(said)
    for reaction in body.all("reaction"):
        yield from _reaction(reaction)


def _poll(said: Node) -> Iterator[Noted]:
    """Give the answers, and how many chose each: who did is not in the export."""
    answers = [(each, each.own_words().removeprefix("- ")) for each in said.all("answer")]
    yield from (Noted("option", text) for _, text in answers)
    for answer, text in answers:
        count = _VOTES.match(_part(answer, "details"))
        if count:
            yield Noted("vote", f"{text} × {count[1]}")


def _reaction(reaction: Node) -> Iterator[Noted]:
    sign, count = _part(reaction, "emoji"), _part(reaction, "count")
    people = [
        each.attributes["title"] for pictures in reaction.all("userpics")
        for each in pictures.all("userpic", "initials") if "title" in each.attributes
    ]  # fmt: skip
    yield from (Noted("reaction", sign, name) for name in people)
    unnamed = int(count) - len(people) if count.isdecimal() and len(count) < 10 else 0
    if unnamed > 0:
        yield Noted("reaction", sign if unnamed == 1 else f"{sign} × {unnamed}")
