"""The statements that find what a record replies to, by the identifiers of its source."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Collection

from archiver.store.catalogue.connection import Connection, parts_of_keys
from archiver.store.catalogue.mail_keys import ID
from archiver.store.catalogue.schema import belongs


def named_by(connection: Connection, record: int) -> list[tuple[str, str]]:
    """Give (name of the thread, native id) of every message that copies of a record reply to."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT DISTINCT n.name, o.value FROM record m JOIN copy p ON {belongs('p', 'm')}"
        " JOIN holding h ON h.copy = p.id JOIN observation o ON o.delivery = h.delivery"
        " AND o.item = h.item AND o.kind = 'reply' JOIN strand_name n ON n.strand = p.strand"
        " WHERE m.id = ?",
        (record,),
    ).fetchall()


def having(connection: Connection, keys: Collection[bytes]) -> set[int]:
    """Give the records of which a copy has one of these keys of native ids."""
    return {
        record
        for part, among in parts_of_keys(sorted(keys))
        for (record,) in connection.execute(
            "SELECT p.record FROM match k JOIN copy p ON p.id = k.copy"
            f" WHERE k.key IN ({among}) AND k.level = {ID}",
            part,
        )
    }


def is_open(connection: Connection, record: int) -> bool:
    """Whether all may see a record."""
    row = connection.execute("SELECT open FROM record WHERE id = ?", (record,)).fetchone()
    return row is not None and bool(row[0])
