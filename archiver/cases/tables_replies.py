"""The statements that find what stands around records, and what they reply to."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Collection, Iterable

from archiver.store.catalogue.connection import Connection, parts, parts_of_keys
from archiver.store.catalogue.mail_keys import ID
from archiver.store.catalogue.schema import belongs


def conversations(connection: Connection, records: Iterable[int]) -> dict[int, int]:
    """Give the conversation of each of these records."""
    return {
        record: conversation
        for part, among in parts(records)
        for record, conversation in connection.execute(
            f"SELECT id, conversation FROM record WHERE id IN ({among})", part
        )
    }


def in_order(connection: Connection, conversation: int, *, sealed: bool) -> list[int]:
    """Give the records of a conversation in order of time; without `sealed` those that are open."""
    rows = connection.execute(
        "SELECT DISTINCT n.record FROM strand_copy n JOIN record r ON r.id = n.record"
        " WHERE n.strand IN (SELECT id FROM strand WHERE conversation = ?)"
        " AND (r.open = 1 OR ?) ORDER BY n.record",
        (conversation, sealed),
    )
    return [row[0] for row in rows]


def replies(connection: Connection, records: Iterable[int]) -> list[tuple[int, str, str]]:
    """Give (record, name of the thread, native id) of each message that these reply to."""
    return [
        row
        for part, among in parts(records)
        for row in connection.execute(
            "SELECT DISTINCT m.id, n.name, o.value"
            f" FROM record m JOIN copy p ON {belongs('p', 'm')}"
            " JOIN holding h ON h.copy = p.id JOIN observation o ON o.delivery = h.delivery"
            " AND o.item = h.item AND o.kind = 'reply' JOIN strand_name n ON n.strand = p.strand"
            f" WHERE m.id IN ({among})",
            part,
        )
    ]


def named_by(connection: Connection, record: int) -> list[tuple[str, str]]:
    """Give (name of the thread, native id) of every message that a record replies to."""
    return [(thread, native) for _, thread, native in replies(connection, [record])]


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


def opened(connection: Connection, records: Iterable[int]) -> set[int]:
    """Give those of these records that all may see."""
    return {
        record
        for part, among in parts(records)
        for (record,) in connection.execute(
            f"SELECT id FROM record WHERE id IN ({among}) AND open = 1", part
        )
    }
