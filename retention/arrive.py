"""What retention does as a delivery comes into the catalogue or goes, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection

from archiver.store.catalogue.connection import Connection
from retention import held, schema, tables_appraise


def arrive(connection: Connection, delivery: int) -> None:
    """Hold what came in, and take back ends that hung on the last message of its conversations.

    `delivery` is its key. A conversation that goes on has not ended: what it falls due on is known
    again after the next appraisal.
    """
    if schema.is_ready(connection):
        held.cover_new(connection, delivery)
        tables_appraise.unsettle(connection, delivery)
        tables_appraise.arrived(connection, delivery)


def leave(connection: Connection, copies: Collection[int]) -> None:
    """Take back the appraisal of what lives on only in deliveries that came after it.

    `copies` are the keys of what lives on. A rebuild, which no longer has what went, knows no
    appraisal of it either; the next one settles it.
    """
    if schema.is_ready(connection):
        tables_appraise.forget_unseen(connection, copies)
