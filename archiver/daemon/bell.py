"""What wakes the watcher before its time: a change in the drop folder, or the signal to stop.

A pipe and not a `threading.Event`: a signal handler may write to it at any moment, whatever the
interrupted program holds (signal-safety(7)).
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


class Bell:
    """Rings from any thread and any signal handler; whoever waits for it wakes."""

    def __init__(self) -> None:
        """Make the pipe."""
        self._hears, self._rings = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.stopped = False

    def ring(self) -> None:
        """Wake whoever waits; a full pipe has woken them already."""
        with suppress(BlockingIOError):
            os.write(self._rings, b"!")

    def stop(self) -> None:
        """Say that it is time to stop, after the delivery in hand."""
        self.stopped = True
        self.ring()

    def wait(self, seconds: float) -> bool:
        """Sleep until the bell rings, at most so long; say whether it rang."""
        if self.stopped:
            return True
        rang = bool(select.select([self._hears], [], [], max(0.0, seconds))[0])
        with suppress(BlockingIOError):
            while os.read(self._hears, 4096):
                pass
        return rang

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._hears)
        os.close(self._rings)


@contextmanager
def stop_on_signals(bell: Bell) -> Iterator[None]:
    """Let SIGTERM and SIGINT stop the watcher; afterwards they mean what they meant before."""

    def stop(number: int, frame: FrameType | None) -> None:
        bell.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
