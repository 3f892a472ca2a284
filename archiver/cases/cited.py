"""Records that a case cites: they stand still, and change only when an officer says so."""

from __future__ import annotations

from archiver.cases import schema
from archiver.cases import tables_candidate as tables
from archiver.store.catalogue.connection import Connection


def cited(connection: Connection) -> frozenset[int]:
    """Give the private keys of all records that are a candidate of a case, open or closed."""
    if not schema.is_ready(connection):
        return frozenset()
    return frozenset(tables.cited(connection))
