"""When cases ended, for the terms that run from it (trigger ``case-end``).

Retention stands below the cases and knows none of them: their projector says when one is closed,
and an officer which one a conversation belongs to. While a case is open its term does not begin.
"""

from __future__ import annotations

from archiver.store.catalogue.connection import Connection
from retention import schema
from retention import tables_appraise as tables


def keep(connection: Connection, case: str, at: str) -> None:
    """Keep when a case was closed (RFC 3339); empty while it is open, also when it is so again."""
    schema.migrate(connection)
    tables.put_case_end(connection, case, at)
