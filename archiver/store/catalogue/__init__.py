"""The catalogue: an index over objects and log that can be rebuilt from them at any time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from archiver.errors import DiskFull
from archiver.store import files
from archiver.store.catalogue.connection import Connection, connect

NAME = "catalogue.db"


class Catalogue:
    """One connection to an archive's catalogue."""

    def __init__(self, folder: Path, key: bytes, *, create: bool = False) -> None:
        """Open it.

        Raises:
            Damage: The file is not the catalogue under this key.
        """
        self.path = folder / NAME
        self.connection: Connection = connect(self.path, key, create=create)
        self._inode = self.path.stat().st_ino

    @property
    def is_current(self) -> bool:
        """Whether this is still the file that the archive has, and no rebuilt one."""
        return self.path.exists() and self.path.stat().st_ino == self._inode

    @property
    def last_seq(self) -> int:
        """The sequence number of the last event that the catalogue knows; -1 when it is empty."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = 'last_seq'").fetchone()
        return -1 if row is None else int(row[0])

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do all of it or nothing.

        Raises:
            DiskFull: There is no room; nothing was changed.
        """
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            if isinstance(error, driver.OperationalError) and "full" in str(error):
                raise DiskFull(path=self.path) from error
            raise

    def reached(self, seq: int) -> None:
        """Remember, inside a transaction, that the event `seq` is contained."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES('last_seq', ?)", (str(seq),))

    def close(self) -> None:
        """Close; the last one to close folds the write-ahead file into the catalogue."""
        self.connection.close()


def discard(folder: Path) -> None:
    """Delete a catalogue, to make it anew from objects and log."""
    for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
        path = folder / name
        if path.exists():
            files.remove(path)
