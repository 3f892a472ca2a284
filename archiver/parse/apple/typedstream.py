"""Take the text out of a NeXT typed stream, as Messages stores attributed text.

Apple publishes no description. Built from the form that others observed (imessage-exporter's and
pytypedstream's examples, 2023 to 2026): the string's class, then ``84 01 2B`` (one value of type
``+``, a run of bytes), its length, its bytes in UTF-8. A length is one byte below 0x80, or 0x81 and
two bytes, or 0x82 and four, lowest first. Attributes (links, mentions, attachments) follow the text
and are left.
"""

from __future__ import annotations

from typing import NamedTuple

_STREAM = b"streamtyped"
_STRING = b"\x84\x01+"
_END = b"\x86\x84"
_WIDTHS = {0x81: 2, 0x82: 4}


class Taken(NamedTuple):
    """The text, and whether it was found as it should be or only by its surroundings."""

    text: str
    whole: bool


def text_of(stream: bytes) -> Taken | None:
    """Give the text of an attributed string; None when the bytes hold none."""
    start = stream.find(_STRING)
    if _STREAM not in stream[:32] or start < 0:
        return None
    at = start + len(_STRING)
    size, at = _length(stream, at)
    text = stream[at : at + size]
    if size < 0 or len(text) < size:
        return _salvaged(stream, start + len(_STRING))
    try:
        return Taken(text.decode(), True)
    except UnicodeDecodeError:
        return Taken(text.decode(errors="replace"), False)


def _length(stream: bytes, at: int) -> tuple[int, int]:
    """Read a length; -1 when there is none."""
    first = stream[at : at + 1]
    if not first:
        return -1, at
    width = _WIDTHS.get(first[0], 0)
    if not width:
        return (first[0] if first[0] < 0x80 else -1), at + 1
    data = stream[at + 1 : at + 1 + width]
    return (int.from_bytes(data, "little") if len(data) == width else -1), at + 1 + width


def _salvaged(stream: bytes, at: int) -> Taken | None:
    """Take what stands up to where text usually ends, of a stream that was cut or is strange."""
    end = stream.find(_END, at)
    text = stream[at + 1 : end if end >= 0 else len(stream)].decode(errors="ignore")
    return Taken(text, False) if text else None
