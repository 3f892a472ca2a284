"""From bytes to text in blocks, such that every piece of text still knows how many bytes it was.

WhatsApp writes UTF-8 (RFC 3629); mail programs make UTF-16 (RFC 2781) and a byte order mark of it.
A byte that does not decode becomes a lone surrogate, which no sound text holds, so that it can be
found, replaced and measured later.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

BLOCK = 1 << 17
"""Bytes read at a time."""

Width = Callable[[str], int]

_LONE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def encoding_of(head: bytes) -> str:
    """Name the encoding of a text by its first bytes: its mark, else where the zero bytes are."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = head[:64]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if max(zeros) * 4 <= len(sample):
        return "utf-8"
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def blocks(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Decode a stream from its present place to its end."""
    decoder = codecs.getincrementaldecoder(encoding)(_errors(encoding))
    while block := stream.read(BLOCK):
        yield decoder.decode(block)
    yield _last(decoder, encoding)


def width_in(encoding: str) -> Width:
    """Give the function that counts the bytes a piece of decoded text stood in."""
    errors = _errors(encoding)

    def width(text: str) -> int:
        return len(text.encode(encoding, errors))

    return width


def first_damage(text: str) -> int:
    """Find the first character that stands for undecodable bytes; -1 when there is none."""
    match = _LONE.search(text)
    return match.start() if match else -1


def mended(text: str) -> str:
    """Put U+FFFD where bytes did not decode."""
    return _LONE.sub(_REPLACEMENT, text)


def damages(text: str) -> int:
    """Count the characters that stand for undecodable bytes."""
    return len(_LONE.findall(text))


def _errors(encoding: str) -> str:
    return "surrogateescape" if encoding == "utf-8" else "surrogatepass"


def _last(decoder: codecs.IncrementalDecoder, encoding: str) -> str:
    """Decode what the end of the stream cut short."""
    rest = decoder.getstate()[0]
    if encoding == "utf-8" or len(rest) % 2 == 0:
        return decoder.decode(b"", final=True)
    # Half a code unit: it counts as one byte because the caller knows where the stream ends.
    return rest[:-1].decode(encoding, "surrogatepass") + "\udc00"
