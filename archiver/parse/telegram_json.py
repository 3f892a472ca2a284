"""Telegram Desktop's "export chat history" as ``result.json``: one chat, or a whole account.

There is no published specification; built from the program's own writer
(``export_output_json.cpp``, releases 1.4 of 2018 to 6.x of 2026; checked November 2026) and two
public sample files. The program writes control signs as ``\\x1b``, which is no JSON: they are
mended in the one element, with a finding.

`native_id` is the message's number. In channels and supergroups it is unique in the chat and the
same for every member; in personal chats and basic groups it is the account's own numbering, so
that the other side has other numbers. `thread` is the chat's type and number. Exports since 2021
hold the time in UTC seconds, older ones only the exporter's local time without a zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from archiver.format import Learnt, Source
from archiver.model import Finding, Item, Kind, Noted
from archiver.parse.beside import Beside
from archiver.parse.json_elements import (
    ANY,
    Broken,
    Element,
    Entered,
    Event,
    Left,
    Path,
    Unread,
    Value,
    elements,
)
from archiver.parse.json_reading import Reading
from archiver.parse.telegram import message as messages
from archiver.parse.telegram.fields import Message, Plain
from archiver.parse.telegram.words import is_text, typed

NAME = "telegram-json"
SERVICE = "telegram"
VERSION = 1

BROKEN = "E-G001"
NO_CHAT = "E-G002"
SECTION = "W-G003"
UNREADABLE = "W-G004"
MENDED = "W-G005"
UNKNOWN_TYPE = "W-G006"
WRONG_TYPE = "W-G007"
LOCAL_TIME = "W-G008"
NO_HEADER = "W-G009"
OUT_OF_ORDER = "W-G010"
GAPS = ("W-G020", "W-G021")

_WANTED = (
    ("messages",),
    ("chats", "list", ANY, "messages"),
    ("left_chats", "list", ANY, "messages"),
)
_CHAT = re.compile(
    rb'"type"\s*:\s*"(?:saved_messages|replies|verification_codes|personal_chat|bot_chat'
    rb'|(?:private|public)_(?:group|supergroup|channel))"'
)
_MESSAGE = re.compile(rb'"type"\s*:\s*"(?:message|service|unsupported)"')
_TIME = re.compile(rb'"(?:date_unixtime|from_id|actor_id|text_entities)"\s*:')
_ACCOUNT = re.compile(
    rb'"(?:personal_information|frequent_contacts|left_chats)"\s*:\s*\{|"chats"\s*:\s*\{\s*"'
)
_HEADERS = frozenset(("name", "type", "id", "about"))
_NAMING = frozenset(("name", "type", "id"))
_OWN = ("own",)
_PLAIN = msgspec.json.Decoder(Plain)
_ANY_MESSAGE = Reading(Message)


class Chat(NamedTuple):
    """The conversation whose messages are read."""

    thread: str
    title: str
    own: str


class _Profile(Struct):
    user_id: int | str | None = None


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins as an object with a chat of Telegram, or with an account's sections."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return False
    if _MESSAGE.search(head) and _TIME.search(head):
        return b'"messages"' in head
    if _CHAT.search(head) and b'"messages"' in head:
        return True
    return b'"about"' in head[:200] and _ACCOUNT.search(head) is not None


def survey(source: Source) -> Learnt:
    """Say which clocks Telegram uses; nothing need be asked."""
    return Learnt(clocks=("epoch-s", "iso"))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the messages of every chat, and findings about what is not read."""
    return _Account(source).read()


class _Account:
    """One reading of one export."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._main = source.main
        self._number = source.first_number
        self._beside = Beside(source.members, source.main)
        self._header: dict[str, Any] = {}
        self._own = ""
        self._last_id: int | None = None
        self._has_chat = self._has_local_time = False

    def read(self) -> Iterator[Item | Finding]:
        """Go through the file once."""
        chat = Chat("", "", "")
        for event in elements(self._source.stream, _WANTED):
            if type(event) is Element:
                yield from self._message(event, chat)
            elif isinstance(event, Entered) and event.path[-1:] == ("messages",):
                chat = self._chat(event.path)
                if not _NAMING & self._header.keys():
                    yield Finding(NO_HEADER, {"chat": chat.title}, self._main, event.offset)
            else:
                yield from self._other(event)
        if not self._has_chat:
            yield Finding(NO_CHAT, {"name": self._source.path_name}, self._main)

    def _chat(self, path: Path) -> Chat:
        """Make the chat whose header stands before its messages."""
        self._has_chat, self._last_id = True, None
        header = self._header
        kind, number, name = header.get("type"), header.get("id"), header.get("name", "")
        thread = " ".join(str(each) for each in (kind, number) if each is not None)
        if not thread and len(path) > 1:
            thread = f"{path[0]} {path[2]}"
        own = f"user{number}" if kind == "saved_messages" else self._own
        title = name if isinstance(name, str) and name else thread or self._source.path_name
        if kind == "saved_messages" and not name:
            title = "Saved Messages"
        return Chat(thread, title, own)

    def _message(self, event: Element, chat: Chat) -> Iterator[Item | Finding]:
        try:
            plain = _PLAIN.decode(event.raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield from self._rich(event, chat)
            return
        text = plain.text
        when = plain.date_unixtime
        if type(text) is not str or plain.type != "message" or plain.reactions or not when:
            yield from self._rich(event, chat)
            return
        reply = plain.reply_to_message_id
        number, self._number = self._number, self._number + 1
        sender = plain.from_id
        yield Item(
            number, self._main, event.offset, event.length, Kind.MESSAGE, "text",
            when, plain.from_, text,
            _OWN if sender == chat.own else (), (), str(plain.id), chat.title,
            thread=chat.thread, sender_id="tg:" + sender,
            noted=(Noted("reply", str(reply)),) if reply else (),
        )  # fmt: skip
        if self._last_id is not None and plain.id <= self._last_id:
            yield self._out_of_order(event, number, plain.id)
        self._last_id = plain.id

    def _rich(self, event: Element, chat: Chat) -> Iterator[Item | Finding]:
        read = _ANY_MESSAGE.read(event.raw)
        if read.value is None:
            values: dict[str, str | int] = {"reason": "malformed"}
            yield Finding(UNREADABLE, values, self._main, event.offset, event.length)
            return
        item = self._item(event, read.value, chat)
        yield item
        if read.mended:
            yield self._about(item, MENDED, {"count": read.mended})
        wrong = read.wrong if is_text(read.value.text) else (*read.wrong, "text")
        if wrong:
            yield self._about(item, WRONG_TYPE, {"fields": ", ".join(wrong)})
        yield from self._remarks(item, read.value)

    def _item(self, event: Element, message: Message, chat: Chat) -> Item:
        number, self._number = self._number, self._number + 1
        sender_id = typed(message.actor_id if message.from_id is None else message.from_id)
        own = bool(chat.own) and sender_id == f"tg:{chat.own}"
        parts = messages.parts(message, self._beside, own=own)
        return Item(
            number, self._main, event.offset, event.length, parts.kind, parts.type,
            str(message.date_unixtime or message.date), message.from_ or message.actor or "",
            parts.text, parts.marks, parts.attachments,
            "" if message.id is None else str(message.id), chat.title, parts.values,
            thread=chat.thread, sender_id=sender_id, noted=parts.noted,
        )  # fmt: skip

    def _remarks(self, item: Item, message: Message) -> Iterator[Finding]:
        if item.type == "unknown":
            yield self._about(item, UNKNOWN_TYPE, {"type": message.action or message.type})
        if not message.date_unixtime and message.date and not self._has_local_time:
            self._has_local_time = True
            zone = self._source.zone or self._source.default_zone
            yield self._about(item, LOCAL_TIME, {"zone": zone})
        if isinstance(message.id, int):
            if self._last_id is not None and message.id <= self._last_id:
                yield self._about(item, OUT_OF_ORDER, {"id": message.id})
            self._last_id = message.id

    def _other(self, event: Event) -> Iterator[Finding]:
        """Keep the headers of a chat; say of every larger section that it is not read."""
        match event:
            case Value(path, offset, length, raw):
                if path[-1:] and path[-1] in _HEADERS:
                    self._header[str(path[-1])] = _scalar(raw)
                else:
                    self._profile(path, raw)
                    yield self._section(SECTION, path, offset, length)
            case Unread(path, offset, length, reason):
                code = UNREADABLE if isinstance(path[-1:] and path[-1], int) else SECTION
                yield self._section(code, path, offset, length, reason)
            case Broken(_, offset, length, at, reason):
                values: dict[str, str | int] = {"reason": reason, "bytes": length, "at": at}
                yield Finding(BROKEN, values, self._main, offset, length)
            case Entered(path) | Left(path):
                if path and isinstance(path[-1], int):
                    self._header = {}

    def _profile(self, path: Path, raw: bytes) -> None:
        """Learn who holds the account: only a whole account says so."""
        if path == ("personal_information",):
            profile = Reading(_Profile).read(raw).value
            if profile is not None and profile.user_id is not None:
                self._own = f"user{profile.user_id}"

    def _section(
        self, code: str, path: Path, offset: int, length: int, reason: str = ""
    ) -> Finding:
        name = ".".join(str(each) for each in path) or reason
        values: dict[str, str | int] = {"section": name} if code == SECTION else {"reason": reason}
        return Finding(code, values, self._main, offset, length)

    def _out_of_order(self, event: Element, number: int, id_: int) -> Finding:
        where = (self._main, event.offset, event.length, number)
        return Finding(OUT_OF_ORDER, {"id": id_}, *where)

    def _about(self, item: Item, code: str, values: dict[str, str | int]) -> Finding:
        return Finding(code, values, item.member, item.offset, item.length, item.number)


def _scalar(raw: bytes) -> Any:
    """Read a header; what is no small value is none."""
    try:
        found: Any = msgspec.json.decode(raw, type=str | int | None)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw.decode("utf-8", "replace")[:200].strip('"')
    return found
