"""Open doubts that reconciling left: items that may belong to a record that they are no part of."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.store.catalogue.connection import Connection, placeholders
from archiver.store.catalogue.regroup import Name

Doubt = tuple[str, Name, Name]
"""A finding: its code, the item that it is about, and the record that it names."""


def of_strands(connection: Connection, codes: Sequence[str], strands: Sequence[int]) -> list[Doubt]:
    """Give the doubts about copies of these strands."""
    return _named(
        connection,
        "SELECT f.code, f.delivery, f.item, json_extract(f.fields, '$.record') FROM finding f"
        " JOIN holding h ON h.delivery = f.delivery AND h.item = f.item"
        f" JOIN copy p ON p.id = h.copy WHERE f.code IN ({placeholders(codes)})"
        f" AND f.state = 'open' AND p.strand IN ({','.join(map(str, strands))})",
        codes,
    )


def with_codes(connection: Connection, codes: Sequence[str]) -> list[Doubt]:
    """Give all doubts that these codes tell of."""
    return _named(
        connection,
        "SELECT code, delivery, item, json_extract(fields, '$.record') FROM finding"
        f" WHERE code IN ({placeholders(codes)}) AND state <> 'solved'",
        codes,
    )


def _named(connection: Connection, select: str, codes: Sequence[str]) -> list[Doubt]:
    """Read doubts; a record of a delivery that is gone has the key 0."""
    rows = connection.execute(select, tuple(codes)).fetchall()
    keys = dict(connection.execute("SELECT public, id FROM delivery").fetchall() if rows else ())
    found = []
    for code, delivery, item, record in rows:
        home, _, number = record.rpartition(".")
        found.append((code, (delivery, item), (keys.get(home, 0), int(number))))
    return found
