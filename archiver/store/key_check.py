"""Look a key store over: every file, every wrap, and whether the recovery key has moved away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archiver.errors import Damage, KeyMissing, WrongFormat
from archiver.model import Finding
from archiver.store import archive_key, keyfile
from archiver.store.archive_key import ArchiveKeyFile, Sealed
from archiver.store.delivery_files import DeliveryFiles
from archiver.store.delivery_keys import DeliveryFile, DeliveryKeys
from archiver.store.keyfile import KeyFile
from archiver.store.keyring import (
    FOLDERS,
    LOCK_FILE,
    MACHINE_FILE,
    SECRETS_FILE,
    Keyring,
    SealedFile,
)
from archiver.store.parents import ParentFile
from archiver.store.recipients import RECOVERY, read_identity
from archiver.store.rotation import kind_of

NEEDED = (MACHINE_FILE, archive_key.FILE, SECRETS_FILE)
LARGEST_PRIVATE_KEY_FILE = 4096
"""Bytes; no larger file is taken for a recovery key."""


def check(ring: Keyring) -> Iterator[Finding]:
    """Yield what is wrong with the key store, or will be.

    ``E-K001`` a copy of the recovery key beside the keys, ``E-K002`` a wrap that cannot be opened,
    ``E-K003`` a damaged file, ``E-K004`` a parent key that is gone, ``E-K005`` a file that is gone;
    ``W-K001`` a file that does not belong, ``W-K002`` a rotation that was not finished, ``W-K003``
    a file or folder that others may read.
    """
    yield from _recovery_key(ring)
    for name in NEEDED:
        if not (ring.root / name).is_file():
            yield Finding("E-K005", {"path": str(ring.root / name)})
    unread = DeliveryFiles(ring)
    for path in ring.files():
        yield from _file(ring, unread, path)
    yield from _strangers(ring)
    yield from _open_to_others(ring)


def _recovery_key(ring: Keyring) -> Iterator[Finding]:
    """Look where the recovery key was written, in the key store, and in the folder beside it."""
    root = ring.root.resolve()
    places = {Path(ring.archive.recovery_file), *_beside(root), *_beside(root / LOCK_FILE)}
    public = {each.public for each in ring.archive.recipients if each.name == RECOVERY}
    for path in sorted(places):
        if _public_half(path) in public:
            yield Finding("E-K001", {"path": str(path)})


def _beside(path: Path) -> list[Path]:
    """What lies in the folder of a path, as far as that may be looked into."""
    try:
        return list(path.parent.iterdir())
    except PermissionError:
        return []


def _public_half(path: Path) -> str:
    """The public key of a private key file, or nothing when it is no such file."""
    try:
        if path.is_file() and path.stat().st_size <= LARGEST_PRIVATE_KEY_FILE:
            return read_identity(path).public
    except (OSError, Damage, WrongFormat):
        pass
    return ""


def _file(ring: Keyring, deliveries: DeliveryFiles, path: Path) -> Iterator[Finding]:
    """Read one key file wholly and open all that is in it."""
    try:
        kind = kind_of(path)
        if kind is not None:
            yield from _wraps(ring, deliveries, path, keyfile.read(path, kind))
        elif path.name == archive_key.FILE:
            content = keyfile.read(path, ArchiveKeyFile)
            if len(content.generations) > 1:
                yield Finding("W-K002", {"path": str(path)})
        else:
            read_identity(path)
    except (Damage, WrongFormat) as error:
        yield Finding("E-K003", {"path": str(path), "reason": str(error)})


def _wraps(
    ring: Keyring, deliveries: DeliveryFiles, path: Path, content: SealedFile
) -> Iterator[Finding]:
    if not _is_in_place(deliveries, path, content):
        yield Finding("E-K003", {"path": str(path), "reason": "it holds keys of another name"})
        return
    sound = True
    for member, purpose in content.purposes().items():
        sealed: Sealed = getattr(content, member)
        try:
            ring.unwrap(purpose, sealed, path)
        except Damage:
            sound = False
            yield Finding("E-K002", {"name": purpose, "path": str(path)})
    if sound and isinstance(content, DeliveryFile):
        yield from _delivery(deliveries, path, content)


def _is_in_place(deliveries: DeliveryFiles, path: Path, content: KeyFile) -> bool:
    """Whether a file holds what its name says."""
    match content:
        case ParentFile():
            return deliveries.parents.path(content.ref) == path
        case DeliveryFile():
            return deliveries.path(content.delivery) == path
        case _:
            return True


def _delivery(deliveries: DeliveryFiles, path: Path, content: DeliveryFile) -> Iterator[Finding]:
    try:
        keys = deliveries.get(content.delivery)
    except KeyMissing:
        yield Finding("E-K004", {"name": content.parent, "path": str(path)})
    except (Damage, WrongFormat):
        return  # The file of the parent key is named by itself.
    else:
        if keys is not None:
            yield from _objects(keys)


def _objects(keys: DeliveryKeys) -> Iterator[Finding]:
    for name in ("", *keys.objects):
        try:
            _ = keys.key_of(name) if name else keys.detail_key
        except Damage:
            yield Finding("E-K002", {"name": name or "detail", "path": str(keys.path)})


def _strangers(ring: Keyring) -> Iterator[Finding]:
    parts = [ring.root / part for part in FOLDERS]
    known = {*ring.files(), ring.root / LOCK_FILE, *parts}
    for folder in (ring.root, *parts):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path not in known:
                yield Finding("W-K001", {"path": str(path)})


def _open_to_others(ring: Keyring) -> Iterator[Finding]:
    folders = (ring.root / part for part in FOLDERS)
    for path in (ring.root, *folders, *ring.files()):
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding("W-K003", {"path": str(path)})
