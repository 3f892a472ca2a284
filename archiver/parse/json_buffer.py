"""Take values out of a JSON text block by block; `archiver.parse.json_elements` walks with it.

Follows RFC 8259 (December 2017) in what a value's end is, and no further: a value is found by its
strings and brackets. Three ways, each linear in the text. Indented texts, as programs write them,
are cut where the indent says and the decoder proves in one call that the cut was right. Where it
was not, one regular expression with only possessive quantifiers takes a whole value in C. Nesting
beyond `_WRITTEN_OUT` and values beyond a block are followed bracket by bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import msgspec

from archiver.parse.json_mend import mended

LONGEST = 16 << 20
"""Bytes of the longest value that is handed over."""
DEEPEST = 100
"""Brackets inside brackets of the deepest value that is surely handed over."""

BOM, TOO_LONG, TOO_DEEP = "bom", "too-long", "too-deep"
TRUNCATED, MALFORMED, TRAILING = "truncated", "malformed", "trailing"

_BLOCK = 1 << 18
_BATCH = 1024
_LOOK_ON = 2048
_WRITTEN_OUT = 10

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_NO_BRACKET = rb'[^"\[\]{}]*+'
_SCALAR = rb'[^ \t\r\n,:"\[\]{}]++'


def _brackets(depth: int) -> bytes:
    """Write out a bracketed value; which bracket closes which is for the decoder to judge."""
    inner = _STRING + (b"|" + _brackets(depth - 1) if depth else b"")
    return b"[\\[{]" + _NO_BRACKET + b"(?:(?:" + inner + b")" + _NO_BRACKET + b")*+[\\]}]"


_ANY_VALUE = b"(?:" + _brackets(_WRITTEN_OUT) + b"|" + _STRING + b"|" + _SCALAR + b")"
_VALUE = re.compile(_ANY_VALUE, re.DOTALL)
_STEP = re.compile(rb"[ \t\r\n]*+(" + _ANY_VALUE + rb")[ \t\r\n]*+,", re.DOTALL)
_ENDING = re.compile(rb"\r?\n[ \t]*+[\]}]\Z")
_GAP = re.compile(rb",[ \t\r\n]*+")
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_RAW = msgspec.json.Decoder(msgspec.Raw)
_BLANK = re.compile(rb"[ \t\r\n]*+")
_TOKEN = re.compile(_STRING + rb'|["\[\]{}]', re.DOTALL)
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_IN_SCALAR = re.compile(rb'[^ \t\r\n,:"\[\]{}]*+')
_QUOTE, _NO_SCALAR = b'"', b'[{"'

Indent = tuple[bytes, bytes]
"""How the elements of an array end, with the comma, and the comma with the blanks behind it."""


class Stop(Exception):
    """The text cannot be followed any further; the reason is its only argument."""


class Buffer:
    """What was read of a text and not yet taken."""

    def __init__(self, stream: BinaryIO, longest: int, deepest: int) -> None:
        """Read the first block."""
        self._stream = stream
        self._longest, self._deepest = longest, deepest
        self._bytes, self._at, self._base = b"", 0, 0
        self._ended = False
        stream.seek(0)
        self._fill()

    @property
    def place(self) -> int:
        """The offset of the next byte."""
        return self._base + self._at

    def bom(self) -> bool:
        """Step over a byte order mark, if there is one."""
        found = self._bytes.startswith(b"\xef\xbb\xbf")
        self._at += 3 * found
        return found

    def step(self) -> None:
        """Go one byte on."""
        self._at += 1

    def next(self) -> bytes:
        """Go to the next sign that is no blank and show it; empty at the end of the text."""
        while True:
            match = _BLANK.match(self._bytes, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._bytes) or not self._fill():
                return self._bytes[self._at : self._at + 1]

    def more(self) -> bool:
        """Read on unless there is a block ahead; whether anything was read."""
        return len(self._bytes) - self._at < _BLOCK and self._fill()

    def indent(self) -> Indent | None:
        """Learn from the first element of an array, here, how they end and what is between them."""
        first = _VALUE.match(self._bytes, self._at)
        ending = first and _ENDING.search(first[0])
        gap = first and _GAP.match(self._bytes, first.end())
        return (ending[0] + b",", gap[0]) if ending and gap else None

    def cut(self, indent: Indent) -> list[bytes]:
        """Take elements up to what seems the last whole one, a gap apart; none if there is none.

        Elements that decode as a list and make the same bytes again when joined are proven. Where
        one does not decode, each is proven by itself, and the indent says where the next begins.
        """
        ending, gap = indent
        last = self._bytes.rfind(ending, self._at)
        if last < 0:
            return []
        end = last + len(ending) - 1
        block = self._bytes[self._at : end]
        try:
            raws = [bytes(raw) for raw in _RAWS.decode(b"[" + block + b"]")]
        except (msgspec.DecodeError, RecursionError):
            raws = []
        if block and gap.join(raws) != block:
            raws = list(_apart(block, ending[:-1], gap))
        if not raws or max(map(len, raws)) > self._longest:
            return []
        self._at += len(gap.join(raws)) + 1
        return raws

    def steps(self) -> Iterator[tuple[int, bytes]]:
        """Take the elements that stand whole in the buffer, each with the comma behind it."""
        matches = iter(_STEP.scanner(self._bytes, self._at).match, None)  # type: ignore[attr-defined]
        for match in islice(matches, _BATCH):
            start, end = match.span(1)
            if end - start > self._longest:
                return
            self._at = match.end()
            yield self._base + start, match[1]

    def value(self) -> tuple[int, bytes, str]:
        """Take the value that begins here: its length, its bytes, why there are none.

        Raises:
            Stop: None begins here, or the text ends before it does.
        """
        match = _VALUE.match(self._bytes, self._at)
        if match is None or match.end() == len(self._bytes):
            length, raw, reason = self._long()
        else:
            length, raw, reason = match.end() - self._at, match[0], ""
            self._at = match.end()
        return (length, b"", TOO_LONG) if length > self._longest else (length, raw, reason)

    def _long(self) -> tuple[int, bytes, str]:
        """Take a value that the pattern does not see whole, block by block."""
        kept, depth, deepest = _Kept(self._longest), 0, 0
        first = self._bytes[self._at : self._at + 1]
        inside = None if first in _NO_SCALAR else _IN_SCALAR
        if not first or first in b"]},:":
            raise Stop(MALFORMED if first else TRUNCATED)
        while True:
            inside, depth, deepest, end, is_whole = self._follow(inside, depth, deepest)
            kept.add(self._bytes[self._at : end])
            self._at = end
            if is_whole or (not self._fill() and inside is _IN_SCALAR):
                deep = deepest > self._deepest
                return kept.length, b"" if deep else kept.whole, TOO_DEEP if deep else ""
            if self._ended:
                raise Stop(TRUNCATED)

    def _follow(
        self, inside: re.Pattern[bytes] | None, depth: int, deepest: int
    ) -> tuple[re.Pattern[bytes] | None, int, int, int, bool]:
        """Follow a value as far as the buffer reaches, or to its end."""
        buffer, at = self._bytes, self._at
        if inside is not None:
            match = inside.match(buffer, at)
            at = match.end() if match else at
            if at == len(buffer) or (inside is _IN_STRING and buffer[at : at + 1] != _QUOTE):
                return inside, depth, deepest, at, False
            at += inside is _IN_STRING
            if depth == 0:
                return None, depth, deepest, at, True
        for token in _TOKEN.finditer(buffer, at):
            sign = token[0]
            if sign == _QUOTE:
                return _IN_STRING, depth, deepest, token.end(), False
            depth += (sign in b"[{") - (sign in b"]}")
            deepest = max(depth, deepest)
            if depth == 0:
                return None, depth, deepest, token.end(), True
        return None, depth, deepest, len(buffer), False

    def _fill(self) -> bool:
        block = b"" if self._ended else self._stream.read(_BLOCK)
        self._ended = not block
        if block:
            self._base += self._at
            self._bytes = self._bytes[self._at :] + block
            self._at = 0
        return not self._ended


def _apart(block: bytes, ending: bytes, gap: bytes) -> Iterator[bytes]:
    """Split a block in which an element is broken, so that it takes no other with it."""
    at, between = 0, ending + gap
    while at < len(block):
        end = block.find(between, at)
        end = len(block) if end < 0 else end + len(ending)
        beyond = end + max(_LOOK_ON, end - at)  # or hostile bytes would take quadratic time
        whole = None if _is_sound(block[at:end]) else _VALUE.match(block, at, beyond)
        if whole and _is_sound(whole[0]):
            if not block.startswith(gap, whole.end()):
                return  # The array ends here, and what looks like its elements is another's.
            end = whole.end()
        yield block[at:end]
        at = end + len(gap)


def _is_sound(raw: bytes) -> bool:
    try:
        _RAW.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        sound, count = mended(raw)
        return count > 0 and _is_sound(sound)
    return True


class _Kept:
    """The bytes of one long value, as long as it is not too long."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._pieces: list[bytes] = []
        self.length = 0

    def add(self, piece: bytes) -> None:
        """Count a piece, and keep it."""
        self.length += len(piece)
        if self.length <= self._longest:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    @property
    def whole(self) -> bytes:
        """All of the value; of one that is too long nothing."""
        return b"".join(self._pieces)
