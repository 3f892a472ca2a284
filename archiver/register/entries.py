"""The statements of the register's lists: keep an entry, give a list."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from archiver.register import schema
from archiver.store.catalogue.connection import Connection

Entry = TypeVar("Entry", bound=msgspec.Struct)


def put(
    connection: Connection, name: str, public: str, value: msgspec.Struct, *, seq: int, subject: str
) -> None:
    """Keep an entry of a list, or what an event says anew of it."""
    schema.migrate(connection)
    content = msgspec.json.encode(value, order="sorted").decode()
    connection.execute(
        "INSERT OR REPLACE INTO register_entry(list, public, seq, subject, content)"
        " VALUES(?, ?, ?, ?, ?)",
        (name, public, seq, subject, content),
    )


def listed(
    connection: Connection, name: str, form: type[Entry], subject: str = ""
) -> list[tuple[int, Entry]]:
    """Give the entries of a list, each with the event that last said it, oldest event first."""
    if not schema.is_ready(connection):
        return []
    rows = connection.execute(
        "SELECT seq, content FROM register_entry WHERE list = ?1 AND (?2 = '' OR subject = ?2)"
        " ORDER BY seq, public",
        (name, subject),
    )
    return [(seq, msgspec.json.decode(content, type=form)) for seq, content in rows]
