"""Blank what is destroyed: bytes of a member, items, normal forms, what a manifest tells.

Places stay: a blanked range is as long as it was, and an item keeps its number and its place, so
that whoever reads on finds everything else where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import BinaryIO

from msgspec.structs import replace

from archiver.model import Finding, Item, Member, Normal

DESTROYED = "destroyed"
"""The type of an item that is no more."""

_PIECE = 1 << 20

Range = tuple[int, int]
"""First byte, and the one after the last."""


def blanked(
    stream: BinaryIO, ranges: Iterable[Range], seen: Callable[[bytes], None]
) -> Iterator[bytes]:
    """Give the bytes of a stream with blanks (0x20) for those in the ranges.

    `seen` is told every piece as it was before.
    """
    wanted = merged(ranges)
    at = 0
    while piece := stream.read(_PIECE):
        seen(piece)
        end = at + len(piece)
        changed = bytearray(piece)
        for first, beyond in wanted:
            low, high = max(first, at), min(beyond, end)
            if low < high:
                changed[low - at : high - at] = b" " * (high - low)
        yield bytes(changed)
        at = end


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Join ranges that touch; rising."""
    found: list[Range] = []
    for first, beyond in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(beyond, found[-1][1])
        else:
            found.append((first, beyond))
    return found


def item(one: Item) -> Item:
    """Give what is left of an item: that there was one, and where."""
    return Item(one.number, one.member, one.offset, one.length, one.kind, DESTROYED)


def normal(one: Normal) -> Normal:
    """Give what is left of a normal form: its number."""
    return Normal(one.number)


def member(one: Member) -> Member:
    """Give what is left of a member whose bytes are gone."""
    return Member("", one.size, "")


def findings(
    found: Sequence[Finding], items: Collection[int], ranges: dict[int, list[Range]], *, whole: bool
) -> tuple[Finding, ...]:
    """Leave out findings on items that are gone, and the values of those on ranges that are."""
    return tuple(
        replace(one, values={}) if whole or _overlaps(one, ranges) else one
        for one in found
        if one.item is None or not (whole or one.item in items)
    )


def _overlaps(one: Finding, ranges: dict[int, list[Range]]) -> bool:
    if one.offset is None or one.member is None:
        return False
    end = one.offset + (one.length or 1)
    return any(one.offset < beyond and first < end for first, beyond in ranges.get(one.member, ()))
