"""Mailboxes in one file: mboxo, mboxrd, mboxcl and what Google Takeout and Netscape write.

The family has no specification but RFC 4155 (2005) and habit. A message begins at a line
``From `` whose next line is a header field or ``>From ``; no blank line before it and no date in
it is asked for, because real mailboxes lack them. ``Content-Length`` is not used: it is wrong as
soon as anybody edits the file. A line ``From `` that does not begin a message stays in the message
it stands in, and its place is reported. The quoting of such lines (``>From ``) is undone by one
level in what is read; digests are of the bytes as they stand.

The bytes of a message go from its ``From `` line up to the next one; the one blank line that
mailboxes put between messages belongs to the item but not to the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from typing import BinaryIO, NamedTuple

from archiver.format import Source
from archiver.model import Finding, Item
from archiver.parse import header, message
from archiver.parse.message import Place, Raw, survey
from archiver.parse.mime import LIMITS, Limits
from archiver.parse.postmark import LOOK, POSTMARK, begins, claims

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "attachment", "claims", "parse", "survey"]

NAME = "mbox"
SERVICE = "mail"
VERSION = 1
GAPS = ()

_BLOCK = 4 << 20
_WINDOW = 1 << 20
_FROM, _FROM_LENGTH = re.compile(rb"From "), 5
_LINE_FEED, _QUOTE = 10, 62
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def parse(source: Source, survey: object, limits: Limits = LIMITS) -> Iterator[Item | Finding]:
    """Yield the messages of a mailbox in the order of the bytes, each with its findings."""
    number = source.first_number
    for piece in _pieces(source.stream, limits):
        where = (source.main, piece.offset, piece.length)
        item = number if piece.raw else None
        if piece.raw:
            place = Place(number, *where, piece.postmark)
            yield from message.read(piece.raw, place, limits)
            number += 1
        else:
            yield Finding("W-M002", {"length": piece.length}, *where)
        for at in piece.rejected:
            yield Finding("W-M001", {"offset": at}, source.main, at, item=item)
    if number == source.first_number:
        yield Finding("E-M001", {"name": source.path_name}, source.main)


def attachment(entry: bytes, part: int) -> bytes:
    """Give the content of an attachment out of the bytes of its item (postmark included)."""
    return message.content(
        _shown(entry[_line_end(entry) : len(entry) - _separator(entry[-3:])]), part
    )


class _Piece(NamedTuple):
    """The bytes from one postmark to the next; `raw` is None for what stands before the first.

    `rejected` are the places of ``From `` lines in it that begin no message.
    """

    offset: int
    length: int
    postmark: str
    raw: Raw | None
    rejected: tuple[int, ...]


def _pieces(stream: BinaryIO, limits: Limits) -> Iterator[_Piece]:
    """Cut a file in the memory map where there is one, else block by block."""
    cutter = _Cutter(limits)
    mapped = _mapped(stream)
    if mapped is not None:
        with mapped:
            yield from cutter.cut(mapped, is_last=True)
        return
    held = bytearray()
    while block := stream.read(_BLOCK):
        held += block
        yield from cutter.cut(held, is_last=False)
        del held[: cutter.begin]
        cutter.drop()
    yield from cutter.cut(held, is_last=True)


def _mapped(stream: BinaryIO) -> mmap | None:
    """Map a plain file; what is no file, or empty, cannot be mapped."""
    try:
        return mmap(stream.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):
        return None


class _Cutter:
    """Finds postmarks in a buffer that may grow at its end and be dropped at its beginning.

    `base` is the buffer's place in the file, `begin` where the unfinished piece begins in it,
    `scanned` how far it was searched.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.base = self.begin = self.scanned = 0
        self.is_message = self.is_quoted = False
        self.rejected: list[int] = []

    def cut(self, buffer: bytearray | mmap, *, is_last: bool) -> Iterator[_Piece]:
        """Yield the pieces that end in the buffer."""
        for at in _froms(buffer, self.scanned):
            if at and buffer[at - 1] != _LINE_FEED:
                self.is_quoted |= buffer[at - 1] == _QUOTE
                continue
            found = POSTMARK.match(buffer, at)
            if not found:
                continue
            self.scanned = at
            if not is_last and found.end() + LOOK > len(buffer):
                return
            if begins(buffer, found):
                yield from self._piece(buffer, at)
                self.is_message = True
            else:
                self.rejected.append(self.base + at)
        self.scanned = max(self.begin, buffer.rfind(b"\n") + 1)
        if is_last:
            yield from self._piece(buffer, len(buffer))

    def drop(self) -> None:
        """Note that the bytes before the unfinished piece were taken out of the buffer."""
        self.base += self.begin
        self.scanned -= self.begin
        self.begin = 0

    def _piece(self, buffer: bytearray | mmap, end: int) -> Iterator[_Piece]:
        begin, self.begin = self.begin, end
        if end == begin:
            return
        rejected, self.rejected = tuple(self.rejected), []
        is_quoted, self.is_quoted = self.is_quoted, False
        postmark, raw = "", None
        if self.is_message:
            most = min(end, begin + _BLOCK)
            body = buffer.find(b"\n", begin, most) + 1 or most
            postmark = header.plain(bytes(buffer[begin:body])).text
            last = max(body, end - _separator(bytes(buffer[max(body, end - 3) : end])))
            raw = self._raw(buffer, body, last, is_quoted)
        yield _Piece(self.base + begin, end - begin, postmark, raw, rejected)

    def _raw(self, buffer: bytearray | mmap, begin: int, end: int, is_quoted: bool) -> Raw:
        """Take the bytes of one message; of one over the limit its beginning and its digest."""
        stored = bytes(buffer[begin : min(end, begin + self.limits.message)])
        if end - begin <= self.limits.message:
            return Raw(stored, _shown(stored) if is_quoted else stored, "", is_quoted)
        whole = sha256()
        for at in range(begin, end, _BLOCK):
            whole.update(buffer[at : min(end, at + _BLOCK)])
        return Raw(stored, _shown(stored), whole.hexdigest())


def _froms(buffer: bytearray | mmap, start: int) -> Iterator[int]:
    """Find every ``From ``, window by window: bytes are searched faster than a map of a file."""
    while start < len(buffer):
        window = buffer[start : start + _WINDOW]
        for found in _FROM.finditer(window):
            yield start + found.start()
        start += max(1, len(window) - _FROM_LENGTH + 1)


def _line_end(entry: bytes) -> int:
    """Give the length of the first line."""
    return entry.find(b"\n") + 1 or len(entry)


def _separator(tail: bytes) -> int:
    """Give the length of the blank line that the mailbox put after a message, if it did."""
    if tail.endswith(b"\n\n"):
        return 1
    return 2 if tail == b"\n\r\n" else 0


def _shown(stored: bytes) -> bytes:
    """Undo one level of the quoting of ``From `` lines."""
    return _QUOTED.sub(rb"\1", stored) if b">From " in stored else stored
