"""Signal's own plaintext export: ``main.jsonl`` with the files of its messages beside it.

Signal Desktop and phones write it since late 2025 ("export chat history"). Built from Signal's
code: the message definitions and the JSON exporter of libsignal, and Desktop's export (2024 to
2026); no real export was at hand. The first line tells the version, every other line is one frame:
the account, people and groups, chats, and then all messages in the order in which they came.

A message has no identifier of its own but its author and the millisecond it was sent, which
together are what Signal itself refers to it by, on every phone; `native_id` is made of the two and
holds within the conversation. Of an edited message it is the first wording that counts.

Items and findings with a length and without an item together cover every byte of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from archiver.format import Learnt, Source
from archiver.model import Finding, Item, Kind
from archiver.parse.signal.frames import AdHocCall, ChatItem, Frame, decode
from archiver.parse.signal.media import Media
from archiver.parse.signal.message import Messages, Said, native_id
from archiver.parse.signal.people import SELF, People
from archiver.parse.signal.plain import plain
from archiver.parse.signal.update import UNKNOWN

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "claims", "parse", "survey"]

NAME = "signal-export"
SERVICE = "signal"
VERSION = 1

NO_JSON = "E-N001"
UNKNOWN_FRAME = "E-N002"
TOO_LONG = "E-N003"
UNREADABLE_MESSAGE = "E-N004"
NO_MESSAGES = "W-N005"
UNKNOWN_ITEM = "W-N006"
NO_CHAT = "W-N007"
NO_AUTHOR = "W-N008"
GOES_ON = "W-N009"
LOST = "W-N010"
GAPS = ("W-N011", "W-N012")
NOT_READ = "W-N013"

LONGEST = 16 << 20
"""Bytes of one line that are read; Signal lets nobody write more than 128 KiB of words."""

_BOM = b"\xef\xbb\xbf"
_LOST = frozenset({"message-undecryptable", "message-unsupported"})
_SECTIONS = {
    "recipient": "people",
    "chat": "chats",
    "account": "others",
    "sticker_pack": "others",
    "notification_profile": "others",
    "chat_folder": "others",
    "backup_time_ms": "others",
}
"""Frames that are no messages, by field, and how a finding counts them."""


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins with the line that begins every export of Signal."""
    line = head.removeprefix(_BOM).lstrip()[:4096].partition(b"\n")[0]
    if not line.startswith(b"{") or b'"backupTimeMs"' not in line:
        return False
    try:
        first = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return isinstance(first, dict) and "version" in first and "backupTimeMs" in first


def survey(source: Source) -> Learnt:
    """Learn nothing: Signal's times are counted from 1970."""
    return Learnt(("epoch-ms",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every message and event, and findings for all other lines."""
    return _Reading(source).read()


class _Section:
    """Lines in a row that are no messages; told of in one finding."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.length = 0
        self.counts: dict[str, str | int] = {"people": 0, "chats": 0, "others": 0}

    def add(self, kind: str, size: int) -> None:
        self.counts[kind] = int(self.counts[kind]) + 1
        self.length += size

    def finding(self, member: int) -> Finding:
        """Tell what was taken from it: names, or nothing."""
        if self.counts["people"] or self.counts["chats"]:
            return Finding(NO_MESSAGES, self.counts, member, self.at, self.length)
        others = {"others": self.counts["others"]}
        return Finding(NOT_READ, others, member, self.at, self.length)


class _Reading:
    """One reading of one export."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._number = source.first_number
        self._people = People()
        self._messages = Messages(self._people, Media(source.members, source.main))
        self._section: _Section | None = None
        self._lost = 0

    def read(self) -> Iterator[Item | Finding]:
        """Read line after line; a sound message takes the short way, since most lines are one."""
        stream, main, people = self._source.stream, self._source.main, self._people
        stream.seek(0)
        readline, longest, at = stream.readline, LONGEST, 0
        while line := readline(longest):
            size = len(line)
            if size == longest and not line.endswith(b"\n"):
                size += _rest(stream)
                yield from self._close()
                yield Finding(TOO_LONG, {"bytes": size}, main, at, size)
                at += size
                continue
            try:
                frame = decode(line)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                yield from self._damaged(at, size, line)
                at += size
                continue
            if (given := frame.chat_item) is None:
                yield from self._other(at, size, line, frame)
            else:
                if self._section is not None:
                    yield from self._close()
                item = plain(given, self._number, main, at, size, people)
                if item is None:
                    yield from self._message(at, size, given)
                else:
                    self._number += 1
                    yield item
            at += size
        yield from self._close()
        if self._lost:
            yield Finding(LOST, {"count": self._lost}, self._source.main)

    def _message(self, at: int, size: int, given: ChatItem) -> Iterator[Item | Finding]:
        said = self._messages.read(given)
        author, party = self._people.who(given.author_id), self._people.within(given.chat_id)
        # The first wording has the time by which everybody knows the message.
        sent = given.date_sent
        if given.revisions:
            sent = min(sent, *(each.date_sent for each in given.revisions))
        if author.own or given.outgoing is not None:
            said.marks.append("own")
        native = native_id(author, sent)
        item = Item(
            self._number, self._source.main, at, size, said.kind, said.type, str(sent),
            author.label, said.text, tuple(said.marks), said.attachments,
            native if said.kind is Kind.MESSAGE else f"{said.type}/{native}",
            party.label if party else "", said.values, None, "",
            (party.id or SELF) if party else f"chat:{given.chat_id}",
            author.id, tuple(said.noted),
        )  # fmt: skip
        self._number += 1
        yield item
        if said.type in _LOST:
            self._lost += 1
        if said.type != UNKNOWN and not said.goes_on and party is not None and author.key != "?":
            return
        yield from self._remarks(item, said, chat=party is None)

    def _remarks(self, item: Item, said: Said, *, chat: bool) -> Iterator[Finding]:
        if said.type == UNKNOWN:
            yield _about(item, UNKNOWN_ITEM)
        if said.goes_on:
            yield _about(item, GOES_ON)
        if chat:
            yield _about(item, NO_CHAT)
        if not item.sender_id and "own" not in item.marks and item.kind is Kind.MESSAGE:
            yield _about(item, NO_AUTHOR)

    def _link_call(self, at: int, size: int, given: AdHocCall) -> Item:
        party = self._people.who(given.recipient_id)
        item = Item(
            self._number, self._source.main, at, size, Kind.MESSAGE, "call",
            str(given.call_timestamp), title=party.label, thread=party.id or "call-link:",
            native_id=f"call/{given.call_id}", marks=("own",), values={"call": "link"},
        )  # fmt: skip
        self._number += 1
        return item

    def _other(self, at: int, size: int, line: bytes, frame: Frame) -> Iterator[Item | Finding]:
        """Learn from a line that is no message, and add it to the section it stands in."""
        if frame.ad_hoc_call is not None:
            yield from self._close()
            yield self._link_call(at, size, frame.ad_hoc_call)
            return
        found = (said for name, said in _SECTIONS.items() if getattr(frame, name) is not None)
        kind = next(found, "")
        if frame.recipient is not None:
            self._people.recipient(frame.recipient)
        elif frame.chat is not None:
            self._people.chat(frame.chat)
        elif frame.account is not None:
            self._people.account(frame.account)
        if kind or not line.strip() or line.strip() == b"{}":
            self._section = self._section or _Section(at)
            self._section.add(kind or "others", size)
            return
        yield from self._close()
        keys = ", ".join(sorted(map(str, _keys(line))))[:200]
        yield Finding(UNKNOWN_FRAME, {"names": keys}, self._source.main, at, size)

    def _close(self) -> Iterator[Finding]:
        """Tell of the section that ends here."""
        section, self._section = self._section, None
        if section is not None:
            yield section.finding(self._source.main)

    def _damaged(self, at: int, size: int, line: bytes) -> Iterator[Item | Finding]:
        """Keep a message whose line is JSON but not as expected; else say where the line stands."""
        if not line.strip() or line.strip() == _BOM:
            self._section = self._section or _Section(at)
            self._section.add("others", size)
            return
        yield from self._close()
        try:
            given = json.loads(line.removeprefix(_BOM))
        except (ValueError, RecursionError):
            yield Finding(NO_JSON, {"bytes": size}, self._source.main, at, size)
            return
        message = given.get("chatItem") if isinstance(given, dict) else None
        if not isinstance(message, dict):
            yield from self._other(at, size, line.removeprefix(_BOM), Frame())
            return
        when, thread = _plain(message.get("dateSent")), f"chat:{_plain(message.get('chatId'))}"
        item = Item(
            self._number, self._source.main, at, size,
            type=UNKNOWN, time_text=when, thread=thread,
        )  # fmt: skip
        self._number += 1
        yield item
        yield _about(item, UNREADABLE_MESSAGE)


def _rest(stream: BinaryIO) -> int:
    """Pass over the rest of a line and count it."""
    count = 0
    while rest := stream.readline(LONGEST):
        count += len(rest)
        if rest.endswith(b"\n"):
            break
    return count


def _keys(line: bytes) -> list[object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(found) if isinstance(found, dict) else [type(found).__name__]


def _plain(value: object) -> str:
    return str(value)[:64] if isinstance(value, str | int) else ""


def _about(item: Item, code: str) -> Finding:
    return Finding(code, {}, item.member, item.offset, item.length, item.number)
