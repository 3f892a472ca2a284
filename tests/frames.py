"""What the tests of JSON formats share: what of a file no item and no finding covers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from reading import places

from archiver.model import Finding, Item

_KEY = re.compile(rb'"(?:[^"\\]|\\.)*"\s*:')
_MOST = 200
"""Bytes of a header value that need no finding."""


def beyond_the_frame(entries: Sequence[Item | Finding], content: bytes) -> list[bytes]:
    """List what is left of a file without its entries, punctuation, keys and small headers."""
    left = bytearray(content)
    for offset, length in places(entries):
        left[offset : offset + length] = b" " * length
    values = re.split(rb"[\[\]{},]+", _KEY.sub(b",", left))
    return [each.strip() for each in values if len(each.strip()) > _MOST]


def overlaps(entries: Sequence[Item | Finding]) -> list[tuple[int, int]]:
    """List entries that begin before the one before them ends."""
    taken = places(entries)
    return [
        after for (offset, length), after in pairwise(taken)
        if after[0] < offset + length
    ]  # fmt: skip
