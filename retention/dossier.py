"""What destruction leaves for good: objects of the log's own events, under a key that stays.

A proposal and the statement on it have a key file of their own, named by the proposal's id, below a
key that nothing destroys. The order is that of every write: object, key, event, name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from archiver.errors import Damage, KeyMissing
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.scribe import Scribe

PARENT = "case:retention"
"""The key under which these objects, and the detail of these events, stay readable."""


def keep(
    scribe: Scribe,
    kind: str,
    proposal: str,
    parts: Mapping[str, bytes],
    *,
    result: str = "ok",
    counts: Mapping[str, int] | None = None,
    codes: Sequence[str] = (),
    case: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """Store objects by role and log one event that names them; give that event.

    `proposal` names the file of their keys. Those of a `case`, as its event's `detail`, lie under
    the key of that case.
    """
    archive = scribe.archive
    with archive.writing(), archive.objects.stage() as staging:
        names, keys = {}, {}
        for role, data in parts.items():
            key = os.urandom(32)
            writer = staging.writer(role, key)
            writer.write(data)
            names[role] = writer.finish().name
            keys[names[role]] = key
        staging.sync()
        parent = f"case:{case}" if case else PARENT
        archive.keys.write_delivery(proposal, parent, keys)
        objects = {role: [name] for role, name in names.items()}
        event = scribe.event(
            kind,
            case=case,
            delivery=proposal,
            objects=objects,
            result=result,
            counts=counts,
            codes=codes,
            detail=detail,
            key=parent,
        )
        seq = archive.log.size
        archive.log.append([event])
        staging.publish(keys)
        archive.replay()
        return archive.log.event(seq)


def read(archive: Archive, event: Event, role: str) -> bytes:
    """Read an object that an event names.

    Raises:
        KeyMissing: Its key is gone.
        Damage: It is not what was stored, or the event names none.
    """
    names = event.objects.get(role, ())
    if len(names) != 1:
        raise Damage(path=event.delivery, reason=f"its event names no {role}")
    keys = archive.keys.delivery(event.delivery)
    if keys is None:
        raise KeyMissing(name=event.delivery)
    with archive.objects.open(names[0], keys.key_of(names[0])) as stream:
        return stream.read()
