"""A sieve by which the reader tells what the archive seems to have: a bitmap of match keys.

Whoever reads cannot ask the catalogue about each item, and analysing words that are indexed already
is half of the work. A bit that is not set is certain: the item is new. One that is set may be
another key's; then the item is looked at again, from its frame.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Final

from archiver.model import Normal

Ask = Callable[[], bytes]
"""Gives the bitmap of what is known; empty when nothing is, or when everything is wanted whole."""

_HEAD: Final = struct.Struct("=Q").unpack_from


def nothing() -> bytes:
    """Know nothing."""
    return b""


class Sieve:
    """Tells by the first bytes of a match key whether the archive may have it."""

    __slots__ = ("_bitmap", "_mask")

    def __init__(self, bitmap: bytes) -> None:
        self._bitmap = bitmap
        self._mask = len(bitmap) * 8 - 1

    @classmethod
    def of(cls, bitmap: bytes) -> Sieve:
        """Make the sieve of a bitmap whose length is a power of two; of an empty one, none."""
        return cls(bitmap) if bitmap else NO_SIEVE

    def have(self, normals: Iterable[Normal]) -> list[bool]:
        """Say of each item whether it is a chat's and may be known."""
        bitmap, mask = self._bitmap, self._mask
        return [
            bool(bitmap[((head := _HEAD(one.keys[0])[0]) & mask) >> 3] >> (head & 7) & 1)
            if one.keys and one.scope == "strand"
            else False
            for one in normals
        ]


NO_SIEVE: Final = Sieve(b"")
"""Of an archive that knows nothing; nobody looks into it."""
