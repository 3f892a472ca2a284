"""One chat as Threema exports it: ``messages.txt`` with its files, out of the packed export.

Built from the vendor's own code of the Android app (2021 to 2024); no real export was at hand. A
line is ``[date, time] name: words``, in the phone's language and clock; in a group only words have
a name before them. A file that belongs to a message stands at the end of its line in angle
brackets. There are no identifiers, no seconds, no replies and no reactions.

Items and findings without an item cover every byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from archiver.format import Learnt, Source
from archiver.model import Attachment, Finding, Item
from archiver.parse.beside import Beside
from archiver.parse.threema import times

NAME = "threema-chat"
SERVICE = "threema"
VERSION = 1

ASKED = "E-T010"
NO_LINE = "E-T011"
BEFORE = "W-T012"
UNDECODABLE = "W-T013"
TOO_LONG = "W-T014"
NO_DATE = "E-T016"
GAPS = ("W-T015",)

LONGEST = 1 << 20
"""Bytes of one line, and of one message, that are read; Threema lets nobody write so much."""

_BOM = b"\xef\xbb\xbf"
_HEAD = re.compile(rb"\[[0-9]{1,4}[-/.]")
_FILE = re.compile(r" <(?P<name>[^<>\n]{1,255}\.[A-Za-z0-9]{1,10}|[^<>\n]{1,255})>\Z")
_PLACE = re.compile(r" <geo:[^<>\n]+>\Z|\Ahttps://[^ ]*maps[^ ]*\Z")
_LONGEST_NAME = 80
_SELVES = frozenset({"Me", "Ik", "Ich", "Moi", "Io", "Yo", "Eu"})
"""How Threema calls the holder, by the language of the phone."""


class Dated(Learnt, frozen=True):
    """A survey that also names the order of the dates; empty while nobody knows it."""

    order: str = ""


def claims(head: bytes, name: str) -> bool:
    """Whether a ``messages.txt`` begins with a date in brackets that has no seconds."""
    if name.rpartition("/")[2].lower() != "messages.txt":
        return False
    line = head.removeprefix(_BOM).lstrip()[:200].decode("utf-8", "replace")
    return times.HEADER.match(line) is not None


def survey(source: Source) -> Dated:
    """Learn the order of day and month; ask when no date of the file decides it."""
    source.stream.seek(0)
    first = next(_times(source.stream), None)
    if first is None:
        return Dated(("iso",))
    source.stream.seek(0)
    order = source.date_order or times.order(_times(source.stream))
    if not order:
        asked = Finding(ASKED, {"text": first["time"][:40]}, source.main)
        return Dated((), questions=(asked,))
    return Dated(times.clocks(first, order), order=order)


def parse(source: Source, survey: Dated) -> Iterator[Item | Finding]:
    """Yield every message in the order of the file."""
    return _Reading(source, survey.order).read()


def _times(stream: BinaryIO) -> Iterator[re.Match[str]]:
    """Yield the headers of a file; enough of them to see a day after the twelfth."""
    lines = iter(lambda: stream.readline(LONGEST), b"")
    for line in islice(lines, 1_000_000):
        line = line.removeprefix(_BOM)
        if _HEAD.match(line):
            found = times.HEADER.match(line[:200].decode("utf-8", "replace"))
            if found:
                yield found


class _Reading:
    """One reading of one chat."""

    def __init__(self, source: Source, order: str) -> None:
        self._source = source
        self._order = order
        self._number = source.first_number
        self._beside = Beside(source.members, source.main)
        self._title = _title(source.path_name)
        self._at = 0
        self._lines: list[bytes] = []
        self._size = 0
        self._open = False

    def read(self) -> Iterator[Item | Finding]:
        """Put lines together into messages."""
        self._source.stream.seek(0)
        at = 0
        fresh = True
        while line := self._source.stream.readline(LONGEST):
            if fresh and self._begins(line):
                yield from self._close()
                self._open, self._at = True, at
            fresh = line.endswith(b"\n")
            self._add(line)
            at += len(line)
        yield from self._close()
        if self._number == self._source.first_number:
            yield Finding(NO_LINE, {}, self._source.main)

    def _begins(self, line: bytes) -> bool:
        line = line.removeprefix(_BOM)
        if not _HEAD.match(line):
            return False
        return times.HEADER.match(line[:200].decode("utf-8", "replace")) is not None

    def _add(self, line: bytes) -> None:
        """Keep a line, of a message beyond the limit only its length."""
        if self._size < LONGEST:
            self._lines.append(line[: LONGEST - self._size])
        self._size += len(line)

    def _close(self) -> Iterator[Item | Finding]:
        """Yield the message that ends here."""
        raw, size, is_open = b"".join(self._lines), self._size, self._open
        self._lines, self._size, self._open = [], 0, False
        if not is_open:
            if size:
                yield Finding(BEFORE, {"bytes": size}, self._source.main, 0, size)
                self._at = size
            return
        text = raw.removeprefix(_BOM).decode("utf-8", "replace")
        item = self._item(text, size)
        self._number += 1
        yield item
        if self._order and not times.is_date(item.time_text, self._order):
            yield _about(item, NO_DATE, {"time": item.time_text, "order": self._order})
        if "\ufffd" in text and not _is_utf8(raw):
            yield _about(item, UNDECODABLE, {"count": text.count("\ufffd")})
        if size > len(raw):
            yield _about(item, TOO_LONG, {"rest": size - len(raw)})

    def _item(self, text: str, size: int) -> Item:
        header = times.HEADER.match(text)
        time, rest = (header["time"], text[header.end() :]) if header else ("", text)
        rest = rest.rstrip("\r\n")
        name, found, said = rest.partition(": ")
        if not found or len(name) > _LONGEST_NAME or "\n" in name or "<" in name:
            name, said = "", rest
        own = name in _SELVES
        type_ = "text"
        attachments: tuple[Attachment, ...] = ()
        file = _FILE.search(said)
        if _PLACE.search(said):
            type_ = "location"
        elif file is not None:
            type_, attachments = "media", (self._beside.attachment(file["name"]),)
        return Item(
            self._number, self._source.main, self._at, size, type=type_, time_text=time,
            sender="" if own else name, text=said, marks=("own",) if own else (),
            attachments=attachments, title=self._title, values={"self": name} if own else {},
        )  # fmt: skip


def _title(path: str) -> str:
    """Name a chat after its container; the text itself does not say with whom it is."""
    stem = path.removesuffix(".zip").removesuffix(".txt")
    return "" if stem.lower() == "messages" else stem


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _about(item: Item, code: str, values: dict[str, str | int]) -> Finding:
    return Finding(code, values, item.member, item.offset, item.length, item.number)
