"""The archive key: 32 random bytes under which all other keys lie, wrapped for every recipient.

It has generations. Normally there is one; while keys are rotated there are two, and every wrap
says under which it lies. ``archive-key.json`` holds each generation wrapped for each recipient.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archiver.errors import Damage, WrongKey
from archiver.store import keyfile
from archiver.store.keyfile import KeyFile
from archiver.store.recipients import MACHINE, Identity, Recipient, Wrapped, wrap_for
from archiver.store.wrapping import KEY_SIZE, CannotUnwrap, unwrap, wrap

FILE = "archive-key.json"


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """A key wrapped under one generation of the archive key."""

    generation: int
    wrap: str


class Generation(Struct, frozen=True, forbid_unknown_fields=True):
    """One generation of the archive key, wrapped for each recipient."""

    number: int
    wraps: tuple[Wrapped, ...]


class ArchiveKeyFile(KeyFile, frozen=True, kw_only=True):
    """Content of ``archive-key.json``; `recovery_file` is where the recovery key was written."""

    generations: tuple[Generation, ...]
    recipients: tuple[Recipient, ...]
    recovery_file: str


class ArchiveKey(Struct, frozen=True):
    """The archive key, opened: its generations by number, and who else can open it."""

    keys: Mapping[int, bytes]
    recipients: tuple[Recipient, ...]
    recovery_file: str

    def __repr__(self) -> str:
        """Show no key."""
        return f"ArchiveKey(recipients={self.recipients!r}, recovery_file={self.recovery_file!r})"

    @property
    def current(self) -> int:
        """The generation that new wraps lie under."""
        return max(self.keys)

    def wrap(self, purpose: str, key: bytes) -> Sealed:
        """Wrap a key under the current generation."""
        return Sealed(self.current, wrap(self.keys[self.current], purpose, key))

    def unwrap(self, purpose: str, sealed: Sealed) -> bytes:
        """Open a key.

        Raises:
            CannotUnwrap: It lies under another key, was made for another purpose, or was changed.
        """
        if sealed.generation not in self.keys:
            raise CannotUnwrap
        return unwrap(self.keys[sealed.generation], purpose, sealed.wrap)

    def with_new_generation(self) -> ArchiveKey:
        """Add a generation, which is then the current one."""
        return replace(self, keys={**self.keys, self.current + 1: os.urandom(KEY_SIZE)})

    def with_recipient(self, recipient: Recipient) -> ArchiveKey:
        """Let one more open it."""
        return replace(self, recipients=(*self.recipients, recipient))

    def with_one_machine(self, machine: Recipient) -> ArchiveKey:
        """Keep this machine's key and the recovery key, and shut out any machine before it."""
        others = tuple(each for each in self.recipients if each.name != MACHINE)
        return replace(self, recipients=(machine, *others))

    def with_one_generation(self) -> ArchiveKey:
        """Forget all generations but the current one; nothing may lie under them any more."""
        return replace(self, keys={self.current: self.keys[self.current]})

    def write(self, path: Path) -> None:
        """Replace ``archive-key.json``; durable on return.

        Raises:
            DiskFull: There is no room; the old content stands.
        """
        generations = tuple(self._wrapped(number) for number in sorted(self.keys))
        content = ArchiveKeyFile(
            generations=generations, recipients=self.recipients, recovery_file=self.recovery_file
        )
        keyfile.write(path, content)

    def _wrapped(self, number: int) -> Generation:
        key, purpose = self.keys[number], _purpose(number)
        return Generation(number, tuple(wrap_for(each, purpose, key) for each in self.recipients))


def new_archive_key(recipients: tuple[Recipient, ...], recovery_file: Path) -> ArchiveKey:
    """Make the first generation."""
    return ArchiveKey({1: os.urandom(KEY_SIZE)}, recipients, str(recovery_file))


def read_archive_key(path: Path, identity: Identity) -> ArchiveKey:
    """Open ``archive-key.json`` as one of its recipients.

    Raises:
        FileNotFoundError: There is none.
        WrongKey: It is not wrapped for this recipient.
        Damage: It was changed.
    """
    content = keyfile.read(path, ArchiveKeyFile)
    if identity.recipient not in content.recipients or not content.generations:
        raise WrongKey(path=path.parent)
    try:
        keys = {each.number: _open(each, identity) for each in content.generations}
    except CannotUnwrap as error:
        raise Damage(path=path, reason="the archive key cannot be unwrapped") from error
    return ArchiveKey(keys, content.recipients, content.recovery_file)


def _open(generation: Generation, identity: Identity) -> bytes:
    for wrapped in generation.wraps:
        if wrapped.to == identity.public:
            return identity.unwrap(_purpose(generation.number), wrapped)
    raise CannotUnwrap


def _purpose(number: int) -> str:
    return f"archive-key:{number}"
