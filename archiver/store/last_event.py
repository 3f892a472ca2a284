"""Find the last event of a kind without reading the log from its beginning.

Events are canonical JSON and hold no quotation mark inside a value, so the bytes ``"type":"…"``
stand nowhere but in the field of that name.
"""

from __future__ import annotations

import mmap

from archiver.store.archive import Archive
from archiver.store.events import BadEvent, Event, decode


def last_event(archive: Archive, kind: str) -> Event | None:
    """Give the newest signed event of this type, or None when there never was one."""
    size, path = archive.log.size, archive.log.folder / "events.jsonl"
    if not size:
        return None
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        wanted, end = f'"type":"{kind}"'.encode(), len(text)
        while (place := text.rfind(wanted, 0, end)) >= 0:
            start = text.rfind(b"\n", 0, place) + 1
            found = _event(text[start : text.find(b"\n", place)])
            if found is not None and found.seq < size:
                return found
            end = start
    return None


def _event(line: bytes) -> Event | None:
    """Read a line; what is not an event is for `verify` to name."""
    try:
        return decode(line)
    except BadEvent:
        return None
