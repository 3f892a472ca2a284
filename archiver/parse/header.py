"""The header block of a message or of a MIME part: fields, unfolding, encoded words.

RFC 5322 §2.2 and §4.5 (blanks before the colon), RFC 2047 (encoded words), RFC 6532 (UTF-8 in
headers). A field's value stays bytes until it is asked for: most fields never are.
"""

from __future__ import annotations

import binascii
import re
from collections import defaultdict
from itertools import chain
from typing import NamedTuple

from archiver.parse import decode

# A name never begins with two hyphens: that is a MIME boundary in a part without a header.
_FIELD_OR_REST = re.compile(
    rb"(?!--)([!-9;-~]++[ \t]*+):(.*+(?:\n[ \t].*+)*+)(?:\n|\Z)|(?s:.++)",
)
"""A field, its name with the blanks before the colon; or all that comes after the last field."""
_LINE_FEED = 10  # Python looks for a byte's number five times as fast as for the byte as a text.
_ENVELOPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\r?\n)*+(?:>*+From (?![ \t]*+:)[^\n]*+(?:\n|\Z))*+")
_RECURS, _REMEMBERED = 60, 4096
"""Bytes of the longest name that is remembered, and how many are."""
_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,60})?\?([bBqQ])\?([^?]*+)\?=")


class Header(NamedTuple):
    """The fields of one header block by their names in lower case, and where they end.

    The values of one name go from top to bottom, each with its folds. `body` is the offset of the
    first byte after the blank line; `is_closed` says whether there was one (the end of the text
    counts).
    """

    named: dict[bytes, list[bytes]]
    body: int
    is_closed: bool

    def all(self, name: bytes) -> list[bytes]:
        """Give every value of one field, from top to bottom."""
        return self.named.get(name, [])

    def first(self, name: bytes) -> bytes:
        """Give the topmost value of one field, or nothing."""
        values = self.named.get(name)
        return values[0] if values else b""


def read(raw: bytes, start: int = 0, end: int | None = None) -> Header:
    """Read fields from `start` until a blank line or the first line that is no field."""
    end = len(raw) if end is None else end
    position = _blank_line(raw, start, end)
    found = _FIELD_OR_REST.findall(raw, start, position)
    if found and not found[-1][0]:
        found.pop()
        # Each field has a colon and a line feed besides its name and its value.
        position = start + sum(map(len, chain.from_iterable(found))) + 2 * len(found)
    named: dict[bytes, list[bytes]] = defaultdict(list)
    for written, value in found:
        named[_NAMES[written]].append(value)
    for blank in (b"\n", b"\r\n"):
        if raw.startswith(blank, position, end):
            return Header(named, position + len(blank), True)
    return Header(named, position, position >= end)


def _blank_line(raw: bytes, start: int, end: int) -> int:
    """Give where the first line of nothing but a line feed begins, or else the end."""
    found = raw.find(b"\n\n", start, end)
    return found + 1 if found >= 0 else end


class _Names(dict[bytes, bytes]):
    """Names of fields in lower case, by how they are written: the same few come all the time."""

    def __missing__(self, written: bytes) -> bytes:
        name = written.rstrip(b" \t").lower()
        if len(written) <= _RECURS:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[written] = name
        return name


_NAMES = _Names()


def envelope(raw: bytes) -> int:
    """Give the length of what may stand before a header: a byte-order mark, ``From `` lines."""
    found = _ENVELOPE.match(raw)
    return found.end() if found else 0


def unfolded(value: bytes) -> bytes:
    """Join the lines of a value with single blanks (line by line, so that no input is slow)."""
    if _LINE_FEED not in value:
        return value.strip(b" \t\r")
    return b" ".join([line.strip(b" \t\r") for line in value.split(b"\n")]).strip(b" ")


def plain(value: bytes, charset: str = "") -> decode.Text:
    """Unfold a value and decode its raw bytes; encoded words stay as they stand."""
    joined = unfolded(value)
    if joined.isascii():
        return decode.Text(joined.decode("ascii"), "us-ascii")
    return decode.undeclared(joined, charset)


def words(value: str, misread: list[tuple[str, str]] | None = None) -> str:
    """Decode the encoded words of a text; one that is broken stays as it stands.

    Neighbours with the same charset are joined as bytes first: mail programs cut letters in two.
    `misread` gets ``(declared, used)`` where a word's charset is unknown or wrong.
    """
    if "=?" not in value:
        return value
    misread = [] if misread is None else misread
    pieces: list[str] = []
    charset, held, after = "", b"", 0
    for found in _WORD.finditer(value):
        between = value[after : found.start()]
        if held and (between.strip() or charset != found[1].lower()):
            pieces.append(_read(held, charset, misread))
            held = b""
        if between.strip() or not after:
            pieces.append(between)
        charset, held, after = found[1].lower(), held + _word(found[2], found[3]), found.end()
    pieces.append(_read(held, charset, misread))
    return "".join((*pieces, value[after:]))


def _read(data: bytes, charset: str, misread: list[tuple[str, str]]) -> str:
    found = decode.text(data, charset)
    if charset and not found.sound:
        misread.append((charset, found.charset))
    return found.text


def _word(encoding: str, encoded: str) -> bytes:
    """Undo the encoding of one word: ``q`` with underscores for blanks, or ``b``."""
    data = encoded.encode("utf-8", "surrogatepass")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return decode.base64(data).data
