"""Put the log's head outside the archive: what makes any later rewriting of the log show.

One file a day: the signed note (C2SP tlog-checkpoint), whose name tells archive and day. The place
should be another machine's, or another team's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archiver.store import files
from archiver.store.archive import Archive

SUFFIX = ".checkpoint"


def publish_head(archive: Archive, folder: Path | None) -> Path | None:
    """Write today's head; a newer head of the same day replaces it. Without a place nothing."""
    if folder is None or not archive.log.size:
        return None
    files.make_folder(folder)
    path = folder / f"{archive.identity.name}-{datetime.now(UTC):%Y-%m-%d}{SUFFIX}"
    note = archive.log.note().encode()
    if not path.exists() or path.read_bytes() != note:
        files.replace(path, note)
    return path


def read_heads(place: Path) -> list[str]:
    """Read the heads in a file or in all files of a folder."""
    paths = sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else [place]
    return [path.read_text("utf-8") for path in paths]
