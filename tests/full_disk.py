"""A disk that fills up while a test writes."""

from __future__ import annotations

import errno
import os


class FullDisk:
    """Takes `step` bytes at a time until `room` bytes were written, and then no more.

    A test puts `write` in the place of `os.write`.
    """

    def __init__(self, room: int, step: int, code: int = errno.ENOSPC) -> None:
        self.room, self.step, self.code = room, step, code
        self._write = os.write

    def write(self, fd: int, data: memoryview) -> int:
        """Write a little and say how much, as a disk does that is nearly full."""
        if self.room <= 0:
            raise OSError(self.code, os.strerror(self.code))
        written = self._write(fd, memoryview(data)[: min(self.step, self.room)])
        self.room -= written
        return written
