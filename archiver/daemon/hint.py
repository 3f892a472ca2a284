"""Hints that something was dropped (inotify(7), through watchdog): they wake, they decide nothing.

The queue of the kernel may overflow and changes made by another machine never show, so the full
scan does not rely on any of it. Where there are no hints, the scan comes when it is due.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.daemon.bell import Bell
from archiver.intake.writing import is_on_network

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent


@contextmanager
def hints(drop: Path, bell: Bell) -> Iterator[None]:
    """Ring whenever something below the drop folder was written, made or moved in."""
    if not drop.is_dir() or is_on_network(drop):
        yield
        return
    from watchdog import events
    from watchdog.observers import Observer

    class Handler(events.FileSystemEventHandler):
        """Rings for what people drop, not for what the watcher itself moves away."""

        def on_any_event(self, event: FileSystemEvent) -> None:
            path = event.dest_path or event.src_path
            if not _is_own(Path(str(path)), drop):
                bell.ring()

    telling = [
        events.FileClosedEvent, events.FileMovedEvent, events.DirCreatedEvent,
        events.DirMovedEvent,
    ]  # fmt: skip
    observer = Observer()
    try:
        observer.schedule(Handler(), str(drop), recursive=True, event_filter=telling)
        observer.start()
    except OSError:
        # The limit of watches (fs.inotify.max_user_watches) is reached.
        yield
        return
    try:
        yield
    finally:
        observer.stop()
        observer.join()


def _is_own(path: Path, drop: Path) -> bool:
    below = path.relative_to(drop).parts if path.is_relative_to(drop) else path.parts
    return any(part.startswith(".") for part in below)
