"""Make an item of one message of an iPhone's database and of what its side tables add."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from archiver.model import Attachment, Item, Kind, Noted
from archiver.parse import protobuf
from archiver.parse.sqlite_beside import NOTHING, Rows, first
from archiver.parse.sqlite_table import Row, text_of, whole
from archiver.parse.whatsapp_database import ios_kinds as kinds
from archiver.parse.whatsapp_database.card import card_text
from archiver.parse.whatsapp_database.ios_people import People
from archiver.parse.whatsapp_database.making import NO_CHAT, UNSEEN, Codes, Making, Sent, Speaker
from archiver.parse.whatsapp_database.media import Media, Told
from archiver.parse.whatsapp_database.names import GROUP

_CODES = Codes(unknown_type="W-C003", no_chat="W-C004", other_content="W-C005")
NOT_DECODED = "W-C006"

COLUMNS = (
    "ZCHATSESSION", "ZISFROMME", "ZSTANZAID", "ZGROUPMEMBER", "ZMESSAGEDATE", "ZMESSAGETYPE",
    "ZTEXT", "ZSTARRED", "ZFLAGS", "ZGROUPEVENTTYPE", "ZFROMJID", "ZPUSHNAME",
)  # fmt: skip
_CARDS = "_$!<VCard-Separator>!$_"
_FORWARDED = 1 << 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 1 << 47


class Messages(Making):
    """Makes items; `remarks` holds the findings about the last one."""

    def __init__(self, people: People, media: Media, member: int) -> None:
        """Begin with who is who."""
        super().__init__(people, media, member, _CODES)
        self._people = people

    def plain(self, number: int, row: Row, beside: Rows) -> Item | None:
        """Make the item of a row that holds words and nothing else; None when there is more."""
        if beside is not NOTHING:
            return None
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
        speaker = self._speakers.get((chat, own, member, sender), UNSEEN)
        if speaker is UNSEEN:
            speaker = self._speaker(row)
        if speaker is None or not key:
            return None
        return Item(
            number, self._member, 0, 0, Kind.MESSAGE, "text", str(time), speaker.name, text,
            speaker.marks, (), speaker.direction + key, speaker.title, speaker.values, None,
            f"ZWAMESSAGE/{at}", speaker.thread, speaker.id,
        )  # fmt: skip

    def _speaker(self, row: Row) -> Speaker | None:
        """Look up who speaks where, once; None when it must be looked at each time."""
        sent = self._sent(row)
        speaker = self._spoken(sent) if sent.chat.thread else None
        self._speakers[row[1], row[2], row[4], row[11]] = speaker
        return speaker

    def item(self, number: int, row: Row, beside: Rows) -> Item:
        """Make the item of one row of the table ``ZWAMESSAGE``."""
        sent = self._sent(row)
        chat = sent.chat
        own = ("own",) if sent.own else ()
        if not chat.thread:
            self._remark(_CODES.no_chat, number, sent)
        kind, type_, marks = self._kind(number, sent)
        name, sender_id, values = self._person(chat, _actor(sent, type_))
        key = f"{int(sent.own)}:{sent.key}" if sent.key else ""
        values = values | self._values(sent, type_, beside)
        told = self._told(number, sent, beside)
        text = self._text(sent, type_, beside) or told.question
        return Item(
            number, self._member, 0, 0, kind, type_, sent.time, name, text,
            (*own, *marks, *(("forwarded",) if sent.flags & _FORWARDED else ())),
            tuple(self._files(number, sent, type_, beside)),
            key, chat.title, values, None, sent.node, chat.thread, sender_id,
            tuple(self._noted(sent, beside, told)),
        )  # fmt: skip

    def _sent(self, row: Row) -> Sent:
        chat = self._people.chats.get(row[1], NO_CHAT) if type(row[1]) is int else NO_CHAT
        own = whole(row[2]) == 1 and whole(row[6]) not in kinds.EVENTS
        member = self._people.members.get(row[4], "") if type(row[4]) is int else ""
        sender = "" if own else member
        if not sender and not own and not chat.raw.endswith(GROUP):
            sender = "" if whole(row[6]) in kinds.EVENTS else text_of(row[11]) or chat.raw
        return Sent(
            f"ZWAMESSAGE/{row[0]}", chat, own, text_of(row[3]), sender, text_of(row[5]),
            whole(row[6]), text_of(row[7]), whole(row[8]), whole(row[9]), whole(row[10]),
        )  # fmt: skip

    def _kind(self, number: int, sent: Sent) -> tuple[Kind, str, tuple[str, ...]]:
        if sent.type in kinds.EVENTS:
            name = kinds.event_of(sent.type, sent.action or 0, whole(sent.text))
            if name == "unknown":
                self._remark(_CODES.unknown_type, number, sent)
            return Kind.EVENT, name, ()
        if sent.type == kinds.DELETED and sent.own:
            return Kind.MESSAGE, "deleted", ("deleted-own",)
        return self._message(number, sent, kinds.MESSAGES)

    @staticmethod
    def _text(sent: Sent, type_: str, beside: Rows) -> str:
        """Give the words: the message's own, else those that stand with its file."""
        media = first(beside, "media")
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
        if media := first(beside, "media"):
            if type_ == "location":
                found |= {"latitude": media[5], "longitude": media[6]}
            found["duration"] = media[7] or None
        if link := first(beside, "link"):
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
            yield self._attachment(number, sent, told)

    def _told(self, number: int, sent: Sent, beside: Rows) -> _Receipt:
        """Read reactions and a poll out of what WhatsApp keeps of the receipts."""
        blob = first(beside, "info")
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
        if parent := first(beside, "parent"):
            yield Noted("reply", f"{whole(parent[0])}:{text_of(parent[1])}")
        elif media := first(beside, "media"):
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


def _actor(sent: Sent, type_: str) -> str:
    """Say who said it or brought it about; not the member whom an event happened to."""
    return "" if sent.type in kinds.EVENTS and type_ not in kinds.SELF else sent.sender


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
