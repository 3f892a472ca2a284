"""The keys of a new archive: made whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode
from archiver.store import archive_key, files, keyfile
from archiver.store.archive_key import ArchiveKey, new_archive_key
from archiver.store.keyring import DELIVERIES, MACHINE_FILE, PARENTS, Keyring
from archiver.store.recipients import MACHINE, RECOVERY, Identity
from archiver.store.root_secret import check_value, write_secrets
from archiver.store.wrapping import KEY_SIZE


class KeysExist(ArchiveError):
    """Something is at {path} already; keys need an empty folder, the recovery key a new file."""

    exit_code = ExitCode.USAGE


class RecoveryInside(ArchiveError):
    """{path} lies inside the key store; the recovery key must lie elsewhere."""

    exit_code = ExitCode.USAGE


def make_keys(root: Path, recovery_file: Path) -> Keyring:
    """Write all files of a new key store, and the recovery key to a file elsewhere.

    Raises:
        KeysExist: The folder is not empty, or the file exists; nothing was written.
        RecoveryInside: The recovery file would lie in the key store; nothing was written.
        DiskFull: There is no room; nothing is left.
    """
    _check_places(root, recovery_file)
    machine, recovery, secret = Identity.new(MACHINE), Identity.new(RECOVERY), os.urandom(KEY_SIZE)
    _write_recovery(recovery_file, recovery, check_value(secret))
    try:
        archive = new_archive_key((machine.recipient, recovery.recipient), recovery_file.resolve())
        return _write_store(root, machine, archive, secret)
    except BaseException:
        _forget(root, recovery_file)
        raise


def _check_places(root: Path, recovery_file: Path) -> None:
    if recovery_file.resolve().is_relative_to(root.resolve()):
        raise RecoveryInside(path=recovery_file)
    if root.exists() and any(root.iterdir()):
        raise KeysExist(path=root)
    if recovery_file.exists():
        raise KeysExist(path=recovery_file)


def _write_recovery(path: Path, recovery: Identity, archive: str) -> None:
    """Write the recovery key before all else: without it nothing may be stored."""
    files.make_folder(path.parent)
    files.write_new(path, keyfile.encode(recovery.file(archive)))
    files.sync_folder(path.parent)


def _write_store(root: Path, machine: Identity, archive: ArchiveKey, secret: bytes) -> Keyring:
    for folder in (root, root / PARENTS, root / DELIVERIES):
        files.make_folder(folder)
    root.chmod(files.PRIVATE_FOLDER)
    keyfile.write(root / MACHINE_FILE, machine.file(check_value(secret)))
    archive.write(root / archive_key.FILE)
    ring = Keyring(root)
    write_secrets(ring, secret)
    return ring


def _forget(root: Path, recovery_file: Path) -> None:
    """Remove keys that were not made wholly; both places were empty before."""
    files.remove(recovery_file)
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            files.remove(path)
