"""What retention does as soon as a delivery is in the catalogue, inside the same transaction."""

from __future__ import annotations

from archiver.store.catalogue.connection import Connection
from retention import hold, schema, tables_appraise


def arrive(connection: Connection, delivery: int) -> None:
    """Hold what came in, and take back ends that hung on the last message of its conversations.

    `delivery` is its key. A conversation that goes on has not ended: what it falls due on is known
    again after the next appraisal.
    """
    if schema.is_ready(connection):
        hold.cover_new(connection, delivery)
        tables_appraise.unsettle(connection, delivery)
