"""The key files of all deliveries: read, added to, moved under another key, destroyed."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from archiver.errors import ArchiveError, Damage, ExitCode, KeyMissing
from archiver.store import files, keyfile
from archiver.store.archive_key import Sealed
from archiver.store.delivery_keys import (
    OWN,
    DeliveryFile,
    DeliveryKeys,
    key_purpose,
    seal_detail,
    seal_objects,
)
from archiver.store.keyring import DELIVERIES, Keyring
from archiver.store.parents import BadReference, Parents
from archiver.store.wrapping import KEY_SIZE

_DELIVERY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class OtherParent(ArchiveError):
    """The keys of {delivery} lie under {found} and not under {wanted}; move them first."""

    exit_code = ExitCode.PRECONDITION


class DeliveryFiles:
    """Finds and changes the keys of deliveries."""

    def __init__(self, ring: Keyring) -> None:
        """Use the key store that `ring` opened."""
        self._ring = ring
        self.parents = Parents(ring, self._is_used)
        self._last: DeliveryKeys | None = None
        self._last_stamp: tuple[Path, int, int] | None = None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all deliveries that have keys, sorted."""
        for path in sorted((self._ring.root / DELIVERIES).glob("*.json")):
            if _DELIVERY.fullmatch(path.stem):
                yield path.stem

    def get(self, delivery: str) -> DeliveryKeys | None:
        """The keys of a delivery, or None when it has none.

        Raises:
            KeyMissing: The parent key they lie under is gone.
            Damage: Its file was changed.
        """
        stamp = _stamp(self.path(delivery))
        if stamp is not None and stamp == self._last_stamp:
            return self._last
        content = self._read(delivery)
        if content is None:
            return None
        self._last = DeliveryKeys(
            content.parent, self.path(delivery), content, self._key_of(content)
        )
        self._last_stamp = stamp
        return self._last

    def add(self, delivery: str, parent: str, keys: Mapping[str, bytes]) -> None:
        """Add keys of objects, or put others in their place; the first call makes the file.

        Raises:
            OtherParent: The delivery's keys lie under another parent key.
            DiskFull: There is no room; the old content stands.
        """
        self._ensure(parent)
        with self._ring.changing():
            content = self._read(delivery) or self._new(delivery, parent)
            if content.parent != parent:
                raise OtherParent(delivery=delivery, found=content.parent, wanted=parent)
            added = seal_objects(delivery, self._key_of(content), keys)
            self._write(replace(content, objects=content.objects | added))

    def move(self, delivery: str, parent: str) -> None:
        """Wrap all keys of a delivery anew, under another parent key.

        Raises:
            KeyMissing: The delivery has no keys.
        """
        self._ensure(parent)
        with self._ring.changing():
            old = self._required(delivery)
            key, own = self._parent_key(delivery, parent)
            objects = seal_objects(delivery, key, {name: old.key_of(name) for name in old.objects})
            detail = seal_detail(delivery, key, old.detail_key)
            self._write(
                DeliveryFile(
                    delivery=delivery, parent=parent, key=own, detail=detail, objects=objects
                )
            )

    def drop_uses(self, delivery: str, names: Collection[str]) -> None:
        """Destroy a delivery's keys of these objects; nothing happens when it has none of them."""
        with self._ring.changing():
            content = self._read(delivery)
            if content is not None and not content.objects.keys().isdisjoint(names):
                rest = {each: text for each, text in content.objects.items() if each not in names}
                self._write(replace(content, objects=rest))

    def drop(self, delivery: str) -> None:
        """Destroy all keys of a delivery, detail key included; durable on return."""
        path = self.path(delivery)
        with self._ring.changing():
            for file in (*files.leftovers(path), path):
                files.remove(file)
            files.sync_folder(path.parent)

    def path(self, delivery: str) -> Path:
        """Where the keys of a delivery lie, or would lie.

        Raises:
            BadReference: No delivery can have this id.
        """
        if not _DELIVERY.fullmatch(delivery):
            raise BadReference(name=delivery)
        return self._ring.root / DELIVERIES / f"{delivery}.json"

    def _ensure(self, parent: str) -> None:
        if parent != OWN:
            self.parents.ensure(parent)

    def _required(self, delivery: str) -> DeliveryKeys:
        keys = self.get(delivery)
        if keys is None:
            raise KeyMissing(name=f"delivery:{delivery}")
        return keys

    def _new(self, delivery: str, parent: str) -> DeliveryFile:
        key, own = self._parent_key(delivery, parent)
        detail = seal_detail(delivery, key, os.urandom(KEY_SIZE))
        return DeliveryFile(delivery=delivery, parent=parent, key=own, detail=detail, objects={})

    def _parent_key(self, delivery: str, parent: str) -> tuple[bytes, Sealed | None]:
        """A key to wrap under; the delivery's own is new, and sealed as well."""
        if parent != OWN:
            return self.parents.get(parent), None
        key = os.urandom(KEY_SIZE)
        return key, self._ring.archive.wrap(key_purpose(delivery), key)

    def _key_of(self, content: DeliveryFile) -> bytes:
        if content.key is None:
            return self.parents.get(content.parent)
        return self._ring.unwrap(
            key_purpose(content.delivery), content.key, self.path(content.delivery)
        )

    def _read(self, delivery: str) -> DeliveryFile | None:
        path = self.path(delivery)
        try:
            content = keyfile.read(path, DeliveryFile)
        except FileNotFoundError:
            return None
        if content.delivery != delivery or (content.parent == OWN) != (content.key is not None):
            raise Damage(path=path, reason="it holds the keys of another delivery")
        return content

    def _write(self, content: DeliveryFile) -> None:
        keyfile.write(self.path(content.delivery), content)

    def _is_used(self, ref: str) -> bool:
        """Whether the keys of any delivery lie under the parent key `ref`."""
        contents = (self._read(delivery) for delivery in self.ids())
        return any(content is not None and content.parent == ref for content in contents)


def _stamp(path: Path) -> tuple[Path, int, int] | None:
    """What changes whenever a file is replaced: a replaced file is another file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return path, status.st_ino, status.st_mtime_ns
