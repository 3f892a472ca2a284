"""One writer at a time: an advisory lock of the kernel (flock) that ends with its process.

The holder's process id, command and start are written into the lock file for whoever waits; they
are information only, the lock itself is the kernel's. Works on local file systems.
"""

from __future__ import annotations

import fcntl
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from archiver.errors import Locked, NoArchive

PAUSE = 0.05
"""Seconds between two attempts."""


class WriterLock:
    """Hold this while writing; entering it twice at once is refused, also in one process."""

    def __init__(self, path: Path, *, command: str = "", wait: float | None = 0.0) -> None:
        """Name the lock file; nothing is taken yet.

        Args:
            path: The lock file; made when absent, never removed.
            command: What the holder does, for those who wait.
            wait: Seconds to wait for another holder; None waits as long as it takes.
        """
        self.path = path
        self._command = command
        self._wait = wait
        self._fd = -1

    def __enter__(self) -> WriterLock:
        """Take the lock.

        Raises:
            Locked: Another holder did not let go in time.
            NoArchive: The folder of the lock file does not exist.
        """
        fd = self._open()
        try:
            self._take(fd)
            self._sign(fd)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        os.close(self._fd)
        self._fd = -1

    @property
    def held(self) -> bool:
        """Whether this object holds the lock now."""
        return self._fd >= 0

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError as error:
            raise NoArchive(path=self.path.parent) from error

    def _take(self, fd: int) -> None:
        deadline = None if self._wait is None else time.monotonic() + self._wait
        while not try_lock(fd):
            if deadline is not None and time.monotonic() >= deadline:
                raise Locked(holder=os.pread(fd, 500, 0).decode("utf-8", "replace") or "unknown")
            time.sleep(PAUSE)

    def _sign(self, fd: int) -> None:
        """Write who holds it. Never synced: nobody may rely on it, and a full disk is no reason."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        text = " ".join(filter(None, (f"process {os.getpid()}", self._command, f"since {since}")))
        os.ftruncate(fd, 0)
        try:
            os.pwrite(fd, text.encode(), 0)
        except OSError:
            os.ftruncate(fd, 0)


def try_lock(fd: int) -> bool:
    """Take the lock of an open file unless another holds it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
