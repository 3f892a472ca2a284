"""One watcher an archive: two would take each other's sources away.

The lock is on the archive's own folder (flock(2)), so it leaves no file and ends with its process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.errors import Locked
from archiver.store.lock import try_lock


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the watcher.

    Raises:
        Locked: Another watcher is at work.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not try_lock(handle):
            raise Locked(holder="chatarchief watch")
        yield
    finally:
        os.close(handle)
