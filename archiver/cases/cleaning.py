"""Attachments that are judged public, without what their makers left in them beside what is seen.

Names of authors, places where a picture was taken, earlier versions: only what is known to be
wholly seen is given. JPEG (ITU-T T.81, JFIF, Exif 2.32), PNG (ISO/IEC 15948) and plain text are
cleaned without a change to what they show; a PDF, an office document, sound and moving pictures are
not, and so are withheld unless an officer made a clean copy.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SEEN: Final = frozenset((
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD",
    b"pHYS",
))  # fmt: skip
"""Chunks of a PNG that say how it looks and nothing else."""

_APPLICATION: Final = range(0xE0, 0xF0)
_KEPT: Final = {0xE0: b"JFIF\x00", 0xEE: b"Adobe"}
"""Of those the segments by which a JPEG's colours are read, and how each begins."""

_COMMENT, _SCAN, _END = 0xFE, 0xDA, 0xD9
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""


class Cleaned(Struct, frozen=True):
    """A file as it may be produced, or why it may not be; `gone` names what was taken out."""

    content: bytes = b""
    gone: tuple[str, ...] = ()
    problem: str = ""


def clean(content: bytes) -> Cleaned:
    """Clean one file.

    `problem` is ``no-clean-form`` for what is withheld by its kind, ``broken`` for what cannot be
    read as what it says that it is.
    """
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return _made(_jpeg(content))
        if content.startswith(_PNG):
            return _made(_png(content), _PNG)
    except (struct.error, ValueError, IndexError):
        return Cleaned(problem="broken")
    return Cleaned(content) if _is_plain(content) else Cleaned(problem="no-clean-form")


def _made(parts: Iterator[tuple[str, bytes]], head: bytes = b"") -> Cleaned:
    """Put together what is kept; a part with a name is one that is not."""
    kept, gone = [head], dict[str, None]()
    for name, part in parts:
        if name:
            gone[name] = None
        else:
            kept.append(part)
    return Cleaned(b"".join(kept), tuple(gone))


def _jpeg(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the segments of a JPEG; what stands behind its end is dropped."""
    yield "", content[:2]
    at = 2
    while (marker := _marker(content, at)) != _END:
        if marker in _ALONE:
            end = at + 2
        elif marker == _SCAN:
            end = _scan_end(content, at)
        else:
            end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        is_meta = marker == _COMMENT or (marker in _APPLICATION and not _is_kept(content, at))
        name = f"{marker:02X}" if is_meta else ""
        yield name, _without_thumbnail(marker, content[at:end])
        at = end
    yield "", content[at : at + 2]
    if content[at + 2 :]:
        yield "behind-end", b""


def _is_kept(content: bytes, at: int) -> bool:
    """Whether a segment says how colours are read; a JFXX segment is a small picture."""
    return content.startswith(_KEPT.get(content[at + 1], ()), at + 4)


def _marker(content: bytes, at: int) -> int:
    if content[at] != 0xFF:
        raise ValueError
    return content[at + 1]


def _scan_end(content: bytes, at: int) -> int:
    """Give where the next segment begins behind picture data."""
    at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _without_thumbnail(marker: int, segment: bytes) -> bytes:
    """A JFIF segment may hold a small picture of what the large one was before it was cut."""
    if marker != 0xE0:
        return segment
    return b"\xff\xe0\x00\x10JFIF\x00" + segment[9:16] + b"\x00\x00"


def _png(content: bytes) -> Iterator[tuple[str, bytes]]:
    at = len(_PNG)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        data, (check,) = content[at + 4 : end - 4], struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(data) != check:
            raise ValueError
        yield "" if kind in _SEEN else kind.decode("latin-1"), content[at:end]
        at = end
    if content[at:]:
        yield "behind-end", b""


def _is_plain(content: bytes) -> bool:
    """Whether it is text in which nothing is hidden from who reads it."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    head = text.lstrip("\ufeff \n\r\t")[:16].lower()
    is_marked_up = head.startswith(("<", "{\\rtf", "%pdf", "%!ps"))
    return not is_marked_up and all(one.isprintable() or one in "\n\r\t\f" for one in text)
