"""Facebook Messenger and Instagram: ``message_1.json`` of "download your information".

There is no published specification; built from what other readers of these files describe and one
public sample (Instagram, 2020); checked November 2026. Two forms: the common one
(``sender_name``, ``timestamp_ms``), and that of end-to-end encrypted chats (``senderName``,
``timestamp``; since 2024). A conversation of more than 10,000 messages has several files; messages
stand newest first; the name of the conversation stands behind them.

The common form writes every byte of UTF-8 as a character of its own (``Ã©`` for ``é``). Strings
for which that holds are read as what was meant, each by itself, and one finding a file says so.
There is no identifier of a message. `thread` is the path of the conversation in the export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from archiver.format import Learnt, Source
from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse.beside import NOT_EXPORTED, Beside
from archiver.parse.json_chat import JsonChat, about, headers, unknown
from archiver.parse.json_elements import Element

NAME, INSTAGRAM = "messenger-json", "instagram-json"
SERVICE = "messenger"
VERSION = 1

MOJIBAKE = "W-J010"
GAPS = ("W-J020",)

_HEADERS = frozenset(
    (
        "participants", "title", "thread_path", "threadName", "is_still_participant", "thread_type",
        "magic_words", "image", "joinable_mode",
    )
)  # fmt: skip
_COMMON = (b'"sender_name"', b'"timestamp_ms"')
_ENCRYPTED = re.compile(rb'"senderName"\s*:')
_INSTAGRAM = "your_instagram_activity"
_KINDS = {"Subscribe": "member-added", "Unsubscribe": "member-left"}
_KNOWN = frozenset(("", "Generic", "Share", "Call", "text", "media", "link", *_KINDS))
_MOST_NAMES = 1_000
_PLAIN = ("", "Generic", "text")
_NOTHING: dict[str, str] = {}


class File(Struct):
    """A file that a message carries."""

    uri: str = ""


class Reaction(Struct):
    """Who gave which reaction, and when (in seconds, only of late)."""

    reaction: str = ""
    actor: str = ""
    timestamp: int | None = None


class Share(Struct):
    """A link."""

    link: str = ""
    share_text: str = ""
    original_content_owner: str = ""


class Person(Struct):
    """Who joined or left."""

    name: str = ""


class Message(Struct):
    """The members of a message in both forms."""

    sender_name: str = ""
    timestamp_ms: int | None = None
    content: str = ""
    senderName: str = ""  # noqa: N815 (the encrypted form's own names)
    timestamp: int | None = None
    text: str = ""
    isUnsent: bool = False  # noqa: N815
    type: str = ""
    photos: tuple[File, ...] = ()
    videos: tuple[File, ...] = ()
    audio_files: tuple[File, ...] = ()
    files: tuple[File, ...] = ()
    gifs: tuple[File, ...] = ()
    media: tuple[File, ...] = ()
    sticker: File | None = None
    share: Share | None = None
    reactions: tuple[Reaction, ...] = ()
    call_duration: int | None = None
    missed: bool = False
    is_unsent: bool = False
    is_taken_down: bool = False
    users: tuple[Person, ...] = ()


class Conversation(Learnt, frozen=True):
    """What stands behind the messages."""

    title: str = ""
    thread: str = ""


class _Words(NamedTuple):
    kind: Kind
    type: str
    text: str
    values: dict[str, str]


def claims(head: bytes, name: str) -> bool:
    """Whether a file has a conversation's members, and nothing says that it is Instagram's."""
    return _is_chat(head) and not _is_instagram(head, name)


def claims_instagram(head: bytes, name: str) -> bool:
    """Whether it has, and the path or the files in it lie in Instagram's folder."""
    return _is_chat(head) and _is_instagram(head, name)


def survey(source: Source) -> Conversation:
    """Learn the conversation's name and path, which stand behind the messages."""
    told = headers(source, _HEADERS)
    title, thread = told.get("title"), told.get("thread_path") or told.get("threadName")
    people = ", ".join(_people(told.get("participants")))
    thread = mended(thread)[0] if isinstance(thread, str) else ""
    title = mended(title)[0] if isinstance(title, str) else ""
    return Conversation(title=title or thread or people or source.path_name, thread=thread)


def parse(source: Source, survey: Conversation) -> Iterator[Item | Finding]:
    """Yield the messages of one file."""
    return _Reader(source, survey).read()


def mended(text: str) -> tuple[str, bool]:
    """Read a text whose characters are bytes of UTF-8 as what was meant; and whether it was one."""
    if text.isascii():
        return text, False
    try:
        return text.encode("latin-1").decode("utf-8"), True
    except UnicodeError:
        return text, False


class _Reader:
    """One reading of one file."""

    def __init__(self, source: Source, learnt: Conversation) -> None:
        self._source = source
        self._learnt = learnt
        self._chat = JsonChat(source, Message, _HEADERS)
        self._beside = Beside(source.members, source.main)
        self._mended = 0
        self._names: dict[str, tuple[str, bool]] = {}

    def read(self) -> Iterator[Item | Finding]:
        """Go through the file once."""
        for entry in self._chat.entries():
            if isinstance(entry, Finding):
                yield entry
                continue
            element, message, findings = entry
            item = self._item(element, message)
            yield item
            if item.type == "unknown":
                findings.append(unknown(message.type))
            if findings:
                yield from (about(item, finding) for finding in findings)
        if self._mended:
            yield Finding(MOJIBAKE, {"count": self._mended}, self._source.main)

    def _item(self, element: Element, message: Message) -> Item:
        when = message.timestamp if message.timestamp_ms is None else message.timestamp_ms
        words = self._words(message)
        carried = _carries(message)
        files = tuple(self._files(carried)) if carried else ()
        unsent = message.is_unsent or message.isUnsent
        type_ = "media" if files and words.type == "text" else words.type
        return Item(
            self._chat.next_number(), self._source.main, element.offset, element.length,
            words.kind, "deleted" if unsent else type_, "" if when is None else str(when),
            self._name(message.sender_name or message.senderName), words.text,
            ("deleted",) if unsent or message.is_taken_down else (), files,
            title=self._learnt.title, thread=self._learnt.thread, values=words.values,
            noted=tuple(self._noted(message)) if message.reactions else (),
        )  # fmt: skip

    def _words(self, message: Message) -> _Words:
        text = self._read(message.content or message.text)
        if message.type in _PLAIN and message.share is None and message.call_duration is None:
            return _Words(Kind.MESSAGE, "text", text, _NOTHING)
        if message.type in _KINDS:
            people = ", ".join(self._read(each.name) for each in message.users)
            return _Words(Kind.EVENT, _KINDS[message.type], text, {"object": people})
        if message.type == "Call" or message.call_duration is not None:
            seconds = {"duration": str(message.call_duration or 0)}
            if message.missed:
                return _Words(Kind.EVENT, "call-missed-voice", text, seconds)
            return _Words(Kind.MESSAGE, "call", text, seconds)
        known = message.type in _KNOWN
        return _Words(Kind.MESSAGE, "text" if known else "unknown", *self._shared(message, text))

    def _shared(self, message: Message, text: str) -> tuple[str, dict[str, str]]:
        share = message.share
        if share is None:
            return text, {}
        told = {"links": share.link, "author": self._read(share.original_content_owner)}
        words = (text, self._read(share.share_text))
        return "\n".join(each for each in words if each), {k: v for k, v in told.items() if v}

    def _files(self, files: tuple[File, ...]) -> Iterator[Attachment]:
        for file in files:
            path = self._read(file.uri)
            if path.startswith(("http://", "https://")) or not path:
                yield Attachment(path.rpartition("/")[2], missing=NOT_EXPORTED)
            else:
                yield self._beside.attachment(path)

    def _noted(self, message: Message) -> Iterator[Noted]:
        for each in message.reactions:
            when = "" if each.timestamp is None else str(each.timestamp)
            yield Noted("reaction", self._read(each.reaction), self._read(each.actor), when)

    def _name(self, label: str) -> str:
        """Read a sender's name; of the few that a conversation has it is done once."""
        known = self._names.get(label)
        if known is None:
            known = mended(label)
            if len(self._names) < _MOST_NAMES:
                self._names[label] = known
        self._mended += known[1]
        return known[0]

    def _read(self, text: str) -> str:
        if text.isascii():
            return text
        whole, was_mended = mended(text)
        self._mended += was_mended
        return whole


def _carries(message: Message) -> tuple[File, ...]:
    return (
        message.photos + message.videos + message.audio_files + message.files + message.gifs
        + message.media + ((message.sticker,) if message.sticker else ())
    )  # fmt: skip


def _is_chat(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{") or b'"messages"' not in head:
        return False
    if _ENCRYPTED.search(head):
        return b'"threadName"' in head or b'"isUnsent"' in head
    return all(word in head for word in _COMMON)


def _is_instagram(head: bytes, name: str) -> bool:
    return _INSTAGRAM in name or _INSTAGRAM.encode() in head


def _people(participants: Any) -> Iterator[str]:
    for each in participants if isinstance(participants, list) else ():
        name = each.get("name") if isinstance(each, dict) else each
        if isinstance(name, str):
            yield mended(name)[0]
