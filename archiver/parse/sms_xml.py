"""Text messages of an Android phone as "SMS Backup & Restore" writes them: ``sms-….xml``.

Built from the vendor's published field list (synctech.com.au, read November 2026) and from the
code of others that read such files; no real backup was at hand. A message has no identifier that
every kind of message carries, so that author, time and words make the match key. RCS messages
stand among the multimedia messages.

Items, and findings with a length and without an item, cover every byte between the root's tags
but blanks and comments. Files are decoded and hashed as they pass (`archiver.parse.sms.cut`);
`attachment` gives one out of the bytes of its item.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Generator, Iterator, Mapping
from xml.parsers import expat

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.sms.cut import Cutter
from archiver.parse.sms.entry import DAMAGED, Entry, item
from archiver.parse.sms.mend import Mended

__all__ = ["GAPS", "NAME", "SERVICE", "VERSION", "attachment", "claims", "parse", "survey"]

NAME = "sms-xml"
SERVICE = "sms"
VERSION = 1

NOT_WELL_FORMED = "E-X001"
COUNT_DIFFERS = "E-X002"
FORBIDDEN = "E-X003"
TOO_LARGE = "E-X004"
MENDED = "W-X005"
SIGNS_LOST = "W-X006"
UNKNOWN_ENTRY = "W-X007"
DAMAGED_FILE = "W-X008"
NO_COUNT = "W-X009"
GAPS = ("W-X010",)

MOST_OPEN = 32 << 20
"""Bytes of one message, its files not counted, that are held in memory."""

MOST_DAMAGES = 1_000

_ROOT = re.compile(rb"<smses[\s>/]")
_NEXT = re.compile(rb"<(?:sms|mms|rcs)\s|</smses")
_BLOCK = 1 << 18
_PART_DATA = re.compile(
    rb"""<part(?=\s)(?:\s+(?!data\s*=)[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*+"""
    rb"""(?:\s+data\s*=\s*(?:"([^"<]*)"|'([^'<]*)'))?"""
)


def claims(head: bytes, name: str) -> bool:
    """Whether a file begins with the root of such a backup, after its declaration and comments."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096]
    return start.startswith(b"<") and _ROOT.search(start) is not None


def survey(source: Source) -> Learnt:
    """Learn nothing: the times are counted from 1970."""
    return Learnt(("epoch-ms",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every message in the order of the file, then what is to be known of the file."""
    return _Reading(source).read()


def attachment(entry: bytes, part: int) -> bytes:
    """Give the content of an attachment out of the bytes of its item.

    Raises:
        IndexError: The message has no such part.
        ValueError: It is no base64.
    """
    found = list(_PART_DATA.finditer(entry))[part]
    return b64decode(re.sub(rb"\s+", b"", found[1] or found[2] or b""), validate=True)


class _Forbidden(Exception):
    """The file has a document type."""


class _Reading:
    """One reading of one backup; after damage it goes on at the next message."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._number = source.first_number
        self._mended = Mended()
        self._stated = ""
        self._damages = 0
        self._end = False

    def read(self) -> Iterator[Item | Finding]:
        """Read the file from its first byte to its last."""
        start: int | None = 0
        while start is not None:
            start = yield from self._stretch(start)
        yield from self._totals()

    def _stretch(self, start: int) -> Generator[Item | Finding, None, int | None]:
        """Read until the end or the first damage; give where to go on."""
        cutter = Cutter(self._source.stream, start, self._mended)
        tokens = _Tokens(cutter, self._root, inside=start > 0)
        try:
            for block in cutter.blocks():
                tokens.feed(block)
                yield from self._items(tokens, cutter)
                if tokens.waiting > MOST_OPEN:
                    yield self._ended(TOO_LARGE, tokens.open_at)
                    return None
            tokens.close()
            yield from self._items(tokens, cutter)
        except _Forbidden:
            yield self._ended(FORBIDDEN, 0)
            return None
        except expat.ExpatError:
            tokens.break_off()
            yield from self._items(tokens, cutter)
            return (yield from self._damage(tokens))
        return None

    def _root(self, attributes: Mapping[str, str]) -> None:
        self._stated = attributes.get("count", "")

    def _items(self, tokens: _Tokens, cutter: Cutter) -> Iterator[Item | Finding]:
        for entry, length in tokens.taken():
            made = item(entry, self._number, self._source.main, length, cutter.held)
            self._number += 1
            yield made
            if not entry.parts and made.type != "unknown":
                continue
            if made.type == "unknown":
                yield _about(made, UNKNOWN_ENTRY, {"name": entry.tag})
            for one in made.attachments:
                if one.missing == DAMAGED:
                    yield _about(made, DAMAGED_FILE, {"name": one.name})
            for part in entry.parts:
                cutter.held.pop(_held(part), None)

    def _ended(self, code: str, at: int) -> Finding:
        """Say why the rest is not read."""
        return Finding(code, {"at": at}, self._source.main, at, self._size() - at)

    def _damage(self, tokens: _Tokens) -> Generator[Finding, None, int | None]:
        """Tell of what cannot be read; give where the next message begins, None for nowhere."""
        at, error = tokens.open_at, tokens.at
        self._damages += 1
        following = self._next(max(error, at) + 1) if self._damages <= MOST_DAMAGES else None
        end = self._size() if following is None else following
        values: dict[str, str | int] = {"at": error, "bytes": end - at}
        yield Finding(NOT_WELL_FORMED, values, self._source.main, at, end - at)
        return following

    def _next(self, start: int) -> int | None:
        stream = self._source.stream
        stream.seek(start)
        at, held = start, b""
        while block := stream.read(_BLOCK):
            held += block
            found = _NEXT.search(held)
            if found:
                return at + found.start()
            at += max(0, len(held) - 16)
            held = held[-16:]
        return None

    def _size(self) -> int:
        return self._source.members[self._source.main].size

    def _totals(self) -> Iterator[Finding]:
        read = self._number - self._source.first_number
        main, mended = self._source.main, self._mended
        if not self._stated.isdecimal():
            yield Finding(NO_COUNT, {"read": read}, main)
        elif int(self._stated) != read:
            yield Finding(COUNT_DIFFERS, {"stated": int(self._stated), "read": read}, main)
        if mended.pairs:
            yield Finding(MENDED, {"count": mended.pairs}, main, mended.first_pair)
        if mended.signs:
            yield Finding(SIGNS_LOST, {"count": mended.signs}, main, mended.first_sign)


class _Tokens:
    """The tokenizer's side: puts elements together into messages."""

    def __init__(
        self, cutter: Cutter, root: Callable[[Mapping[str, str]], None], *, inside: bool
    ) -> None:
        self._cutter = cutter
        self._place = cutter.place
        self._root = root
        self._parser = parser = expat.ParserCreate("UTF-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.buffer_text = False
        self._depth = 0
        self._entry: Entry | None = None
        self._parts: list[Mapping[str, str]] = []
        self._addresses: list[Mapping[str, str]] = []
        self._closed = False
        self._done: list[tuple[Entry, int]] = []
        self._fed = 0
        self._lead = 0
        self.open_at = cutter.place(0)
        if inside:
            lead = b"<smses>"
            self._lead = len(lead)
            parser.Parse(lead, False)

    @property
    def at(self) -> int:
        """Where the tokenizer is, in the backup."""
        return self._cutter.place(max(0, self._parser.ErrorByteIndex - self._lead))

    @property
    def waiting(self) -> int:
        """Bytes that it was given and could not yet tell of."""
        return self._fed - max(0, self._parser.CurrentByteIndex - self._lead)

    def feed(self, block: bytes) -> None:
        """Take a block."""
        self._fed += len(block)
        self._parser.Parse(block, False)

    def close(self) -> None:
        """Take the end of the file."""
        self._parser.Parse(b"", True)

    def break_off(self) -> None:
        """Close a message that ended right before the damage."""
        if self._closed and self._entry is not None:
            self._closed = False
            self.open_at = self.at
            self._done.append((self._entry, self.open_at - self._entry.offset))
            self._entry = None

    def taken(self) -> list[tuple[Entry, int]]:
        """Give the messages that are complete, with their lengths."""
        done, self._done = self._done, []
        return done

    def _here(self) -> int:
        fed = self._parser.CurrentByteIndex - self._lead
        return self._place(fed if fed > 0 else 0)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._closed:
            self._finish()
        depth = self._depth = self._depth + 1
        if depth == 2:
            self.open_at = here = self._here()
            self._entry = Entry(tag, here, attributes)
            if self._parts or self._addresses:
                self._parts, self._addresses = [], []
        elif depth == 1:
            if not self._lead:
                self._root(attributes)
        elif self._entry is not None and tag == "part":
            self._parts.append(attributes)
            self._entry.parts = self._parts
        elif self._entry is not None and tag == "addr":
            self._addresses.append(attributes)
            self._entry.addresses = self._addresses

    def _end(self, tag: str) -> None:
        if self._closed:
            self._finish()
        self._depth -= 1
        if self._depth == 1:
            self._closed = True
            self._parser.CharacterDataHandler = self._between

    def _between(self, text: str) -> None:
        self._finish()

    def _finish(self) -> None:
        """Close the message at the first thing that stands behind it."""
        self._closed = False
        self._parser.CharacterDataHandler = None
        if self._entry is not None:
            self.open_at = here = self._here()
            self._done.append((self._entry, here - self._entry.offset))
            self._entry = None

    def _doctype(self, *told: object) -> None:
        """Entities could make a small file enormous; such a backup has none."""
        raise _Forbidden


def _held(part: Mapping[str, str]) -> int:
    mark = part.get("data", "")
    return int(mark[1:]) if mark[1:].isdecimal() else 0


def _about(made: Item, code: str, values: dict[str, str | int]) -> Finding:
    return Finding(code, values, made.member, made.offset, made.length, made.number)
