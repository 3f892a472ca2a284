"""Read back what a delivery's objects hold: manifest, items, normal forms, verdicts, originals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import BinaryIO

import msgspec
from zstandard import ZstdDecompressor

from archiver.errors import Damage, KeyMissing, NoSuchThing
from archiver.model import ITEMS_A_FRAME, Item, Normal, Row, Verdict
from archiver.pipeline.blank import DESTROYED
from archiver.pipeline.reading import FRAMES_A_BATCH
from archiver.pipeline.rows import Analyse, row
from archiver.search.analyse import Analysis
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries
from archiver.store.events import Event
from archiver.store.manifest import Manifest

_ITEM = msgspec.json.Decoder(Item).decode
_NORMAL = msgspec.json.Decoder(Normal).decode
_VERDICT = msgspec.json.Decoder(Verdict).decode
_MANIFEST = msgspec.json.Decoder(Manifest).decode


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


def manifest_of(archive: Archive, event: Event) -> Manifest:
    """Read the manifest that an event names."""
    with _part(archive, event, "manifest") as stream:
        return _MANIFEST(stream.read())


def verdicts_of(archive: Archive, event: Event) -> Iterator[Verdict]:
    """Yield the verdicts that an event names, in the order of the items."""
    with _part(archive, event, "verdicts") as stream:
        for line in stream:
            yield _VERDICT(line)


def rows_of(archive: Archive, event: Event, manifest: Manifest) -> Iterator[list[Row]]:
    """Yield the rows of a delivery again, in batches as it was written, without what is gone."""
    pairs = zip(
        _frames(archive, event, "items", manifest.item_frames),
        _frames(archive, event, "normals", manifest.normal_frames),
        strict=True,
    )
    rows: list[Row] = []
    for items, normals in pairs:
        rows += [
            row(item, _NORMAL(normal), _analyse())
            for item, normal in zip(map(_ITEM, items), normals, strict=True)
            if item.type != DESTROYED
        ]
        if len(rows) >= FRAMES_A_BATCH * ITEMS_A_FRAME:
            yield rows
            rows = []
    if rows:
        yield rows


def items_of(archive: Archive, event: Event, manifest: Manifest) -> Iterator[Item]:
    """Yield the items of a delivery as they were parsed, in their order."""
    for items in _frames(archive, event, "items", manifest.item_frames):
        for item in items:
            yield _ITEM(item)


def rows_at(items: bytes, normals: bytes, places: Sequence[int]) -> Iterator[Row]:
    """Give the rows at these places of one frame."""
    item_lines, normal_lines = _lines(items), _lines(normals)
    for place in places:
        yield row(_ITEM(item_lines[place]), _NORMAL(normal_lines[place]), _analyse())


@cache
def _analyse() -> Analyse:
    """Give the analysis of this process, made once."""
    return Analysis.dutch().extra


def item_of(archive: Archive, event: Event, manifest: Manifest, number: int) -> Item:
    """Read one item of a delivery; frames that end before it are passed over.

    Raises:
        Damage: The items object does not hold it.
    """
    with _part(archive, event, "items") as stream:
        for at, length in enumerate(manifest.item_frames, start=1):
            frame = stream.read(length)
            if at * ITEMS_A_FRAME < number:
                continue
            lines = _lines(frame)
            first, last = _ITEM(lines[0]).number, _ITEM(lines[-1]).number
            if first <= number <= last:
                return _ITEM(lines[number - first])
    raise Damage(path=event.delivery, reason=f"there is no item {number}")


def _frames(
    archive: Archive, event: Event, role: str, lengths: tuple[int, ...]
) -> Iterator[list[bytes]]:
    with _part(archive, event, role) as stream:
        for length in lengths:
            yield _lines(stream.read(length))


def _lines(frame: bytes) -> list[bytes]:
    return ZstdDecompressor().decompress(frame).split(b"\n")


def _part(archive: Archive, event: Event, role: str) -> BinaryIO:
    return open_object(archive, event.delivery, event.objects[role][0])


def latest_event(archive: Archive, delivery: str) -> Event:
    """Give the event that keeps a delivery as it is now.

    Raises:
        NoSuchThing: There is no such delivery.
    """
    rows = deliveries.listed(archive.catalogue.connection, "d.public = ?", (delivery,))
    if not rows:
        raise NoSuchThing(what="delivery", name=delivery)
    return archive.log.event(rows[0]["seq"])
