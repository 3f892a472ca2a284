"""The staging folder of one process: objects that no event names yet.

The order of a write is: objects into staging, `Staging.sync`, their keys, the event that names
them, `Staging.publish`. A process that dies on the way leaves its folder, whose lock the kernel
lets go; the next writer publishes or clears it (`Objects.recover`).
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.store import files
from archiver.store.envelope import CHUNK, ObjectWriter
from archiver.store.lock import try_lock

LOCK = "lock"
"""Name of the file in a staging folder that is locked while its process lives."""


class NotSynced(ArchiveError):
    """The object {name} was to be published before it was synced. Nothing was changed."""

    exit_code = ExitCode.DAMAGE


class Shelf(Protocol):
    """Where finished objects go."""

    def has(self, name: str) -> bool:
        """Whether an object is there."""
        ...

    def take(self, sources: Iterable[Path]) -> None:
        """Move staged objects there."""
        ...


class Staging:
    """One process's unfinished objects; leaving the context removes what was not published.

    Where an error ends the context after `sync`, an event may already name the objects: the
    folder then stays, and the next writer decides by the log.
    """

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        """Make and lock the folder; the caller holds the lock of the folder above it."""
        self.folder = folder
        self._shelf = shelf
        self._synced: set[str] = set()
        self._writers: list[ObjectWriter] = []
        files.make_folder(folder)
        self._lock = files.create(folder / LOCK)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> Staging:
        """Use the folder."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear what is left, unless an event may name it, and let the folder go."""
        for writer in self._writers:
            writer.close()
        if error is None or not self._synced:
            shutil.rmtree(self.folder)
        os.close(self._lock)

    def writer(self, kind: str, key: bytes, *, chunk_size: int = CHUNK) -> ObjectWriter:
        """Begin an object under a key of its own (32 bytes).

        Raises:
            DiskFull: There is no room.
        """
        path = self.folder / f"{secrets.token_hex(8)}.part"
        writer = ObjectWriter(path, kind, key, chunk_size=chunk_size)
        self._writers = [each for each in self._writers if not each.closed] + [writer]
        return writer

    def sync(self) -> None:
        """Make the names of the finished objects durable; their content already is.

        Only after this may a key or an event name them.
        """
        files.sync_folder(self.folder)
        finished = {path.name for path in self.folder.iterdir()} - {LOCK}
        self._synced = {name for name in finished if not name.endswith(".part")}

    def forget(self) -> None:
        """Say that no event will name the objects: leaving the context clears them all."""
        self._synced.clear()

    def publish(self, names: Iterable[str]) -> None:
        """Move objects to where they belong, durable on return; what is there already stays.

        Raises:
            NotSynced: One was finished after the last `sync`.
            NoSuchThing: One is neither here nor published.
        """
        sources = [self.folder / name for name in dict.fromkeys(names) if self._is_here(name)]
        self._shelf.take(sources)
        self._synced -= {source.name for source in sources}

    def _is_here(self, name: str) -> bool:
        """Whether an object still has to be moved."""
        if name in self._synced:
            return True
        if (self.folder / name).exists():
            raise NotSynced(name=name)
        if not self._shelf.has(name):
            raise NoSuchThing(what="staged object", name=name)
        return False


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file or folder for a moment; yields whether it was got."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if wait:
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield wait or try_lock(fd)
    finally:
        os.close(fd)
