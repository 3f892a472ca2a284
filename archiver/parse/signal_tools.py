"""What the program signal-export writes of Signal Desktop: ``data.json`` in a folder a chat.

One JSON object a line. Built from the program's code (commit 1143c22, 2026); no real export was at
hand. It is weak evidence: messages have no identifiers, senders are display names, times are those
of the computer that made the export, without their offset, and of two times that Signal keeps the
earlier one. Where Signal's own export exists, that one is to be preferred.

Items and findings with a length and without an item cover the file but for line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote

from msgspec import Struct

from archiver.format import Learnt, Source
from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse import json_lines
from archiver.parse.beside import NOT_HANDED_IN, Beside
from archiver.parse.json_messages import Codes, Message, about, messages
from archiver.parse.json_reading import Reading

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "claims", "parse", "survey"]

NAME = "signal-tools"
SERVICE = "signal"
VERSION = 1
GAPS = ("W-N990", "W-N991")

CODES = Codes("E-N902", "E-N902", "W-N903", "E-N902")
NO_TIME = "E-N905"
COPY = "W-N906"

OWN, NOBODY = "Me", "No-Sender"
_COPIES = ("chat.md", "index.html")
_START = re.compile(
    rb'\s*\{\s*"date"\s*:\s*"[0-9]{4}-[0-9]{2}-[0-9]{2}T[^"]*"\s*,\s*"sender"\s*:[^\n]{1,4096}"body"\s*:'
)
_IS_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*")


class Sticker(Struct, frozen=True, gc=False, rename="camel"):
    """A sticker; the key of its pack is left where it is."""

    id: str | int | None = None
    pack_id: str | None = None
    emoji: str | None = None
    extension: str | None = None


class File(Struct, frozen=True, gc=False):
    """A file that lies below the folder of the chat, when the program found it."""

    name: str | None = None
    path: str | None = None


class Entry(Struct, frozen=True, gc=False):
    """One message."""

    date: str = ""
    sender: str = ""
    body: str | None = None
    quote: str | None = None
    sticker: Sticker | None = None
    reactions: tuple[tuple[str | None, ...], ...] | None = None
    attachments: tuple[File, ...] | None = None
    deleted: bool = False
    call: bool = False
    missed: bool = False


def claims(head: bytes, name: str) -> bool:
    """Whether a file is such a chat: by its name, and the first members of its first line."""
    return name.rpartition("/")[2] == "data.json" and _START.match(head) is not None


def survey(source: Source) -> Learnt:
    """Say how times are written: without an offset, in a zone that only the officer can know."""
    return Learnt(("iso",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the messages of one chat, and what is to be known about them."""
    made = _Chat(source)
    yield from made.copies()
    number = source.first_number
    for found in messages(json_lines.lines(source.stream), Reading(Entry), CODES, source.main):
        if isinstance(found, Finding):
            yield found
            continue
        yield made.item(found, number)
        if found.odd:
            yield about(found, CODES.unsound, {"names": found.odd}, source.main, number)
        if not _IS_TIME.fullmatch(found.value.date):
            time = found.value.date[:80] or "–"
            yield about(found, NO_TIME, {"time": time}, source.main, number)
        number += 1


class _Chat:
    """One chat, called by its folder."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._folder = source.members[source.main].name.rpartition("/")[0]
        self._title = self._folder.rpartition("/")[2] or source.path_name

    @cached_property
    def _beside(self) -> Beside:
        """The files beside the messages, put in order when the first one is named."""
        return Beside(self._source.members, self._source.main)

    def copies(self) -> Iterator[Finding]:
        """Name the files that hold the same messages for readers, and are not read."""
        above = f"{self._folder}/" if self._folder else ""
        for index, member in enumerate(self._source.members):
            if member.name in [above + name for name in _COPIES]:
                yield Finding(COPY, {"name": member.name}, index, 0, member.size)

    def item(self, found: Message[Entry], number: int) -> Item:
        """Give the item of a message."""
        entry = found.value
        files = tuple(self._files(entry))
        return Item(
            number,
            self._source.main,
            found.offset,
            found.length,
            Kind.MESSAGE,
            _type(entry, has_files=bool(files)),
            entry.date,
            "" if entry.sender == NOBODY else entry.sender,
            entry.body or "",
            tuple(_marks(entry)),
            files,
            "",
            self._title,
            dict(_values(entry)),
            thread=self._title,
            sender_id="own:" if entry.sender == OWN else "",
            noted=tuple(_noted(entry)),
        )

    def _files(self, entry: Entry) -> Iterator[Attachment]:
        for file in entry.attachments or ():
            yield self._linked(f"{self._folder}/{file.path or ''}", file.name or "")
        sticker = entry.sticker
        if sticker is not None:
            name = f"{sticker.id}.{sticker.extension}" if sticker.extension else f"{sticker.id}"
            path = f"exported_stickers/{sticker.pack_id}/{name}"
            yield self._linked(path, sticker.emoji or name)

    def _linked(self, path: str, name: str) -> Attachment:
        """Link a path, which some releases write with percent signs for blanks."""
        found = self._beside.attachment(path, name=name)
        if found.missing == NOT_HANDED_IN and "%" in path:
            return self._beside.attachment(unquote(path), name=name)
        return found


def _type(entry: Entry, *, has_files: bool) -> str:
    if entry.deleted:
        return "deleted"
    if entry.call:
        return "call"
    return "media" if has_files else "text"


def _marks(entry: Entry) -> Iterator[str]:
    if entry.sender == OWN:
        yield "own"
    if entry.deleted:
        yield "deleted"


def _values(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.sender == NOBODY:
        yield "label", NOBODY
    if entry.missed:
        yield "missed", "true"


def _noted(entry: Entry) -> Iterator[Noted]:
    if entry.quote:
        yield Noted("quote", entry.quote.strip())
    for reaction in entry.reactions or ():
        who, sign = (*reaction, "", "")[:2]
        yield Noted("reaction", sign or "", who or "")
