"""What a sorter decided of single items, against what their delivery is: open, or sealed.

A copy follows the latest decision on an item that holds it, and without one its deliveries. So an
opened message is found though its delivery is sealed, and one that was sealed stays so whatever
else is released or comes in. The decisions are the sorting's; here is only what they do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import copies_of
from archiver.store.catalogue.restate import restated

_AT_ONCE = 2_000

Items = Mapping[int, Collection[int]]
"""Numbers of items by the private key of their delivery."""


def latest(copy: str) -> str:
    """Give SQL for the latest decision on a copy: 1 open, 0 sealed, NULL where there is none."""
    return (
        "(SELECT e.open FROM holding k JOIN item_access e ON e.delivery = k.delivery"
        f" AND e.item = k.item WHERE k.copy = {copy} ORDER BY e.seq DESC, e.item DESC LIMIT 1)"
    )


def seen(copy: str, delivery: str) -> str:
    """Give the condition that all may see that this delivery holds this copy."""
    return f"({copy}.open = 1 AND ({delivery}.state = 'ingested' OR {latest(f'{copy}.id')} = 1))"


def decide(connection: Connection, items: Items, *, opened: bool, seq: int) -> None:
    """Open or seal the copies that these items hold; `seq` is the event that says so."""
    found = _copies(connection, items)
    before = _openness(connection, found.values())
    connection.executemany(
        "INSERT INTO item_access VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(delivery, item)"
        " DO UPDATE SET open = excluded.open, seq = excluded.seq",
        [
            (delivery, item, int(opened), before.get(found.get((delivery, item), 0), 0), seq)
            for delivery, numbers in items.items()
            for item in sorted(numbers)
        ],
    )
    _follow(connection, dict.fromkeys(found.values(), 0))


def forget(connection: Connection, items: Items) -> None:
    """Take decisions back: what was open before the first of them is open again, and no more."""
    found = _copies(connection, items)
    before: dict[int, int] = {}
    for (delivery, item), copy in found.items():
        row = connection.execute(
            "SELECT before FROM item_access WHERE delivery = ? AND item = ?", (delivery, item)
        ).fetchone()
        before[copy] = max(before.get(copy, 0), row[0] if row else 0)
    connection.executemany(
        "DELETE FROM item_access WHERE delivery = ? AND item = ?",
        [(delivery, item) for delivery, numbers in items.items() for item in numbers],
    )
    _follow(connection, before)


def sealed(connection: Connection, copies: Iterable[int]) -> set[int]:
    """Give those of these copies that a sorter keeps sealed."""
    return {
        copy
        for part, among in parts(sorted(set(copies)))
        for (copy,) in connection.execute(
            f"SELECT p.id FROM copy p WHERE p.id IN ({among}) AND {latest('p.id')} = 0", part
        )
    }


def is_sealed_beside(connection: Connection, record: int, strand: int) -> bool:
    """Whether a sorter keeps sealed what a strand has of a record in other words."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM strand_copy n WHERE n.strand = ? AND n.record = ?"
        f" AND {latest('n.copy')} = 0)",
        (strand, record),
    ).fetchone()
    return bool(row[0])


def is_used(connection: Connection) -> bool:
    """Whether a sorter decided of any item."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM item_access)").fetchone()[0])


def _copies(connection: Connection, items: Items) -> dict[tuple[int, int], int]:
    return {
        (delivery, item): copy
        for delivery, numbers in items.items()
        for item, copy in copies_of(connection, delivery, numbers).items()
    }


def _openness(connection: Connection, copies: Iterable[int]) -> dict[int, int]:
    return {
        copy: opened
        for part, among in parts(sorted(set(copies)))
        for copy, opened in connection.execute(
            f"SELECT id, open FROM copy WHERE id IN ({among})", part
        )
    }


def _follow(connection: Connection, copies: Mapping[int, int]) -> None:
    """Let copies be as the latest decision says, without one as given, and full text with them."""
    for some in _portions(sorted(copies)):
        records = {
            record
            for part, among in parts(some)
            for (record,) in connection.execute(
                f"SELECT record FROM copy WHERE id IN ({among})", part
            )
        }
        with restated(connection, records):
            connection.executemany(
                f"UPDATE copy SET open = coalesce({latest('copy.id')}, ?) WHERE id = ?",
                [(copies[copy], copy) for copy in some],
            )


def _portions(copies: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(copies)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
