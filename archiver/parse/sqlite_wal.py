"""Read the write-ahead log that lies beside a SQLite database: the newest changes stand there.

Built from https://sqlite.org/fileformat2.html section 4 (November 2026): a header of 32 bytes,
then frames of a header of 24 bytes and one page. A frame counts when its salts are those of the
log's header and the running checksum is right; of those, all up to the last one that ends a
transaction. What stands behind it belongs to an older round of the log or was never committed.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from os import SEEK_END
from sys import byteorder
from typing import BinaryIO

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682
_WORDS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Wal:
    """The committed changes: `pages` maps page numbers to the offset of their newest content.

    `size` is the size of the database after them, in bytes.
    """

    stream: BinaryIO
    page: int
    frames: int
    size: int
    pages: dict[int, int]

    def lay_over(self, image: bytearray) -> None:
        """Write the changed pages into a copy of the database that is `size` bytes long."""
        for number, offset in self.pages.items():
            start = (number - 1) * self.page
            if start + self.page <= len(image):
                self.stream.seek(offset)
                image[start : start + self.page] = self.stream.read(self.page)


def read_wal(stream: BinaryIO, page: int) -> Wal:
    """Read which pages a log changes; none when it holds nothing that was committed.

    `page` is the page size of the database; a log of another one is not of this database.
    """
    total = stream.seek(0, SEEK_END)
    stream.seek(0)
    header = stream.read(_HEADER)
    order = _order(header)
    if not order or int.from_bytes(header[8:12]) != page:
        return Wal(stream, page, 0, 0, {})
    sums = _sum(header[:24], order, (0, 0))
    if sums != _pair(header[24:32]):
        return Wal(stream, page, 0, 0, {})
    return _frames(stream, page, total, (header[16:24], order, sums))


def _order(header: bytes) -> str:
    """Say in which byte order the checksums were made; empty when this is no log."""
    magic = int.from_bytes(header[:4]) if len(header) == _HEADER else 0
    return {_MAGIC: "little", _MAGIC + 1: "big"}.get(magic, "")


def _frames(
    stream: BinaryIO, page: int, total: int, state: tuple[bytes, str, tuple[int, int]]
) -> Wal:
    salts, order, sums = state
    committed: dict[int, int] = {}
    pending: dict[int, int] = {}
    frames = size = 0
    places = range(_HEADER, total - _FRAME - page + 1, _FRAME + page)
    for count, offset in enumerate(places, 1):
        stream.seek(offset)
        frame = stream.read(_FRAME + page)
        sums = _sum(frame[:8] + frame[_FRAME:], order, sums)
        if len(frame) < _FRAME + page or frame[8:16] != salts or sums != _pair(frame[16:24]):
            break
        pending[int.from_bytes(frame[:4])] = offset + _FRAME
        if pages := int.from_bytes(frame[4:8]):
            committed |= pending
            pending, frames, size = {}, count, pages * page
    return Wal(stream, page, frames, size, committed)


def _pair(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[:4]), int.from_bytes(data[4:8])


def _sum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Go on with the running checksum over words of 32 bits, two at a time."""
    words = array("I", data)
    if order != byteorder:
        words.byteswap()
    one, two = sums
    pairs = iter(words)
    for first, second in zip(pairs, pairs, strict=True):
        one = (one + first + two) & _WORDS
        two = (two + second + one) & _WORDS
    return one, two
