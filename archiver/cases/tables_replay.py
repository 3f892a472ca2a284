"""The statements that say what became of a record since a search."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import name_of as _name
from archiver.store.catalogue.homes import record_of
from archiver.store.catalogue.schema import belongs

_HELD = (
    f"record m JOIN copy p ON {belongs('p', 'm')} JOIN holding h ON h.copy = p.id"
    " JOIN delivery d ON d.id = h.delivery"
)


def name_of(connection: Connection, name: str) -> str:
    """Give the name that the record of this name has now; empty when it is there no more."""
    record = record_of(connection, name)
    return "" if record is None else _name(connection, record)


def is_open(connection: Connection, record: int) -> bool:
    """Whether all may see a record."""
    row = connection.execute("SELECT open FROM record WHERE id = ?", (record,)).fetchone()
    return row is not None and bool(row[0])


def holders(connection: Connection, record: int) -> list[tuple[str, int]]:
    """Give the deliveries that hold a record, each with the number of the event that kept it."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT DISTINCT d.public, d.seq FROM {_HELD} WHERE m.id = ? ORDER BY d.seq", (record,)
    ).fetchall()


def first_arrival(connection: Connection, record: int) -> int:
    """Give the number of the first event that kept a delivery with this record."""
    return min((seq for _, seq in holders(connection, record)), default=0)


def was_opened(connection: Connection, record: int, since: int) -> bool:
    """Whether an item of a record, or a delivery that holds it, was opened from this event on."""
    row = connection.execute(
        f"SELECT EXISTS (SELECT 1 FROM {_HELD} JOIN item_access e ON e.delivery = h.delivery"
        " AND e.item = h.item WHERE m.id = ? AND e.seq >= ?)",
        (record, since),
    ).fetchone()
    return bool(row[0])
