"""The objects of one delivery while they are written: originals, items, verdicts, manifest.

Everything goes into staging under keys of its own; `commit` then follows the order of a write:
objects synced, keys, event, rename. The caller commits the catalogue after that.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from archiver.errors import SourceChanged
from archiver.intake import whole
from archiver.model import Delivery, Layout
from archiver.store.archive import Archive
from archiver.store.catalogue.homes import object_with
from archiver.store.envelope import ObjectWriter
from archiver.store.events import Event
from archiver.store.staging import Staging

_PIECE = 1 << 20


class Shelf:
    """Collects the objects of one delivery and their keys."""

    def __init__(self, archive: Archive, staging: Staging) -> None:
        self._archive = archive
        self._staging = staging
        self.keys: dict[str, bytes] = {}
        self.objects: dict[str, list[str]] = {}

    def add_originals(self, delivery: Delivery) -> tuple[str, ...]:
        """Keep the original bytes, file by file; give the object of each member.

        Bytes that the archive already keeps as an object are referred to and not stored twice.

        Raises:
            SourceChanged: The bytes are not those that were hashed.
        """
        if delivery.layout is Layout.FOLDER:
            return tuple(
                self._original(delivery, member.sha256, delivery.open(member))
                for member in delivery.members
            )
        name = self._original(delivery, delivery.sha256, delivery.open(whole(delivery)))
        return (name,) * len(delivery.members)

    def part(self, kind: str) -> Part:
        """Begin an object."""
        key = os.urandom(32)
        return Part(self, kind, key, self._staging.writer(kind, key))

    def put(self, kind: str, data: bytes) -> str:
        """Write a whole object; give its name."""
        part = self.part(kind)
        part.write(data)
        return part.finish()

    def took(self, kind: str, name: str, key: bytes) -> str:
        """Count an object in."""
        self.keys[name] = key
        self.objects.setdefault(kind, []).append(name)
        return name

    def commit(self, delivery: str, parent: str, event: Event) -> int:
        """Make keys, event and names durable, in this order; give the event's sequence number."""
        self._staging.sync()
        try:
            self._write_keys(delivery, parent)
        except BaseException:
            if not self._has_keys(delivery):
                self._staging.forget()
            raise
        seq = self._archive.log.size
        self._archive.log.append([event])
        self._staging.publish(self.keys)
        return seq

    def _write_keys(self, delivery: str, parent: str) -> None:
        """Keep the keys; those of a delivery that waited for an answer may lie elsewhere so far."""
        keys = self._archive.keys
        kept = keys.delivery(delivery)
        if kept is not None and kept.parent != parent:
            keys.move_delivery(delivery, parent)
        keys.write_delivery(delivery, parent, self.keys)

    def _has_keys(self, delivery: str) -> bool:
        """Whether a failed write reached the key store; what it left is then undone with it."""
        kept = self._archive.keys.delivery(delivery)
        return kept is not None and set(self.keys) <= set(kept.objects)

    def _original(self, delivery: Delivery, sha256: str, stream: BinaryIO) -> str:
        with stream:
            kept = self._kept(sha256)
            if kept is not None:
                return kept
            part = self.part("original")
            while piece := stream.read(_PIECE):
                part.write(piece)
        name = part.finish()
        if part.plain_sha256 != sha256:
            raise SourceChanged(path=delivery.path)
        return name

    def _kept(self, sha256: str) -> str | None:
        """Refer to an object that another delivery uses, when its key is still there."""
        found = object_with(self._archive.catalogue.connection, sha256)
        if found is None:
            return None
        name, delivery = found
        keys = self._archive.keys.delivery(delivery)
        if keys is None or name not in keys.objects or not self._archive.objects.has(name):
            return None
        return self.took("original", name, keys.key_of(name))


class Part:
    """One object being written, in frames."""

    def __init__(self, shelf: Shelf, kind: str, key: bytes, writer: ObjectWriter) -> None:
        self._shelf = shelf
        self._kind = kind
        self._key = key
        self._writer = writer
        self.frames: list[int] = []
        self.plain_sha256 = ""

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._writer.write(data)

    def add_frames(self, frames: Iterable[bytes]) -> None:
        """Add frames and remember the length of each."""
        for frame in frames:
            self._writer.write(frame)
            self.frames.append(len(frame))

    def finish(self) -> str:
        """Seal and sync the object; give its name."""
        stored = self._writer.finish()
        self.plain_sha256 = stored.plain_sha256
        return self._shelf.took(self._kind, stored.name, self._key)
