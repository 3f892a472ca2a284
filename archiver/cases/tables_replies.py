"""The statements that find what stands around records, and what they reply to."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from msgspec import Struct

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection, parts, parts_of_keys
from archiver.store.catalogue.mail_keys import ID, SIZE
from archiver.store.catalogue.schema import COPIES


class Named(Struct, frozen=True, gc=False):
    """A message that a record says it replies to: the name of the thread and its identifier."""

    record: int
    is_mail: bool
    thread: str
    identifier: str


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


def replies(connection: Connection, records: Iterable[int], *, sealed: bool) -> list[Named]:
    """Give what these records say they reply to, in the order in which each delivery says it.

    Without `sealed` only what all may see that a delivery holds.
    """
    return [
        Named(record, bool(is_mail), thread, identifier)
        for part, among in parts(records)
        for record, is_mail, thread, identifier in connection.execute(
            f"SELECT m.id, length(p.key) > {SIZE}, n.name, o.value FROM {COPIES}"
            " JOIN holding h ON h.copy = p.id JOIN delivery d ON d.id = h.delivery"
            " JOIN observation o ON o.delivery = h.delivery AND o.item = h.item"
            " AND o.kind = 'reply' JOIN strand_name n ON n.strand = p.strand"
            f" WHERE m.id IN ({among}) AND (? OR {seen('p', 'd')})"
            " ORDER BY m.id, d.seq, h.item, o.number",
            (*part, sealed),
        )
    ]


def having(
    connection: Connection, keys: Collection[bytes], *, sealed: bool
) -> dict[bytes, set[int]]:
    """Give by each of these keys of identifiers the records of which a copy has it.

    Without `sealed` those that are open.
    """
    found: dict[bytes, set[int]] = defaultdict(set)
    for part, among in parts_of_keys(sorted(keys)):
        for key, record in connection.execute(
            "SELECT k.key, p.record FROM match k JOIN copy p ON p.id = k.copy"
            " JOIN record r ON r.id = p.record"
            f" WHERE k.key IN ({among}) AND k.level = {ID} AND (? OR r.open = 1)",
            (*part, sealed),
        ):
            found[key].add(record)
    return found


def opened(connection: Connection, records: Iterable[int]) -> set[int]:
    """Give those of these records that all may see."""
    return {
        record
        for part, among in parts(records)
        for (record,) in connection.execute(
            f"SELECT id FROM record WHERE id IN ({among}) AND open = 1", part
        )
    }
