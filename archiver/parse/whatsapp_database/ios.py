"""Make an item of one message of an iPhone's database and of what its side tables add."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse import protobuf
from archiver.parse.sqlite_beside import Rows
from archiver.parse.sqlite_table import Row, text_of, whole
from archiver.parse.whatsapp_database import ios_kinds as kinds
from archiver.parse.whatsapp_database.card import card_text
from archiver.parse.whatsapp_database.ios_people import People
from archiver.parse.whatsapp_database.media import Media, Told
from archiver.parse.whatsapp_database.people import GROUP, Chat

UNKNOWN_TYPE = "W-C003"
NO_CHAT = "W-C004"
OTHER_CONTENT = "W-C005"
NOT_DECODED = "W-C006"

COLUMNS = (
    "ZCHATSESSION", "ZISFROMME", "ZSTANZAID", "ZGROUPMEMBER", "ZMESSAGEDATE", "ZMESSAGETYPE",
    "ZTEXT", "ZSTARRED", "ZFLAGS", "ZGROUPEVENTTYPE", "ZFROMJID", "ZPUSHNAME",
)  # fmt: skip
_NO_CHAT = Chat("", "", "")
_CARDS = "_$!<VCard-Separator>!$_"
_FORWARDED = 1 << 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 1 << 47


class Sent(NamedTuple):
    """The columns of a message, as far as they are of the right kind."""

    row: int
    chat: Chat
    own: bool
    key: str
    sender: str
    time: str
    type: int
    text: str
    starred: int
    flags: int
    action: int
    push: str


class _Speaker(NamedTuple):
    """What all plain messages of one person in one conversation have in common."""

    name: str
    marks: tuple[str, ...]
    direction: str
    title: str
    values: dict[str, str]
    thread: str
    id: str


_UNKNOWN = _Speaker("", (), "", "", {}, "", "")


class Messages:
    """Makes items; `remarks` holds the findings about the last one."""

    def __init__(self, people: People, media: Media, member: int) -> None:
        self._people, self._media, self._member = people, media, member
        self._speakers: dict[tuple[object, ...], _Speaker | None] = {}
        self.remarks: list[Finding] = []

    def plain(self, number: int, row: Row) -> Item | None:
        """Make the item of a row that holds words and nothing else; None when there is more."""
        at, chat, own, key, member, time, type_, text, starred, flags, _, sender, _ = row
        if (
            type_ != kinds.TEXT
            or starred
            or flags
            or type(text) is not str
            or type(key) is not str
            or type(time) not in (float, int)
        ):
            return None
        speaker = self._speakers.get((chat, own, member, sender), _UNKNOWN)
        if speaker is _UNKNOWN:
            speaker = self._speaker(row)
        if speaker is None or not key:
            return None
        return Item(
            number, self._member, 0, 0, Kind.MESSAGE, "text", str(time), speaker.name, text,
            speaker.marks, (), speaker.direction + key, speaker.title, speaker.values, None,
            f"ZWAMESSAGE/{at}", speaker.thread, speaker.id,
        )  # fmt: skip

    def _speaker(self, row: Row) -> _Speaker | None:
        """Look up who speaks where, once; None when it must be looked at each time."""
        sent = self._sent(row)
        speaker = None
        if sent.chat.thread:
            name, id_, values = self._sender(sent, "text")
            own, chat = ("own",) if sent.own else (), sent.chat
            direction = f"{int(sent.own)}:"
            speaker = _Speaker(name, own, direction, chat.title, values, chat.thread, id_)
        self._speakers[row[1], row[2], row[4], row[11]] = speaker
        return speaker

    def item(self, number: int, row: Row, beside: Rows) -> Item:
        """Make the item of one row of the table ``ZWAMESSAGE``."""
        sent = self._sent(row)
        node, chat = f"ZWAMESSAGE/{sent.row}", sent.chat
        own = ("own",) if sent.own else ()
        if not chat.thread:
            self._remark(NO_CHAT, number, sent)
        kind, type_, marks = self._kind(number, sent)
        name, sender_id, values = self._sender(sent, type_)
        key = f"{int(sent.own)}:{sent.key}" if sent.key else ""
        values = values | self._values(sent, type_, beside)
        told = self._told(number, sent, beside)
        text = self._text(sent, type_, beside) or told.question
        return Item(
            number, self._member, 0, 0, kind, type_, sent.time, name, text,
            (*own, *marks, *(("forwarded",) if sent.flags & _FORWARDED else ())),
            tuple(self._files(number, sent, type_, beside)),
            key, chat.title, values, None, node, chat.thread, sender_id,
            tuple(self._noted(sent, beside, told)),
        )  # fmt: skip

    def _sent(self, row: Row) -> Sent:
        chat = self._people.chats.get(row[1], _NO_CHAT) if type(row[1]) is int else _NO_CHAT
        own = whole(row[2]) == 1 and whole(row[6]) not in kinds.EVENTS
        member = self._people.members.get(row[4], "") if type(row[4]) is int else ""
        sender = "" if own else member
        if not sender and not own and not chat.raw.endswith(GROUP):
            sender = "" if whole(row[6]) in kinds.EVENTS else text_of(row[11]) or chat.raw
        return Sent(
            row[0], chat, own, text_of(row[3]), sender, text_of(row[5]), whole(row[6]),
            text_of(row[7]), whole(row[8]), whole(row[9]), whole(row[10]), text_of(row[12]),
        )  # fmt: skip

    def _sender(self, sent: Sent, type_: str) -> tuple[str, str, dict[str, str]]:
        """Give label and typed identifier of who said it or brought it about."""
        values = {"chat": sent.chat.raw} if sent.chat.raw != sent.chat.thread else {}
        if not sent.sender or (sent.type in kinds.EVENTS and type_ not in kinds.SELF):
            return "", "", values
        known = self._people.known(sent.sender)
        if known != sent.sender:
            values["lid"] = sent.sender
        return self._people.name(sent.sender), f"jid:{known}", values

    def _kind(self, number: int, sent: Sent) -> tuple[Kind, str, tuple[str, ...]]:
        if sent.type in kinds.EVENTS:
            name = kinds.event_of(sent.type, sent.action, whole(sent.text))
            if name == "unknown":
                self._remark(UNKNOWN_TYPE, number, sent)
            return Kind.EVENT, name, ()
        if sent.type == kinds.DELETED and sent.own:
            return Kind.MESSAGE, "deleted", ("deleted-own",)
        known = kinds.MESSAGES.get(sent.type)
        if known is None:
            self._remark(UNKNOWN_TYPE, number, sent)
            return Kind.MESSAGE, "unknown", ()
        return Kind.MESSAGE, *known

    @staticmethod
    def _text(sent: Sent, type_: str, beside: Rows) -> str:
        """Give the words: the message's own, else those that stand with its file."""
        media = _first(beside, "media")
        if type_ == "contact" and media:
            cards = text_of(media[3]).split(_CARDS)
            return "\n".join(filter(None, map(card_text, cards))) or sent.text
        return sent.text or (text_of(media[1]) if media else "")

    def _values(self, sent: Sent, type_: str, beside: Rows) -> dict[str, str]:
        """Give what else the tables tell, under names."""
        found: dict[str, Any] = {}
        if sent.type in kinds.EVENTS:
            found["action"] = f"{sent.type}/{sent.action}"
            if sent.sender and type_ not in kinds.SELF:
                found["object"] = self._people.called(sent.sender)
                found["object_ids"] = self._people.known(sent.sender)
            if "@" in sent.text and type_ not in kinds.SELF:
                found["actor"] = self._people.called(sent.text)
            found["title"] = sent.text if type_ == "title-changed" else ""
        if media := _first(beside, "media"):
            if type_ == "location":
                found |= {"latitude": media[5], "longitude": media[6]}
            found["duration"] = media[7] or None
        if link := _first(beside, "link"):
            found |= {"link": link[0], "link_title": link[1]}
        return {name: text_of(value) for name, value in found.items() if value not in (None, "")}

    def _files(self, number: int, sent: Sent, type_: str, beside: Rows) -> Iterator[Attachment]:
        for path, _, size, mime, digest, _, _, _, _ in beside.get("media", ()):
            if type_ in ("contact", "location", "text", "deleted") and not path:
                continue  # a card, a place, a link's picture or nothing
            told = Told(
                text_of(path), "", "" if type_ == "contact" else text_of(mime),
                whole(size) or None, text_of(digest),
            )  # fmt: skip
            attachment, differs = self._media.attachment(told)
            if differs:
                self._remark(OTHER_CONTENT, number, sent)
            yield attachment

    def _told(self, number: int, sent: Sent, beside: Rows) -> _Receipt:
        """Read reactions and a poll out of what WhatsApp keeps of the receipts."""
        blob = _first(beside, "info")
        if not blob or not isinstance(blob[0], bytes):
            return _NO_RECEIPT
        try:
            return _receipt(blob[0], self._people)
        except ValueError:
            self._remark(NOT_DECODED, number, sent)
            return _NO_RECEIPT

    def _noted(self, sent: Sent, beside: Rows, told: _Receipt) -> Iterator[Noted]:
        if sent.starred:
            yield Noted("starred")
        if sent.flags & _FORWARDED:
            yield Noted("forwarded")
        if parent := _first(beside, "parent"):
            yield Noted("reply", f"{whole(parent[0])}:{text_of(parent[1])}")
        elif media := _first(beside, "media"):
            yield from self._quoted(sent, media[8])
        yield from told.noted

    def _quoted(self, sent: Sent, metadata: object) -> Iterator[Noted]:
        """Say which message is replied to, where only its own identifier is kept.

        The direction of that message is told in a conversation of two only.
        """
        if not isinstance(metadata, bytes):
            return
        try:
            key, by = protobuf.text_in(metadata, 5), protobuf.text_in(metadata, 6)
        except ValueError:
            return
        if key and sent.chat.raw.endswith(GROUP):
            yield Noted("reply", key, self._people.known(by))
        elif key:
            yield Noted("reply", f"{int(by != sent.chat.raw)}:{key}", self._people.known(by))

    def _remark(self, code: str, number: int, sent: Sent) -> None:
        values: dict[str, str | int] = {
            "node": f"ZWAMESSAGE/{sent.row}", "type": f"{sent.type}/{sent.action}",
        }  # fmt: skip
        self.remarks.append(Finding(code, values, self._member, item=number))


class _Receipt(NamedTuple):
    """What a message's receipts tell: reactions and options, and the question of a poll."""

    noted: tuple[Noted, ...]
    question: str


_NO_RECEIPT = _Receipt((), "")


def _receipt(blob: bytes, people: People) -> _Receipt:
    noted: list[Noted] = []
    question = ""
    for number, value in protobuf.fields(blob):
        if number == 7 and isinstance(value, bytes):
            noted += _reactions(value, people)
        elif number == 8 and isinstance(value, bytes):
            question = protobuf.text_in(value, 2)
            noted += [
                Noted("option", protobuf.text_in(option, 1)) for option in protobuf.inside(value, 3)
            ]
    return _Receipt(tuple(noted), question)


def _reactions(value: bytes, people: People) -> Iterator[Noted]:
    """Read reactions of others (1) and of the holder (2); an empty one was withdrawn."""
    for other in protobuf.inside(value, 1):
        by, sign = protobuf.text_in(other, 2), protobuf.text_in(other, 3)
        if sign:
            yield Noted("reaction", sign, people.known(by), _moment(protobuf.number_in(other, 4)))
    for own in protobuf.inside(value, 2):
        if sign := protobuf.text_in(own, 2):
            yield Noted("reaction", sign, "own", _moment(protobuf.number_in(own, 3)))


def _moment(milliseconds: int) -> str:
    """Write a time since 1970, which here would be taken for one since 2001, as ISO 8601."""
    if not 0 < milliseconds < _LATEST:
        return ""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _first(beside: Rows, name: str) -> Row:
    rows = beside.get(name)
    return rows[0] if rows else ()
