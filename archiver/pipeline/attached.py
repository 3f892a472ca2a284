"""Give the bytes of messages that are attached to mails, out of what was handed in.

Deliveries are opened one after the other, each once; nothing that is read is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from archiver.coverage.tables_mail import AttachedPart
from archiver.model import Item
from archiver.parse import eml, mbox
from archiver.pipeline.successor import Opener, members_of
from archiver.store.archive import Archive
from archiver.store.items import items_of, latest_event, manifest_of

_CONTENT = {"eml": eml.attachment, "mbox": mbox.attachment}


def attached(
    archive: Archive, found: Iterable[AttachedPart]
) -> Iterator[tuple[AttachedPart, bytes]]:
    """Yield attached messages with their bytes; `found` are in order of delivery and item.

    What stands in a format without MIME parts, or in bytes that are no more, is left out.

    Raises:
        KeyMissing: The key of a delivery is gone.
        Damage: Bytes are not what was stored.
    """
    for delivery, group in groupby(found, key=lambda one: one.delivery):
        by_item: dict[int, list[AttachedPart]] = {}
        for one in group:
            if one.format in _CONTENT:
                by_item.setdefault(one.item, []).append(one)
        if by_item:
            yield from _of_delivery(archive, delivery, by_item)


def _of_delivery(
    archive: Archive, delivery: str, by_item: dict[int, list[AttachedPart]]
) -> Iterator[tuple[AttachedPart, bytes]]:
    event = latest_event(archive, delivery)
    manifest = manifest_of(archive, event)
    with members_of(archive, event, manifest) as opened:
        for item in items_of(archive, event, manifest):
            if item.number in by_item and item.length and manifest.member_objects[item.member]:
                entry = _entry(opened, item)
                for one in by_item[item.number]:
                    yield one, _CONTENT[one.format](entry, one.part)


def _entry(opened: Opener, item: Item) -> bytes:
    with opened(item.member) as stream:
        stream.seek(item.offset)
        return stream.read(item.length)
