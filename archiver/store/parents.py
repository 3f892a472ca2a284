"""Parent keys: one per official, for the register, per case and per month of the log.

Those of the isolated compartment lie in a folder apart, so that a backup of keys can pass it over.

Each lies in a file of its own under the archive key, so that making one cannot harm another and
deleting the file destroys all that lies under it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode, KeyMissing
from archiver.store import files, keyfile
from archiver.store.archive_key import Sealed
from archiver.store.keyring import ISOLATED, PARENTS, Keyring, SealedFile
from archiver.store.wrapping import KEY_SIZE

_REFERENCE = re.compile(
    r"register|(official|case|isolated):[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}|log:[0-9]{4}-[0-9]{2}"
)


class BadReference(ArchiveError):
    """{name} is no name of a key."""

    exit_code = ExitCode.USAGE


class ParentFile(SealedFile, frozen=True, kw_only=True):
    """Content of one file in ``parents``; `ref` is what the key is for."""

    ref: str
    key: Sealed

    def purposes(self) -> dict[str, str]:
        """The key itself."""
        return {"key": f"parent:{self.ref}"}


class Parents:
    """Finds and makes parent keys."""

    def __init__(self, ring: Keyring, in_use: Callable[[str], bool]) -> None:
        """Use the key store that `ring` opened; `in_use` tells whether wraps lie under a key."""
        self._ring = ring
        self._in_use = in_use
        self._known: dict[str, bytes] = {}

    def get(self, ref: str) -> bytes:
        """The key for `ref`: ``official:<id>``, ``register``, ``log:YYYY-MM``, ``case:<id>`` or
            ``isolated:<id>``.

        Raises:
            BadReference: No key can have this name.
            KeyMissing: It was never made, or it was destroyed.
            Damage: Its file was changed.
        """
        if ref not in self._known:
            self._known[ref] = self._read(ref)
        return self._known[ref]

    def ensure(self, ref: str) -> bytes:
        """The key for `ref`, made and durable when there was none.

        Raises:
            KeyMissing: Its file is gone while wraps still lie under it: a new key would hide it.
        """
        try:
            return self.get(ref)
        except KeyMissing:
            with self._ring.changing():
                if not self.path(ref).exists():
                    self._make(ref)
            return self.get(ref)

    def drop(self, ref: str) -> None:
        """Destroy the key for `ref`, and with it all that lies under it; durable on return."""
        path = self.path(ref)
        with self._ring.changing():
            for file in (*files.leftovers(path), path):
                files.remove(file)
            if path.parent.is_dir():
                files.sync_folder(path.parent)
        self._known.pop(ref, None)

    def path(self, ref: str) -> Path:
        """Where the key for `ref` lies, or would lie.

        Raises:
            BadReference: No key can have this name.
        """
        if not _REFERENCE.fullmatch(ref):
            raise BadReference(name=ref)
        kind, _, name = ref.partition(":")
        if kind == ISOLATED:
            return self._ring.root / ISOLATED / f"{name}.json"
        return self._ring.root / PARENTS / f"{ref.replace(':', '-', 1)}.json"

    def _read(self, ref: str) -> bytes:
        path = self.path(ref)
        try:
            content = keyfile.read(path, ParentFile)
        except FileNotFoundError as error:
            raise KeyMissing(name=ref) from error
        return self._ring.unwrap(f"parent:{ref}", content.key, path)

    def _make(self, ref: str) -> None:
        if self._in_use(ref):
            raise KeyMissing(name=ref)
        key = self._ring.archive.wrap(f"parent:{ref}", os.urandom(KEY_SIZE))
        files.make_folder(self.path(ref).parent)
        keyfile.write(self.path(ref), ParentFile(ref=ref, key=key))
