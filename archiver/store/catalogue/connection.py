"""Open the catalogue: SQLCipher with a raw key, one writer, readers never blocked.

`synchronous=FULL` because a WAL commit at NORMAL is lost with the power; the SQLite version is
checked because versions before 3.51.3 can corrupt a WAL database that two connections write to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver
from sqlite_utils import Database

from archiver.errors import Damage, DiskFull, PreconditionFailed
from archiver.store.catalogue.schema import migrations

OLDEST_SQLITE = (3, 51, 3)
Connection = Any
"""A DB-API connection of the driver; its stubs do not exist."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=10000",
    "PRAGMA busy_timeout=10000",
)


def connect(path: Path, key: bytes, *, create: bool = False) -> Connection:
    """Open the catalogue at `path` with its 32-byte key, migrating it when `create` is set.

    Raises:
        Damage: The file is not a catalogue under this key (the key itself is checked elsewhere).
        PreconditionFailed: The SQLite library is too old to be trusted.
    """
    if driver.sqlite_version_info < OLDEST_SQLITE:
        raise PreconditionFailed(reason=f"SQLite {driver.sqlite_version} has a known defect")
    connection = driver.connect(str(path), isolation_level=None, cached_statements=256)
    try:
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if create:
            migrations.apply(Database(connection))
        connection.execute("SELECT count(*) FROM meta").fetchone()
    except driver.DatabaseError as error:
        connection.close()
        if "full" in str(error):
            raise DiskFull(path=path) from error
        raise Damage(path=path.name, reason=str(error)) from error
    return connection
