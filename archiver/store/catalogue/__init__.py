"""The catalogue: an index over objects and log that can be rebuilt from them at any time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from archiver.errors import DiskFull
from archiver.store import files
from archiver.store.catalogue.connection import Connection, connect, inode_of, is_full
from archiver.store.catalogue.indexed import TABLES
from archiver.store.catalogue.merge import merge_step
from archiver.store.catalogue.schema import is_current

NAME = "catalogue.db"
REBUILT = "catalogue.new"
"""What a catalogue is called while it is rebuilt."""


class Catalogue:
    """One connection to an archive's catalogue."""

    def __init__(self, folder: Path, key: bytes, *, create: bool = False, name: str = NAME) -> None:
        """Open it.

        Raises:
            Damage: The file is not the catalogue under this key.
        """
        self.path = folder / name
        self.connection: Connection = connect(self.path, key, create=create)
        self._inode = inode_of(self.path)

    @property
    def is_current(self) -> bool:
        """Whether this is still the file that the archive has, and no rebuilt one."""
        return inode_of(self.path) == self._inode != 0

    @property
    def has_all_tables(self) -> bool:
        """Whether no table lacks; one of an earlier release lacks some till it is written to."""
        return is_current(self.connection)

    @property
    def last_seq(self) -> int:
        """The sequence number of the last event that the catalogue knows; -1 when it is empty."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = 'last_seq'").fetchone()
        return -1 if row is None else int(row[0])

    @property
    def analysis(self) -> str:
        """The name of the analysis that made the stems of its full text; empty before any text."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = 'analysis'").fetchone()
        return "" if row is None else str(row[0])

    def analysed_by(self, name: str) -> None:
        """Remember, inside a transaction, which analysis made its first stems."""
        self.connection.execute("INSERT OR IGNORE INTO meta VALUES('analysis', ?)", (name,))

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
            if isinstance(error, driver.DatabaseError) and is_full(error, self.path):
                raise DiskFull(path=self.path) from error
            raise

    def merge(self) -> bool:
        """Do one step of merging full text; False when there was nothing left to do.

        Raises:
            DiskFull: There is no room; nothing was changed.
        """
        with self.transaction() as connection:
            return merge_step(connection)

    def purge(self) -> None:
        """Leave nothing behind of what was removed: merge full text whole, empty the work files.

        Raises:
            DiskFull: There is no room; what was removed is gone, its place in the index is not.
        """
        with self.transaction() as connection:
            for table, _ in TABLES:
                connection.execute(f"INSERT INTO {table}({table}) VALUES('optimize')")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def reached(self, seq: int) -> None:
        """Remember, inside a transaction, that the event `seq` is contained."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES('last_seq', ?)", (str(seq),))

    def close(self) -> None:
        """Close; the last one to close folds the write-ahead file into the catalogue."""
        self.connection.close()


def discard(folder: Path, name: str = NAME) -> None:
    """Delete a catalogue with its working files, the catalogue itself first."""
    for each in (name, f"{name}-wal", f"{name}-shm"):
        path = folder / each
        if path.exists():
            files.remove(path)


def put_in_place(folder: Path) -> None:
    """Let the rebuilt catalogue take the place of the old one, whose readers keep what they have.

    The old working files go first: SQLite would take them for those of the new catalogue.
    """
    discard(folder)
    files.rename(folder / REBUILT, folder / NAME)
    files.sync_folder(folder)
