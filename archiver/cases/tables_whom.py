"""The statement that gives every label by which exports call people who took part."""

from __future__ import annotations

from archiver.store.catalogue.connection import Connection


def labels(connection: Connection) -> list[str]:
    """Give labels of participants, and names of accounts' holders, each once, in order."""
    rows = connection.execute(
        "SELECT label FROM participant_label UNION SELECT person FROM account WHERE person <> ''"
        " ORDER BY 1"
    )
    return [str(row[0]) for row in rows]
