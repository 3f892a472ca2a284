"""The keys of an archive: what opens its objects, and what destroys them when it is deleted.

They lie in a folder of their own, outside the archive, with a backup of their own::

    archive key  (wrapped for the machine and for the recovery key)
    ├── root secret → derived keys (catalogue, match marks, check value)
    ├── log-signing key (Ed25519, RFC 8032)
    ├── official:<id>, register, case:<id>, log:YYYY-MM → event detail, keys of deliveries
    └── the own key of a sealed delivery
        each delivery: its detail key and one key per object

``docs/archive-format.md`` describes every file for readers without this program.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from archiver.errors import Damage, KeyMissing, NoSuchThing, WrongKey
from archiver.model import Finding
from archiver.store import key_check, rotation
from archiver.store.delivery_files import DeliveryFiles
from archiver.store.delivery_keys import DeliveryKeys
from archiver.store.key_making import make_keys
from archiver.store.keyring import Keyring
from archiver.store.recipients import read_identity
from archiver.store.root_secret import check_value, read_secrets
from archiver.store.wrapping import CannotUnwrap, derive, unwrap, wrap


class Keys:
    """The key store of one archive, open."""

    def __init__(self, ring: Keyring) -> None:
        """Open the secrets that `ring` holds the archive key of.

        Raises:
            Damage: A file was changed.
        """
        self._ring = ring
        self._deliveries = DeliveryFiles(ring)
        self._secret, self._signing = read_secrets(ring)

    @classmethod
    def create(cls, root: Path, recovery_file: Path) -> Keys:
        """Make the keys of a new archive; the recovery key is written to its file and nowhere else.

        Raises:
            KeysExist: The folder is not empty, or the file exists; nothing was written.
            RecoveryInside: The recovery file would lie in the key store; nothing was written.
            DiskFull: There is no room; nothing is left.
        """
        return cls(make_keys(root, recovery_file))

    @classmethod
    def open(cls, root: Path) -> Keys:
        """Open the keys with the machine's key.

        Raises:
            NoKeys: There is no key store at `root`.
            NoMachineKey: The machine's key is gone.
            WrongKey: The machine's key is not one of this key store.
            Damage: A file was changed.
        """
        return cls(Keyring(root))

    @classmethod
    def recover(cls, root: Path, recovery_file: Path, *, new_machine: bool = True) -> Keys:
        """Open the keys with the recovery key, and give this machine a new key of its own.

        With `new_machine` false nothing is written. After a key was lost to others, `rotate` too.

        Raises:
            NoSuchThing: There is no such recovery file.
            WrongKey: It is the recovery key of another archive.
            Damage: A file was changed.
        """
        ring = _ring_of(root, recovery_file)
        keys = cls(ring)
        if new_machine:
            rotation.replace_machine(ring, keys.check_value)
        return keys

    @property
    def check_value(self) -> str:
        """Says which archive these keys belong to; 64 hexadecimal digits, no secret."""
        return check_value(self._secret)

    @property
    def verify_key(self) -> bytes:
        """The public half of the log-signing key: 32 bytes, Ed25519."""
        return self._signing.public_key().public_bytes_raw()

    public_key = verify_key

    def derive(self, label: str) -> bytes:
        """Make a key of 32 bytes that is always the same for this archive and this label."""
        return derive(self._secret, f"derive:{label}")

    def sign(self, data: bytes) -> bytes:
        """Sign with the log-signing key: 64 bytes, Ed25519."""
        return self._signing.sign(data)

    def delivery(self, delivery: str) -> DeliveryKeys | None:
        """The keys of a delivery, or None when it has none (any more).

        Raises:
            KeyMissing: The key they lie under is gone.
            Damage: A file was changed.
        """
        return self._deliveries.get(delivery)

    def deliveries(self) -> Iterator[str]:
        """Yield the ids of all deliveries that have keys, sorted."""
        return self._deliveries.ids()

    def write_delivery(self, delivery: str, parent: str, object_keys: Mapping[str, bytes]) -> None:
        """Add the keys of a delivery's objects, by name; durable on return.

        Args:
            delivery: The delivery's id; its first call makes its detail key.
            parent: ``official:<id>`` (or another shared key), or ``delivery`` for a key of its own.
            object_keys: Keys of 32 bytes by object name; those of the same name are replaced.

        Raises:
            OtherParent: The delivery's keys lie under another parent.
            DiskFull: There is no room; the old content stands.
        """
        self._deliveries.add(delivery, parent, object_keys)

    def move_delivery(self, delivery: str, parent: str) -> None:
        """Wrap all keys of a delivery anew under another parent; durable on return.

        Raises:
            KeyMissing: The delivery has no keys.
        """
        self._deliveries.move(delivery, parent)

    def drop_uses(self, delivery: str, names: Collection[str]) -> None:
        """Destroy a delivery's keys of objects; durable on return, harmless when repeated."""
        self._deliveries.drop_uses(delivery, names)

    def drop_delivery(self, delivery: str) -> None:
        """Destroy all keys of a delivery and so its detail in the log; harmless when repeated."""
        self._deliveries.drop(delivery)

    def drop_key(self, ref: str) -> None:
        """Destroy a shared key (``log:2026-11``, ``case:…``) and so all that lies under it."""
        self._deliveries.parents.drop(ref)

    def clear_leftovers(self) -> None:
        """Remove what interrupted writes left: files that were never given their name."""
        self._ring.clear_leftovers()

    def box(self, ref: str, plaintext: bytes) -> str:
        """Encrypt event detail; base64.

        Args:
            ref: ``delivery:<id>``, ``official:<id>``, ``register``, ``log:YYYY-MM`` or
                ``case:<id>``. A key that was never made is made first, but not a delivery's.
            plaintext: Any bytes.

        Raises:
            KeyMissing: The delivery has no keys.
        """
        delivery = _delivery_in(ref)
        key = self._detail_key(delivery) if delivery else self._deliveries.parents.ensure(ref)
        return wrap(key, f"box:{ref}", plaintext)

    def unbox(self, ref: str, text: str) -> bytes:
        """Decrypt event detail.

        Raises:
            KeyMissing: Its key was destroyed.
            Damage: The text is not what was encrypted for `ref`.
        """
        delivery = _delivery_in(ref)
        key = self._detail_key(delivery) if delivery else self._deliveries.parents.get(ref)
        try:
            return unwrap(key, f"box:{ref}", text)
        except CannotUnwrap as error:
            raise Damage(path=ref, reason="its key does not open the detail of an event") from error

    def check(self) -> list[Finding]:
        """Look every file and every wrap over, as they lie on the disk now."""
        return list(key_check.check(self._ring))

    def rotate(self) -> None:
        """Make a new archive key and machine key, and wrap everything anew.

        Keys below the archive key stay the same; a crash leaves keys that open, and the next call
        finishes it.

        Raises:
            Damage: A wrap cannot be opened; both generations stay until it is mended.
            DiskFull: There is no room; do it again later.
        """
        rotation.rotate(self._ring, self.check_value)

    def files(self) -> Iterator[Path]:
        """Yield every file that a backup of the keys needs."""
        return self._ring.files()

    def _detail_key(self, delivery: str) -> bytes:
        keys = self._deliveries.get(delivery)
        if keys is None:
            raise KeyMissing(name=f"delivery:{delivery}")
        return keys.detail_key


def _ring_of(root: Path, recovery_file: Path) -> Keyring:
    """Open the archive key as its recovery recipient."""
    try:
        return Keyring(root, read_identity(recovery_file))
    except FileNotFoundError as error:
        raise NoSuchThing(what="recovery key", name=recovery_file) from error
    except WrongKey as error:
        raise WrongKey(path=recovery_file) from error


def _delivery_in(ref: str) -> str:
    """The id in ``delivery:<id>``, or nothing."""
    return ref.removeprefix("delivery:") if ref.startswith("delivery:") else ""
