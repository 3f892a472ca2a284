"""What stands once something was removed: read to be stated anew in the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct

from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.schema import belongs


class Standing(Struct, frozen=True):
    """A copy by its first item, and the record that it belongs to: deliveries by public id."""

    delivery: str
    item: int
    record: str
    number: int
    link: str | None


def copies(connection: Connection, records: Collection[int]) -> list[Standing]:
    """Give all copies of these records; that which names its record before the others."""
    return [
        Standing(*row)
        for part, among in parts(sorted(records))
        for row in connection.execute(
            "SELECT d.public, p.item, e.public, r.item, p.link FROM record r"
            f" JOIN copy p ON {belongs('p', 'r')} JOIN delivery d ON d.id = p.delivery"
            f" JOIN delivery e ON e.id = r.delivery WHERE r.id IN ({among})"
            " ORDER BY p.delivery, p.item",
            part,
        )
    ]


def conversations_of(connection: Connection, strands: Iterable[int]) -> set[int]:
    """Give the strands that stand in one conversation with these."""
    return {
        row[0]
        for part, among in parts(sorted(set(strands)))
        for row in connection.execute(
            "SELECT id FROM strand WHERE conversation IN"
            f" (SELECT conversation FROM strand WHERE id IN ({among}))",
            part,
        )
    }


def gathered(
    connection: Connection, strands: Collection[int]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give conversations of several strands: (first strand, all strands), by public names."""
    by_home: dict[str, list[str]] = {}
    for part, among in parts(sorted(strands)):
        for home, public in connection.execute(
            "SELECT c.public, s.public FROM strand s JOIN conversation c ON c.id = s.conversation"
            f" WHERE s.id IN ({among}) ORDER BY s.conversation, s.id",
            part,
        ):
            by_home.setdefault(home, []).append(public)
    yield from ((home, tuple(names)) for home, names in by_home.items() if len(names) > 1)


def tied_deliveries(connection: Connection, delivery: int) -> set[str]:
    """Give the deliveries that may have learned something of the strands of this one."""
    return {
        row[0]
        for row in connection.execute(
            "WITH own(strand) AS (SELECT DISTINCT p.strand FROM holding h JOIN copy p"
            "  ON p.id = h.copy WHERE h.delivery = ?),"
            " near(strand) AS (SELECT strand FROM own UNION SELECT two FROM tie WHERE one IN own"
            "  UNION SELECT one FROM tie WHERE two IN own)"
            " SELECT DISTINCT d.public FROM near JOIN strand_copy n ON n.strand = near.strand"
            " JOIN holding h ON h.copy = n.copy JOIN delivery d ON d.id = h.delivery",
            (delivery,),
        )
    }


def ties(connection: Connection, strands: Collection[int]) -> list[tuple[str, str, str, str]]:
    """Give what is known of pairs of these strands: public names, verdict, relation as JSON."""
    found = {
        row: None
        for part, among in parts(sorted(strands))
        for row in connection.execute(
            "SELECT a.public, b.public, t.verdict, t.relation FROM tie t"
            " JOIN strand a ON a.id = t.one JOIN strand b ON b.id = t.two"
            f" WHERE t.one IN ({among}) OR t.two IN ({among}) ORDER BY t.one, t.two",
            [*part, *part],
        )
    }
    return list(found)
