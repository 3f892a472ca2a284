"""The key store as one process holds it: its files, its lock, and the opened archive key.

Whoever changes a key file holds the lock ``lock`` and has read the archive key again inside it,
since another process may have rotated it. Readers take no lock: every file is replaced whole, and
an unknown generation makes them read the archive key again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.errors import ArchiveError, Damage, ExitCode, WrongKey
from archiver.store import archive_key, files, keyfile
from archiver.store.archive_key import ArchiveKey, Sealed, read_archive_key
from archiver.store.keyfile import KeyFile
from archiver.store.lock import WriterLock
from archiver.store.recipients import MACHINE, Identity, read_identity
from archiver.store.wrapping import CannotUnwrap

MACHINE_FILE = "machine.key"
NEXT_MACHINE_FILE = "machine.next"
SECRETS_FILE = "secrets.json"
PARENTS = "parents"
ISOLATED = "isolated"
DELIVERIES = "deliveries"
FOLDERS = (PARENTS, DELIVERIES, ISOLATED)
LOCK_FILE = "lock"
PATIENCE = 60.0
"""Seconds to wait for another process that is changing a key file."""


class NoKeys(ArchiveError):
    """There is no key store at {path}."""

    exit_code = ExitCode.NO_ARCHIVE


class NoMachineKey(ArchiveError):
    """The machine's key {path} is gone; with the recovery key a new one can be made."""

    exit_code = ExitCode.DAMAGE


class SealedFile(KeyFile, frozen=True, kw_only=True):
    """A key file with members that lie directly under the archive key."""

    def purposes(self) -> dict[str, str]:
        """What each such member (a `Sealed`) was wrapped for."""
        raise NotImplementedError


class SecretsFile(SealedFile, frozen=True, kw_only=True):
    """Content of ``secrets.json``: the root secret and the log-signing key (Ed25519 seed).

    `verify` is the public half of the signing key, base64.
    """

    root: Sealed
    signing: Sealed
    verify: str

    def purposes(self) -> dict[str, str]:
        """Both."""
        return {"root": "root-secret", "signing": "signing-key"}


class Keyring:
    """Opens and wraps what lies under the archive key."""

    def __init__(self, root: Path, identity: Identity | None = None) -> None:
        """Open the archive key, with the machine's key unless another identity is given.

        Raises:
            NoKeys: There is no key store at `root`.
            NoMachineKey: It has no machine key.
            WrongKey: It is not wrapped for this recipient.
            Damage: A file was changed.
        """
        self.root = root
        self._identity = identity
        self.archive = self._read()

    @property
    def archive_path(self) -> Path:
        """The file of the archive key."""
        return self.root / archive_key.FILE

    def files(self) -> Iterator[Path]:
        """Yield every file that holds a key."""
        for name in (MACHINE_FILE, NEXT_MACHINE_FILE, archive_key.FILE, SECRETS_FILE):
            if (self.root / name).is_file():
                yield self.root / name
        for folder in FOLDERS:
            names = sorted((self.root / folder).glob("*.json"))
            yield from (path for path in names if not path.name.startswith("."))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock while key files change, and know the newest archive key.

        Raises:
            Locked: Another process held it too long.
        """
        with WriterLock(self.root / LOCK_FILE, command="keys", wait=PATIENCE):
            self.archive = self._read()
            yield

    def clear_leftovers(self) -> None:
        """Remove what dead processes left of replacing a key file, and make that durable."""
        with self.changing():
            for folder in (self.root, *(self.root / part for part in FOLDERS)):
                for leftover in list(folder.glob(".*.tmp")):
                    files.remove(leftover)
                    files.sync_folder(folder)

    def unwrap(self, purpose: str, sealed: Sealed, path: Path) -> bytes:
        """Open a key that lies directly under the archive key; `path` is where it was found.

        Raises:
            Damage: It cannot be opened.
        """
        if sealed.generation not in self.archive.keys:
            self.archive = self._read()
        try:
            return self.archive.unwrap(purpose, sealed)
        except CannotUnwrap as error:
            raise Damage(path=path, reason=f"the key for {purpose} cannot be unwrapped") from error

    def replace_archive_key(self, archive: ArchiveKey) -> None:
        """Store the archive key and use it from now on."""
        archive.write(self.archive_path)
        self.archive = archive

    def replace_machine(self, check_value: str) -> Identity:
        """Give this machine a new key pair; the one before it still opens the archive key.

        The new pair is a recipient before its private half takes the place of the old one, so
        that the file that lies there can open the archive key at every moment.
        """
        machine = Identity.new(MACHINE)
        waiting = self.root / NEXT_MACHINE_FILE
        keyfile.write(waiting, machine.file(check_value))
        self.replace_archive_key(self.archive.with_recipient(machine.recipient))
        files.rename(waiting, self.root / MACHINE_FILE)
        files.sync_folder(self.root)
        self._identity = None
        return machine

    def _read(self) -> ArchiveKey:
        """Open the archive key; once more if the machine's key was replaced in between."""
        identity = self._who()
        try:
            return self._open(identity)
        except WrongKey:
            if self._who() == identity:
                raise
            return self._open(self._who())

    def _open(self, identity: Identity) -> ArchiveKey:
        try:
            return read_archive_key(self.archive_path, identity)
        except FileNotFoundError as error:
            raise self._absent() from error

    def _who(self) -> Identity:
        try:
            return self._identity or read_identity(self.root / MACHINE_FILE)
        except FileNotFoundError as error:
            if not self.archive_path.exists():
                raise self._absent() from error
            raise NoMachineKey(path=self.root / MACHINE_FILE) from error

    def _absent(self) -> ArchiveError:
        """Tell a key store that lost its first file from a place where there never was one."""
        if (self.root / SECRETS_FILE).exists():
            return Damage(path=self.archive_path, reason="it is missing")
        return NoKeys(path=self.root)
