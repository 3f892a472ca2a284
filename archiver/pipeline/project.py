"""Bring events into the catalogue: the one way back from log and objects, for crash and rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.store.archive import Archive
    from archiver.store.events import Event


def project(archive: Archive, event: Event) -> None:
    """Bring one event into the catalogue; events that change nothing there are passed over.

    What can do it is loaded late, since it is half of the program and most commands never replay.
    """
    from archiver.pipeline.projectors import PROJECTORS

    projector = PROJECTORS.get(event.type)
    if projector is not None:
        projector(archive, event)
