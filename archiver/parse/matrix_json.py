"""One Matrix room, as Element's "export chat" writes it in JSON.

Built from Element's own writer (``JSONExport.ts``, Element Web 1.8 of 2021 to 1.11 of 2025) and
the Matrix client-server specification 1.11 (June 2024); checked November 2026. `native_id` is the
event's identifier, unique everywhere; `thread` the room's (or its name, where no event tells it).

Element writes the last wording of an edited message; that it was edited stands in what the server
bundled with it. Where events of edits, reactions and redactions stand in the file by themselves,
they are events here too, with the message that they are about in `noted` as a reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from archiver.format import Learnt, Source
from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse.json_chat import JsonChat, about, unknown
from archiver.parse.json_elements import Element
from archiver.parse.matrix.files import Files
from archiver.parse.matrix.happened import MESSAGES, POLLS, UNKNOWN, happened, membership, told

NAME = "matrix-json"
SERVICE = "matrix"
VERSION = 1
GAPS = ("W-J022",)

_HEADERS = frozenset(("room_name", "room_creator", "topic", "export_date", "exported_by"))
_FILES = frozenset(("m.image", "m.video", "m.audio", "m.file"))
_SAID = frozenset(("m.text", "m.notice", "m.emote", "", *_FILES))


class Event(Struct):
    """An event of a room, as the server sends it."""

    type: str = ""
    event_id: str = ""
    sender: str = ""
    origin_server_ts: int | None = None
    room_id: str = ""
    state_key: str | None = None
    redacts: str = ""
    content: dict[str, Any] = {}
    unsigned: dict[str, Any] = {}


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins with a room's name and who exported it."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and all(
        word in head for word in (b'"room_name"', b'"exported_by"', b'"messages"')
    )


def survey(source: Source) -> Learnt:
    """Say which clock Matrix uses."""
    return Learnt(clocks=("epoch-ms",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the events of one room."""
    chat = JsonChat(source, Event, _HEADERS)
    files = Files(source.members, source.main)
    for entry in chat.entries():
        if isinstance(entry, Finding):
            yield entry
            continue
        element, event, findings = entry
        room = chat.headers.get("room_name")
        title = room if isinstance(room, str) and room else source.path_name
        number = chat.next_number()
        item = _plain(source, number, element, event, title)
        if item is None:
            item = _item(source, number, element, event, title, files)
        yield item
        if item.type == UNKNOWN:
            named = f"{event.type} {_string(event.content, 'msgtype')}"
            findings.append(unknown(named.strip()))
        if findings:
            yield from (about(item, finding) for finding in findings)


def _plain(source: Source, number: int, element: Element, event: Event, title: str) -> Item | None:
    """Make the item of a message that is words and nothing else, as most are; else None."""
    content, when = event.content, event.origin_server_ts
    text = content.get("body")
    if (
        event.type != "m.room.message"
        or content.get("msgtype") != "m.text"
        or not isinstance(text, str)
        or when is None
        or "m.relates_to" in content
        or "m.new_content" in content
        or "redacted_because" in event.unsigned
        or "m.relations" in event.unsigned
    ):
        return None
    return Item(
        number, source.main, element.offset, element.length, Kind.MESSAGE, "text", str(when),
        event.sender, text, (), (), event.event_id, title, thread=event.room_id or title,
        sender_id=f"mxid:{event.sender}" if event.sender else "",
    )  # fmt: skip


def _item(
    source: Source, number: int, element: Element, event: Event, title: str, files: Files
) -> Item:
    content, relation = event.content, _dict(event.content, "m.relates_to")
    kind, type_ = _kind(event)
    because = _dict(event.unsigned, "redacted_because")
    when = event.origin_server_ts
    quote, words = _words(event, relation)
    return Item(
        number, source.main, element.offset, element.length, kind, type_,
        "" if when is None else str(when), event.sender, words,
        tuple(_marks(event, because)), tuple(_attachments(event, type_, files)), event.event_id,
        title, told(event.type, content) | _object(event), thread=event.room_id or title,
        sender_id=f"mxid:{event.sender}" if event.sender else "",
        noted=tuple(_noted(event, relation, because, quote)),
    )  # fmt: skip


def _kind(event: Event) -> tuple[Kind, str]:
    if event.type == "m.room.member":
        before = _string(_dict(event.unsigned, "prev_content"), "membership")
        himself = event.sender == event.state_key
        return Kind.EVENT, membership(event.content, before, himself=himself)
    if event.type not in MESSAGES:
        return happened(event.type)
    if _dict(event.unsigned, "redacted_because"):
        return Kind.MESSAGE, "deleted"
    if _dict(event.content, "m.relates_to").get("rel_type") == "m.replace":
        return Kind.EVENT, "message-edited"
    msgtype = _string(event.content, "msgtype")
    if msgtype in _FILES or event.type == "m.sticker":
        return Kind.MESSAGE, "media"
    if msgtype == "m.location":
        return Kind.MESSAGE, "location"
    is_known = msgtype in _SAID and isinstance(event.content.get("msgtype", ""), str)
    return Kind.MESSAGE, "text" if is_known else UNKNOWN


def _words(event: Event, relation: dict[str, Any]) -> tuple[str, str]:
    """Give what is quoted above a reply, and the words of the event."""
    content = _dict(event.content, "m.new_content") or event.content
    body, named = _string(content, "body"), _string(content, "filename")
    if event.type in POLLS:
        return "", _poll_text(_poll(event).get("question"))
    if event.type not in MESSAGES:
        return "", ""
    if _string(content, "msgtype") in _FILES and named in ("", body):
        return "", ""  # the body of a file without a caption is its name
    if "m.in_reply_to" in relation and body.startswith("> "):
        quote, gap, words = body.partition("\n\n")
        if gap and all(line.startswith(">") for line in quote.split("\n")):
            return "\n".join(line.removeprefix(">").lstrip() for line in quote.split("\n")), words
    return "", body


def _marks(event: Event, because: dict[str, Any]) -> Iterator[str]:
    if "m.replace" in _dict(event.unsigned, "m.relations"):
        yield "edited"
    if because:
        own = because.get("sender") == event.sender
        yield "deleted" if own else "deleted-by-admin"


def _attachments(event: Event, type_: str, files: Files) -> Iterator[Attachment]:
    if type_ == "media":
        yield files.attachment(_string(event.content, "msgtype"), event.content)


def _object(event: Event) -> dict[str, str]:
    """Give who an event is about, and where a place is."""
    found = {
        "object": event.state_key if event.type == "m.room.member" else "",
        "place": event.content.get("geo_uri"),
        "sign": _dict(event.content, "m.relates_to").get("key"),
    }
    return {key: value for key, value in found.items() if isinstance(value, str) and value}


def _noted(
    event: Event, relation: dict[str, Any], because: dict[str, Any], quote: str
) -> Iterator[Noted]:
    target = _dict(relation, "m.in_reply_to").get("event_id")
    if _string(relation, "rel_type") in ("m.replace", "m.annotation", "m.reference"):
        target = relation.get("event_id")
    target = target or event.redacts or event.content.get("redacts")
    if isinstance(target, str) and target:
        yield Noted("reply", target)
    if quote:
        yield Noted("quote", quote)
    if because:
        when = because.get("origin_server_ts")
        yield Noted("deleted", by=str(because.get("sender", "")), time_text=str(when or ""))
    yield from (Noted("option", text) for text in _options(event))
    for sign, count in _reactions(event):
        yield Noted("reaction", sign if count == 1 else f"{sign} × {count}")


def _poll(event: Event) -> dict[str, Any]:
    return _dict(event.content, "m.poll") or _dict(event.content, "org.matrix.msc3381.poll.start")


def _poll_text(part: Any) -> str:
    """Give the words of a question or answer, in the forms of the drafts and the standard."""
    if isinstance(part, list):
        return _poll_text(part[0]) if part and isinstance(part[0], dict) else ""
    if not isinstance(part, dict):
        return part if isinstance(part, str) else ""
    for name in ("body", "m.text", "org.matrix.msc1767.text"):
        text = part.get(name)
        if text:
            return text if isinstance(text, str) else _listed(text)
    return ""


def _listed(texts: Any) -> str:
    first = texts[0] if isinstance(texts, list) and texts else {}
    body = first.get("body") if isinstance(first, dict) else ""
    return body if isinstance(body, str) else ""


def _options(event: Event) -> Iterator[str]:
    answers = _poll(event).get("answers") if event.type in POLLS else ()
    yield from (_poll_text(each) for each in answers or () if isinstance(each, dict))


def _reactions(event: Event) -> Iterator[tuple[str, int]]:
    """Give the reactions that the server bundled, each with its count."""
    bundled = _dict(_dict(event.unsigned, "m.relations"), "m.annotation").get("chunk")
    for each in bundled if isinstance(bundled, list) else ():
        sign, count = (each.get("key"), each.get("count")) if isinstance(each, dict) else ("", 0)
        if isinstance(sign, str) and isinstance(count, int) and count > 0:
            yield sign, count


def _dict(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _string(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
