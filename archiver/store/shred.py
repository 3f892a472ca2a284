"""Make unreadable what an event says is gone: its keys first, then its bytes.

Every step may be repeated: a crash in the middle is finished when the event is replayed, and a
restored older copy loses again what was destroyed after it was made.
"""

from __future__ import annotations

from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.succession import GONE


def shred(archive: Archive, event: Event) -> None:
    """Destroy a delivery's keys of the objects that are gone, and the objects nobody else has."""
    names = event.objects.get(GONE, ())
    archive.keys.drop_uses(event.delivery, names)
    archive.objects.remove(sorted(set(names) - archive.named_objects()))
