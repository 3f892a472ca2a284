"""What items tell of the events and calls of documents: who did it, to whom, for how long.

An item is read of the copy that is shown, and only of what says more than its words do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from archiver.output import labels
from archiver.output.told import person, told
from archiver.produce import tables_lines as tables
from archiver.store.archive import Archive
from archiver.store.items import Items


class Telling:
    """Reads what documents tell beside words, one part of a case after the other."""

    def __init__(self, archive: Archive) -> None:
        self._connection = archive.catalogue.connection
        self._items = Items(archive)

    def of(
        self, shown: Mapping[int, Mapping[str, Any]], holders: Mapping[int, str]
    ) -> dict[int, dict[str, str]]:
        """Give by key the fields of the sentences of `archiver.output.told`.

        `holders` are whose account each record is shown from: they are named, not called holder.

        Raises:
            Damage: What was kept cannot be read.
            KeyMissing: Its key is gone.
        """
        asked = [key for key, record in shown.items() if _is_told(record)]
        return {
            key: told(
                self._items.of(delivery, number),
                source,
                partial(person, holder=holders.get(key, "")),
            )
            for key, (delivery, number, source) in tables.items(self._connection, asked).items()
        }


def _is_told(record: Mapping[str, Any]) -> bool:
    """Whether the item says more than the catalogue: of events whom; of messages without words."""
    return bool(record["event"]) or (
        not record["text"] and labels.has_fields("message", record["type"])
    )
