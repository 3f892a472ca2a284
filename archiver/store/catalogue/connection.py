"""Open the catalogue: SQLCipher with a raw key, one writer, readers never blocked.

`synchronous=FULL` because a WAL commit at NORMAL is lost with the power; the SQLite version is
checked because versions before 3.51.3 can corrupt a WAL database that two connections write to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlcipher3 import dbapi2 as driver

from archiver.errors import Damage, DiskFull, PreconditionFailed
from archiver.store import files
from archiver.store.catalogue.schema import migrate

OLDEST_SQLITE = (3, 51, 3)
_LITTLE = 1 << 18
Connection = Any
"""A DB-API connection of the driver; its stubs do not exist."""

Value = TypeVar("Value")
# The driver passes exact int, str and bytearray straight on and looks an adapter up for anything
# else, None, bool and bytes included: a microsecond each.
OPTIONAL = "nullif(?, '')"
"""The placeholder of what may be nothing, and then comes as ""."""
_A_PART = 500
"""Values that one statement takes; it is compiled anew for every other number of them."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA wal_autocheckpoint=10000",
    "PRAGMA busy_timeout=10000",
)


_WRITERS_KIB, _READERS_KIB = 32_768, 131_072


class MissingCatalogue(Damage):
    """The catalogue {path} is missing; rebuild makes it anew from objects and log."""


def connect(path: Path, key: bytes, *, create: bool = False) -> Connection:
    """Open the catalogue at `path` with its 32-byte key, migrating it when `create` is set.

    Raises:
        MissingCatalogue: There is no file, and none was to be made; or another took its place.
        Damage: The file is not a catalogue under this key (the key itself is checked elsewhere).
        PreconditionFailed: The SQLite library is too old to be trusted.
    """
    if driver.sqlite_version_info < OLDEST_SQLITE:
        raise PreconditionFailed(reason=f"SQLite {driver.sqlite_version} has a known defect")
    if create and not path.exists():
        os.close(files.create(path))  # SQLite would let others read it.
    inode = inode_of(path)
    connection = _open(path)
    try:
        # It would write its own lines to stderr about pages that `verify` reports properly.
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        # Half the cost of a page of SQLCipher's SHA-512 where the processor has SHA instructions.
        connection.execute("PRAGMA cipher_hmac_algorithm=HMAC_SHA256")
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        # A writer touches most pages once; a reader comes back to the same ones, decrypted.
        connection.execute(f"PRAGMA cache_size=-{_WRITERS_KIB if create else _READERS_KIB}")
        if create:
            migrate(connection)
        connection.execute("SELECT count(*) FROM meta").fetchone()
    except driver.DatabaseError as error:
        connection.close()
        if is_full(error, path):
            raise DiskFull(path=path) from error
        if inode_of(path) != inode:  # A rebuilt one is just taking its place.
            raise MissingCatalogue(path=path.name) from error
        raise Damage(path=path.name, reason=str(error)) from error
    return connection


def _open(path: Path) -> Connection:
    """Open the file; SQLite would make one that is not there, in the middle of a rebuild."""
    place = f"{path.absolute().as_uri()}?mode=rw"
    try:
        return driver.connect(place, uri=True, isolation_level=None, cached_statements=256)
    except driver.DatabaseError as error:
        raise MissingCatalogue(path=path.name) from error


def parts(values: Iterable[Value]) -> Iterator[tuple[Sequence[Value], str]]:
    """Give values in the parts that one statement takes, each with its placeholders."""
    ordered = list(values)
    for start in range(0, len(ordered), _A_PART):
        part = ordered[start : start + _A_PART]
        yield part, placeholders(part)


def parts_of_keys(keys: Iterable[bytes]) -> Iterator[tuple[Sequence[bytearray], str]]:
    """Give match keys so; the driver takes a bytearray at a third of the cost of bytes."""
    return parts(map(bytearray, keys))


def placeholders(values: Sequence[object]) -> str:
    """Give as many placeholders as there are values."""
    return ",".join("?" * len(values))


def inode_of(path: Path) -> int:
    """Give the number by which the file system knows a file; 0 when there is none."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def is_full(error: Exception, path: Path) -> bool:
    """Tell whether an error of the driver means that the disk of the catalogue is full.

    SQLite says so for a write; that its shared memory or a new file finds no room it calls an
    error of input or output, or a file that it is unable to open.
    """
    if "full" in str(error):
        return True
    if not any(words in str(error) for words in ("disk I/O error", "unable to open")):
        return False
    room = os.statvfs(path.parent)
    return room.f_bavail * room.f_frsize < _LITTLE or room.f_favail == 0
