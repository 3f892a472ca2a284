"""Discord, as the program DiscordChatExporter writes it: one JSON file a channel or private chat.

Built from the program's own writer and its description by other readers (versions 2.2x of 2020 to
2.4x of 2025; checked November 2026). Discord itself exports no conversations. `native_id` is
Discord's own number of the message, unique everywhere; `thread` is the channel's. The file counts
its messages, which is checked; an export may be limited to a period, which it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from archiver.format import Learnt, Source
from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse.beside import NOT_EXPORTED, Beside
from archiver.parse.json_chat import JsonChat, about, unknown
from archiver.parse.json_elements import Element

NAME = "discord-json"
SERVICE = "discord"
VERSION = 1

COUNT = "E-J011"
PERIOD = "W-J012"
GAPS = ("W-J021",)

_HEADERS = frozenset(("guild", "channel", "dateRange", "exportedAt", "messageCount"))
_START = re.compile(rb'\s*\{\s*"guild"\s*:\s*\{')
_TYPES = {
    "RecipientAdd": "member-added",
    "RecipientRemove": "member-removed",
    "ChannelNameChange": "title-changed",
    "ChannelIconChange": "picture-changed",
    "ChannelPinnedMessage": "pinned",
    "GuildMemberJoin": "member-joined",
    "ThreadCreated": "topic-created",
}
_SAID = frozenset(("Default", "Reply", "ChatInputCommand", "ContextMenuCommand", ""))


class Author(Struct):
    """Who sent it; `nickname` is how the server shows the name."""

    id: str = ""
    name: str = ""
    nickname: str | None = None


class File(Struct):
    """A file; its address is a path when the export holds the file."""

    url: str = ""
    fileName: str = ""  # noqa: N815 (the program's own names, here and below)
    fileSizeBytes: int | None = None  # noqa: N815


class Sticker(Struct):
    """A sticker."""

    name: str = ""
    sourceUrl: str = ""  # noqa: N815


class Emoji(Struct):
    """The sign of a reaction."""

    name: str = ""


class Reaction(Struct):
    """How many gave it, and of late who."""

    emoji: Emoji
    count: int = 0
    users: tuple[Author, ...] = ()


class Reference(Struct):
    """The message that is replied to, or that an event is about."""

    messageId: str | None = None  # noqa: N815
    channelId: str | None = None  # noqa: N815


class Forwarded(Struct):
    """A message that was passed on."""

    content: str = ""
    timestamp: str = ""
    attachments: tuple[File, ...] = ()


class Message(Struct):
    """The members of a message that are read."""

    id: str = ""
    type: str = ""
    timestamp: str = ""
    timestampEdited: str | None = None  # noqa: N815
    callEndedTimestamp: str | None = None  # noqa: N815
    isPinned: bool = False  # noqa: N815
    content: str = ""
    author: Author | None = None
    attachments: tuple[File, ...] = ()
    stickers: tuple[Sticker, ...] = ()
    embeds: tuple[dict[str, Any], ...] = ()
    reactions: tuple[Reaction, ...] = ()
    reference: Reference | None = None
    forwardedMessage: Forwarded | None = None  # noqa: N815


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins with the guild and the channel, as the program writes them."""
    return _START.match(head.removeprefix(b"\xef\xbb\xbf")) is not None and b'"channel"' in head


def survey(source: Source) -> Learnt:
    """Say which clock Discord uses."""
    return Learnt(clocks=("iso",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the messages of one channel."""
    return _Reader(source).read()


class _Reader:
    """One reading of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._chat = JsonChat(source, Message, _HEADERS)
        self._beside = Beside(source.members, source.main)
        self._named: tuple[str, str] | None = None

    def read(self) -> Iterator[Item | Finding]:
        """Go through the file once, then check what it says of itself."""
        for entry in self._chat.entries():
            if isinstance(entry, Finding):
                yield entry
                continue
            element, message, findings = entry
            item = self._item(element, message)
            yield item
            if item.type == "unknown":
                findings.append(unknown(message.type))
            yield from (about(item, finding) for finding in findings)
        yield from self._checked()

    def _checked(self) -> Iterator[Finding]:
        told, read = self._chat.headers.get("messageCount"), self._chat.count
        if isinstance(told, int) and read is not None and told != read:
            yield Finding(COUNT, {"told": told, "read": read}, self._source.main)
        period = self._chat.headers.get("dateRange")
        limits = period if isinstance(period, dict) else {}
        after, before = limits.get("after"), limits.get("before")
        if after or before:
            values: dict[str, str | int] = {"from": str(after or "…"), "to": str(before or "…")}
            yield Finding(PERIOD, values, self._source.main)

    def _conversation(self) -> tuple[str, str]:
        """Give the channel's number and name."""
        if self._named is None:
            guild, channel = (self._chat.headers.get(each) for each in ("guild", "channel"))
            guild = guild if isinstance(guild, dict) else {}
            channel = channel if isinstance(channel, dict) else {}
            names = (guild.get("name"), channel.get("category"), channel.get("name"))
            title = " / ".join(str(each) for each in names if each)
            self._named = str(channel.get("id", "")), title or self._source.path_name
        return self._named

    def _item(self, element: Element, message: Message) -> Item:
        thread, title = self._conversation()
        author = message.author or Author()
        kind, type_ = _kind(message)
        files = tuple(self._files(message))
        return Item(
            self._chat.next_number(), self._source.main, element.offset, element.length,
            kind, "media" if files and type_ == "text" else type_, message.timestamp,
            author.nickname or author.name, _text(message), tuple(_marks(message)), files,
            message.id, title, _told(message), thread=thread,
            sender_id=f"discord:{author.id}" if author.id else "", noted=tuple(_noted(message)),
        )  # fmt: skip

    def _files(self, message: Message) -> Iterator[Attachment]:
        passed = message.forwardedMessage.attachments if message.forwardedMessage else ()
        for each in (*message.attachments, *passed):
            yield self._linked(each.url, each.fileName, each.fileSizeBytes)
        for sticker in message.stickers:
            yield self._linked(sticker.sourceUrl, sticker.name, None)

    def _linked(self, url: str, name: str, size: int | None) -> Attachment:
        if url.startswith(("http://", "https://")) or not url:
            return Attachment(name, "", size, missing=NOT_EXPORTED)
        return self._beside.attachment(url, name=name, size=size)


def _kind(message: Message) -> tuple[Kind, str]:
    if message.type in _SAID:
        return Kind.MESSAGE, "text"
    if message.type == "Call":
        return Kind.MESSAGE, "call"
    if message.type == "RecipientRemove" and message.content.startswith(("Left", "left")):
        return Kind.EVENT, "member-left"
    return Kind.EVENT, _TYPES.get(message.type, "unknown")


def _text(message: Message) -> str:
    """Give the words, those passed on, and those of cards that a program made."""
    shown = [message.content]
    if message.forwardedMessage is not None:
        shown.append(message.forwardedMessage.content)
    for card in message.embeds if not message.content else ():
        shown += [card[key] for key in ("title", "description") if isinstance(card.get(key), str)]
    return "\n".join(each for each in shown if each)


def _marks(message: Message) -> Iterator[str]:
    if message.timestampEdited:
        yield "edited"
    if message.forwardedMessage is not None:
        yield "forwarded"


def _told(message: Message) -> dict[str, str]:
    about = message.reference.messageId if message.reference else ""
    found = {
        "edited": message.timestampEdited,
        "ended": message.callEndedTimestamp,
        "message": about if message.type not in _SAID else "",
        "account": message.author.name if message.author and message.author.nickname else "",
    }
    return {key: value for key, value in found.items() if value}


def _noted(message: Message) -> Iterator[Noted]:
    if message.reference and message.reference.messageId and message.type == "Reply":
        yield Noted("reply", message.reference.messageId)
    if message.forwardedMessage is not None:
        yield Noted("forwarded", time_text=message.forwardedMessage.timestamp)
    if message.isPinned:
        yield Noted("pinned")
    for reaction in message.reactions:
        sign = reaction.emoji.name
        for person in reaction.users:
            yield Noted("reaction", sign, person.nickname or person.name)
        unnamed = reaction.count - len(reaction.users)
        if unnamed > 0:
            yield Noted("reaction", sign if unnamed == 1 else f"{sign} × {unnamed}")
