"""New keys for old: a new generation of the archive key and a new key pair of the machine.

Every step replaces one file. Until the last one both generations can be opened and every wrap
says under which it lies, so a crash anywhere leaves a key store that opens; doing it again
finishes it.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from archiver.store import keyfile
from archiver.store.archive_key import Sealed
from archiver.store.delivery_keys import DeliveryFile
from archiver.store.keyring import (
    DELIVERIES,
    ISOLATED,
    PARENTS,
    SECRETS_FILE,
    Keyring,
    SealedFile,
    SecretsFile,
)
from archiver.store.parents import ParentFile

KINDS: dict[str, type[SealedFile]] = {
    PARENTS: ParentFile,
    ISOLATED: ParentFile,
    DELIVERIES: DeliveryFile,
}


def rotate(ring: Keyring, check_value: str) -> None:
    """Make a new generation and a new machine key, wrap everything anew, forget the old ones.

    Raises:
        Damage: A wrap cannot be opened; both generations stay until it is mended.
        DiskFull: There is no room; do it again later.
    """
    with ring.changing():
        if len(ring.archive.keys) == 1:
            ring.replace_archive_key(ring.archive.with_new_generation())
        machine = ring.replace_machine(check_value)
        for path in ring.files():
            kind = kind_of(path)
            if kind is not None:
                _wrap_anew(ring, path, kind)
        settled = ring.archive.with_one_machine(machine.recipient).with_one_generation()
        ring.replace_archive_key(settled)


def replace_machine(ring: Keyring, check_value: str) -> None:
    """Give this machine a new key pair, and shut out the one before it."""
    with ring.changing():
        machine = ring.replace_machine(check_value)
        ring.replace_archive_key(ring.archive.with_one_machine(machine.recipient))


def kind_of(path: Path) -> type[SealedFile] | None:
    """What a file of the key store holds directly under the archive key, by its place."""
    if path.name == SECRETS_FILE:
        return SecretsFile
    return KINDS.get(path.parent.name)


def _wrap_anew(ring: Keyring, path: Path, kind: type[SealedFile]) -> None:
    """Wrap what does not lie under the current generation yet."""
    content = keyfile.read(path, kind)
    changes: dict[str, Sealed] = {}
    for member, purpose in content.purposes().items():
        sealed: Sealed = getattr(content, member)
        if sealed.generation != ring.archive.current:
            changes[member] = ring.archive.wrap(purpose, ring.unwrap(purpose, sealed, path))
    if changes:
        keyfile.write(path, replace(content, **changes))
