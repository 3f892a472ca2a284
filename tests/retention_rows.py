"""What an archive holds, item by item, read from its own tables."""

from __future__ import annotations

from archiver.pipeline.returned import returned
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from tests.retention_exports import Copy, Place, number_of


def holdings(connection: Connection) -> dict[Place, Copy]:
    """Give every item that the catalogue has, with its account and the number of its message."""
    rows = connection.execute(
        "SELECT d.public, h.item, a.public, p.text FROM holding h"
        " JOIN delivery d ON d.id = h.delivery JOIN copy p ON p.id = h.copy"
        " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
    )
    return {(delivery, item): (account, number_of(said)) for delivery, item, account, said in rows}


def came_back(archive: Archive) -> set[Place]:
    """Give every item that the archive knows to have been destroyed before."""
    return {(one.delivery, item.number) for one in returned(archive) for item in one.items}


def held_copies(connection: Connection) -> list[tuple[str, int, str]]:
    """Give (account, number of the message, hold) of all that is held."""
    rows = connection.execute(
        "SELECT a.public, p.text, o.public FROM held e JOIN hold o ON o.id = e.hold"
        " JOIN copy p ON p.id = e.copy JOIN strand s ON s.id = p.strand"
        " JOIN account a ON a.id = s.account"
    )
    return [(account, number_of(said), hold) for account, said, hold in rows]


def talked(connection: Connection) -> list[tuple[str, Place]]:
    """Give (conversation, place) of every item that stands in a conversation."""
    rows = connection.execute(
        "SELECT c.public, h.item, d.public FROM strand s"
        " JOIN conversation c ON c.id = s.home JOIN strand_copy n ON n.strand = s.id"
        " JOIN holding h ON h.copy = n.copy JOIN delivery d ON d.id = h.delivery"
    )
    return [(public, (delivery, item)) for public, item, delivery in rows]


def record_that_says(connection: Connection, said: str) -> str:
    """Give the public name of the record in whose text this stands."""
    row = connection.execute(
        "SELECT d.public, r.item FROM record r JOIN delivery d ON d.id = r.delivery"
        " JOIN copy p ON p.record = r.id WHERE p.text LIKE ?",
        (f"%{said}%",),
    ).fetchone()
    return f"{row[0]}.{row[1]}"
