"""Records with what their items tell of events and calls (`archiver.output.told`).

An item is read of the copy that is shown, from a delivery that the reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archiver.commands.session import Session
from archiver.errors import Damage, KeyMissing, NoSuchThing
from archiver.model import Item
from archiver.output import note
from archiver.output.told import person
from archiver.output.told import told as fields
from archiver.output.words import explained


def told(
    at: Session, shown: Mapping[int, Mapping[str, Any]], *, sealed: bool
) -> dict[int, dict[str, Any]]:
    """Give records again, events and calls with ``told`` and ``raw``: the item's words and values.

    An item that cannot be read is noted, and its record is given as the catalogue has it.
    """
    reader = _Items(at)
    return {
        key: _with(record, reader.of(key, record, sealed=sealed))
        if _is_told(record)
        else {**record}
        for key, record in shown.items()
    }


def _is_told(record: Mapping[str, Any]) -> bool:
    return bool(record["event"]) or record["type"] == "call"


class _Items:
    """Reads the items of copies that are shown."""

    def __init__(self, at: Session) -> None:
        from archiver.store.items import Items

        self._connection = at.archive.catalogue.connection
        self._items = Items(at.archive)

    def of(self, key: int, record: Mapping[str, Any], *, sealed: bool) -> tuple[Item, str] | None:
        """Give the item of the copy that is shown, and its format; None when there is none."""
        from archiver.store.catalogue import records

        for one in records.holdings(self._connection, key, sealed=sealed):
            if one["copy"] == record["copy"]:
                try:
                    return self._items.of(one["delivery"], one["item"]), one["format"]
                except (Damage, KeyMissing, NoSuchThing) as error:
                    note(explained(error))
                    return None
        return None


def _with(record: Mapping[str, Any], found: tuple[Item, str] | None) -> dict[str, Any]:
    if found is None:
        return {**record}
    item, source = found
    return {**record, "told": fields(item, source, person), "raw": item.values}
