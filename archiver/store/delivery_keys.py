"""The keys of one delivery: one file, replaced whole, with a wrap for each object it uses.

The wraps lie under a parent key: the compartment of an official, or a key of the delivery's own
when it is sealed, which then lies in the same file under the archive key. An object that two
deliveries use is wrapped in both files; deleting one wrap destroys one use.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from archiver.errors import Damage, KeyMissing
from archiver.store.archive_key import Sealed
from archiver.store.keyring import SealedFile
from archiver.store.wrapping import CannotUnwrap, unwrap, wrap

OWN = "delivery"
"""The parent of a delivery that has a key of its own."""


class DeliveryFile(SealedFile, frozen=True, kw_only=True):
    """Content of one file in ``deliveries``; `key` is there when `parent` is ``delivery``."""

    delivery: str
    parent: str
    key: Sealed | None = None
    detail: str
    objects: dict[str, str]

    def purposes(self) -> dict[str, str]:
        """The delivery's own key, if it has one."""
        return {} if self.key is None else {"key": key_purpose(self.delivery)}


class DeliveryKeys(Struct, frozen=True):
    """A delivery's keys, opened one by one when they are asked for."""

    parent: str
    path: Path
    _content: DeliveryFile
    _key: bytes

    def __repr__(self) -> str:
        """Show no key."""
        return f"DeliveryKeys(parent={self.parent!r}, path={self.path!r})"

    @property
    def objects(self) -> tuple[str, ...]:
        """The names of the objects it has a key for, sorted."""
        return tuple(sorted(self._content.objects))

    @property
    def detail_key(self) -> bytes:
        """The key of its encrypted event detail; the same under every parent.

        Raises:
            Damage: It cannot be opened.
        """
        return self._open(f"delivery:{self._content.delivery}:detail", self._content.detail)

    def key_of(self, name: str) -> bytes:
        """The key of an object.

        Raises:
            KeyMissing: This delivery does not use the object, or its use was destroyed.
            Damage: It cannot be opened.
        """
        if name not in self._content.objects:
            raise KeyMissing(name=name)
        return self._open(
            _object_purpose(self._content.delivery, name), self._content.objects[name]
        )

    def _open(self, purpose: str, text: str) -> bytes:
        try:
            return unwrap(self._key, purpose, text)
        except CannotUnwrap as error:
            raise Damage(
                path=self.path, reason=f"the key for {purpose} cannot be opened"
            ) from error


def seal_detail(delivery: str, parent: bytes, detail: bytes) -> str:
    """Wrap a delivery's detail key under its parent key."""
    return wrap(parent, f"delivery:{delivery}:detail", detail)


def seal_objects(delivery: str, parent: bytes, keys: Mapping[str, bytes]) -> dict[str, str]:
    """Wrap the keys of objects, by name, under a delivery's parent key."""
    return {name: wrap(parent, _object_purpose(delivery, name), key) for name, key in keys.items()}


def key_purpose(delivery: str) -> str:
    """What a delivery's own key is wrapped for."""
    return f"delivery:{delivery}:key"


def _object_purpose(delivery: str, name: str) -> str:
    return f"delivery:{delivery}:object:{name}"
