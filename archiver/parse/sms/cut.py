"""Take the files out of an SMS backup before it is tokenized, so that memory stays the same.

A file stands as base64 in an attribute of a `part`, and may be larger than all memory. It is
decoded and hashed as it passes, and a number is put in its place. The tokenizer's offsets are
mapped back to those of the backup.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections import deque
from collections.abc import Generator, Iterator
from hashlib import sha256
from typing import BinaryIO, NamedTuple

from archiver.parse.sms.mend import Mended, open_end

BLOCK = 1 << 18
MOST_HELD = 4 << 20
"""Bytes of a tag before its file that are held back while its end is awaited."""

_PART = re.compile(rb"<part(?=\s)")
_BEGUN = b"<part "
_TAG = re.compile(
    rb"""<part(?:\s+(?!data\s*=)[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*+"""
    rb"""(?:\s+data\s*=\s*(?P<quote>["'])|\s*/?>)"""
)
_BLANK = re.compile(rb"\s+")


class Held(NamedTuple):
    """A file that was taken out: size and digest of what it decodes to; -1 when it is damaged."""

    size: int
    sha256: str


class Cutter:
    """Gives the blocks of a backup without its files.

    `held` has the files in order; in their place stands ``#`` and their number.
    """

    def __init__(self, stream: BinaryIO, start: int, mended: Mended) -> None:
        self.held: dict[int, Held] = {}
        self._stream = stream
        self._at = start
        self._mended = mended
        self._fed = 0
        self._cuts: deque[tuple[int, int]] = deque()
        self._shift = start
        self._taken = 0

    def blocks(self) -> Iterator[bytes]:
        """Yield what the tokenizer is to see."""
        self._stream.seek(self._at)
        rest = b""
        while block := self._stream.read(BLOCK):
            rest = yield from self._through(rest + block, last=False)
        yield from self._through(rest, last=True)

    def place(self, fed: int) -> int:
        """Map an offset of the tokenizer, which only ever grows, to one of the backup."""
        while self._cuts and self._cuts[0][0] <= fed:
            self._shift += self._cuts.popleft()[1]
        return fed + self._shift

    def _through(self, text: bytes, *, last: bool) -> Generator[bytes, None, bytes]:
        """Pass on all of a text that is certain; give what must wait for the next block."""
        at = 0
        while (found := _PART.search(text, at)) is not None:
            start = found.start()
            tag = _TAG.match(text, start)
            if tag is None and not last and len(text) - start < MOST_HELD:
                yield self._feed(text[at:start])
                return text[start:]
            if tag is None or tag["quote"] is None:
                end = tag.end() if tag else found.end()
                yield self._feed(text[at:end])
                at = end
                continue
            yield self._feed(text[at : tag.end()])
            text, at = (yield from self._take(text[tag.end() :], tag["quote"])), 0
        kept = 0 if last else _open_end(text[at:])
        yield self._feed(text[at : len(text) - kept])
        return text[len(text) - kept :] if kept else b""

    def _feed(self, text: bytes) -> bytes:
        mended = self._mended.mend(text, self._at)
        self._at += len(text)
        self._fed += len(text)
        return mended

    def _take(self, text: bytes, quote: bytes) -> Generator[bytes, None, bytes]:
        """Decode a file up to the quote that ends it; give what stands behind."""
        file = _File()
        length = 0
        while (end := text.find(quote)) < 0 and text:
            file.add(text)
            length += len(text)
            text = self._stream.read(BLOCK)
        if end >= 0:
            file.add(text[:end])
            length += end
            text = text[end:]
        self._taken += 1
        self.held[self._taken] = file.held()
        mark = b"#%d" % self._taken
        # Offsets behind the mark are those of the backup less what was taken out.
        self._cuts.append((self._fed + len(mark), length - len(mark)))
        self._at += length
        self._fed += len(mark)
        yield mark
        return text


class _File:
    """Decodes base64 piece by piece."""

    def __init__(self) -> None:
        self._digest = sha256()
        self._size = 0
        self._left = b""
        self._sound = True

    def add(self, text: bytes) -> None:
        text = self._left + _BLANK.sub(b"", text)
        whole = len(text) - len(text) % 4
        self._left = text[whole:]
        self._decode(text[:whole])

    def held(self) -> Held:
        if self._left:
            self._decode(self._left + b"=" * (-len(self._left) % 4))
        return Held(self._size, self._digest.hexdigest()) if self._sound else Held(-1, "")

    def _decode(self, text: bytes) -> None:
        try:
            decoded = b64decode(text, validate=True)
        except (NoBase64, ValueError):
            self._sound = False
            return
        self._digest.update(decoded)
        self._size += len(decoded)


def _open_end(text: bytes) -> int:
    """Count the last bytes that may be half of a reference or of the tag that is looked for."""
    for length in range(len(_BEGUN) - 1, 0, -1):
        if text.endswith(_BEGUN[:length]):
            return length
    return open_end(text)
