"""Read back what a delivery's objects hold: its manifest, and its items as they were parsed.

``docs/archive-format.md`` describes the objects: an item stands in a compressed frame of at most
256.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import BinaryIO

import msgspec
from zstandard import ZstdDecompressor

from archiver.errors import Damage, KeyMissing, NoSuchThing
from archiver.model import ITEMS_A_FRAME, Item
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries
from archiver.store.events import Event
from archiver.store.manifest import Manifest

_ITEM = msgspec.json.Decoder(Item).decode
_MANIFEST = msgspec.json.Decoder(Manifest).decode
_DELIVERIES, _FRAMES = 64, 64
"""Manifests and frames that are kept in memory; what lies close in time does so here too."""


class Items:
    """Reads single items of deliveries; what was read last is not read again for the next one."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._opened = lru_cache(_DELIVERIES)(self._open)
        self._lines = lru_cache(_FRAMES)(self._read)

    def of(self, delivery: str, number: int) -> Item:
        """Give one item of a delivery.

        Raises:
            NoSuchThing: There is no such delivery.
            KeyMissing: Its key is gone.
            Damage: Its items do not hold it.
        """
        frames = len(self._opened(delivery)[1].item_frames)
        low = min((number - 1) // ITEMS_A_FRAME, frames)
        at = bisect_right(
            range(frames), number, lo=low, key=lambda frame: self._first(delivery, frame)
        )
        if at > low:
            lines = self._lines(delivery, at - 1)
            place = number - self._first(delivery, at - 1)
            if place < len(lines):
                return _ITEM(lines[place])
        raise Damage(path=delivery, reason=f"there is no item {number}")

    def _open(self, delivery: str) -> tuple[Event, Manifest, tuple[int, ...]]:
        """Give the event that keeps a delivery, its manifest, and where its frames begin."""
        event = latest_event(self._archive, delivery)
        manifest = manifest_of(self._archive, event)
        return event, manifest, (0, *accumulate(manifest.item_frames))

    def _first(self, delivery: str, frame: int) -> int:
        return _ITEM(self._lines(delivery, frame)[0]).number

    def _read(self, delivery: str, frame: int) -> list[bytes]:
        event, manifest, starts = self._opened(delivery)
        with part_of(self._archive, event, "items") as stream:
            stream.seek(starts[frame])
            return lines_of(stream.read(manifest.item_frames[frame]))


def items_of(archive: Archive, event: Event, manifest: Manifest) -> Iterator[Item]:
    """Yield the items of a delivery as they were parsed, in their order."""
    for items in frames_of(archive, event, "items", manifest.item_frames):
        for item in items:
            yield _ITEM(item)


def frames_of(
    archive: Archive, event: Event, role: str, lengths: tuple[int, ...]
) -> Iterator[list[bytes]]:
    """Yield the lines of each frame of an object that an event names, by the frames' lengths."""
    with part_of(archive, event, role) as stream:
        for length in lengths:
            yield lines_of(stream.read(length))


def lines_of(frame: bytes) -> list[bytes]:
    """Give the lines of one frame."""
    return ZstdDecompressor().decompress(frame).split(b"\n")


def latest_event(archive: Archive, delivery: str) -> Event:
    """Give the event that keeps a delivery as it is now.

    Raises:
        NoSuchThing: There is no such delivery.
    """
    rows = deliveries.listed(archive.catalogue.connection, "d.public = ?", (delivery,))
    if not rows:
        raise NoSuchThing(what="delivery", name=delivery)
    return archive.log.event(rows[0]["seq"])


def manifest_of(archive: Archive, event: Event) -> Manifest:
    """Read the manifest that an event names."""
    with part_of(archive, event, "manifest") as stream:
        return _MANIFEST(stream.read())


def part_of(archive: Archive, event: Event, role: str) -> BinaryIO:
    """Open the object that an event names for a role.

    Raises:
        KeyMissing: Its key is gone.
        Damage: Its bytes are not what was stored.
    """
    return open_object(archive, event.delivery, event.objects[role][0])


def open_object(archive: Archive, delivery: str, name: str) -> BinaryIO:
    """Open one object of a delivery for reading.

    Raises:
        KeyMissing: Its key is gone.
        Damage: Its bytes are not what was stored.
    """
    keys = archive.keys.delivery(delivery)
    if keys is None:
        raise KeyMissing(name=delivery)
    return archive.objects.open(name, keys.key_of(name))
