"""What reconciling reads of strands: copies with their records and holders, times, rulings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from archiver.model import Utterance
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.mail_keys import ID
from archiver.store.catalogue.schema import SERIAL_BITS, UNTIMED_END, belongs
from archiver.store.catalogue.utterances import UTTERED, utterance

_MOMENTS = 120 << SERIAL_BITS


class CopyRow(Struct, frozen=True, gc=False):
    """A copy with its record, where both are named, and who holds it: (delivery, item).

    `rules` are those by which its holdings were linked when they came.
    """

    utterance: Utterance
    strand: int
    record: int
    delivery: int
    item: int
    record_delivery: int
    record_item: int
    holders: tuple[tuple[int, int], ...]
    link: str
    rules: frozenset[str] = frozenset()


def copies(connection: Connection, strand: int, since: int, until: int) -> list[CopyRow]:
    """Give the copies that a strand has between two times (ms, by the clock of their records).

    With each come the other copies of its record.
    """
    return _copies(
        connection,
        "SELECT DISTINCT record FROM strand_copy WHERE strand = ? AND record >= ? AND record < ?",
        (strand, since // 1000 << SERIAL_BITS, until // 1000 + 1 << SERIAL_BITS),
    )


def of_record(connection: Connection, record: int) -> list[CopyRow]:
    """Give the copies of one record."""
    return _copies(connection, "SELECT ? AS record", (record,))


def _copies(connection: Connection, source: str, values: tuple[int, ...]) -> list[CopyRow]:
    rows = connection.execute(
        f"SELECT {UTTERED}, p.strand, r.id, r.delivery, r.item, coalesce(p.link, '')"
        f" FROM ({source}) f JOIN record r ON r.id = f.record"
        f" JOIN copy p ON {belongs('p', 'r')} LEFT JOIN participant i ON i.id = p.author",
        values,
    ).fetchall()
    numbers = [row[0] for row in rows]
    holders, rules = _holders(connection, numbers)
    native = _identifiers(connection, numbers)
    return [
        CopyRow(
            utterance(connection, row[:10], native.get(row[0], b"")),
            row[10], row[11], row[8], row[9], row[12], row[13],
            holders.get(row[0], ()), row[14], rules.get(row[0], frozenset()),
        )
        for row in rows
    ]  # fmt: skip


def times(connection: Connection, strand: int) -> Iterator[int]:
    """Give the times of a strand's records, rising (ms)."""
    rows = connection.execute(
        f"SELECT DISTINCT record >> {SERIAL_BITS} FROM strand_copy"
        f" WHERE strand = ? AND record > {UNTIMED_END} ORDER BY 1",
        (strand,),
    )
    return (row[0] * 1000 for row in rows)


def fresh_times(connection: Connection, strand: int, first: int) -> list[int]:
    """Give the times of the records of a strand's copies from `first` on (ms)."""
    rows = connection.execute(
        f"SELECT DISTINCT record >> {SERIAL_BITS} FROM copy"
        " WHERE id >= ? AND strand = ? ORDER BY 1",
        (first, strand),
    )
    return [row[0] * 1000 for row in rows]


def facing(connection: Connection, strand: int, first: int) -> bool:
    """Whether a strand's copies from `first` on may be other wordings of what it has already.

    They may when a delivery that brought one of them lacks a record of the same moment.
    """
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM copy f JOIN strand t ON t.id = f.strand AND t.first < ?1"
        " JOIN strand_copy s ON s.strand = f.strand"
        f" AND s.record BETWEEN f.record - {_MOMENTS} AND f.record + {_MOMENTS} AND s.copy < f.id"
        " WHERE f.id >= ?1 AND f.strand = ?2 AND NOT EXISTS (SELECT 1 FROM strand_copy o"
        "  JOIN holding h ON h.copy = o.copy WHERE o.strand = s.strand AND o.record = s.record"
        "  AND h.delivery = f.delivery))",
        (first, strand),
    ).fetchone()
    return bool(row[0])


def _holders(
    connection: Connection, copies: Sequence[int]
) -> tuple[dict[int, tuple[tuple[int, int], ...]], dict[int, frozenset[str]]]:
    """Give who holds copies, and by which rules."""
    found: dict[int, list[tuple[int, int]]] = {}
    rules: dict[int, set[str]] = {}
    for part, among in parts(copies):
        for copy, delivery, item, rule in connection.execute(
            f"SELECT copy, delivery, item, rule FROM holding WHERE copy IN ({among})",
            part,
        ):
            found.setdefault(copy, []).append((delivery, item))
            if rule:
                rules.setdefault(copy, set()).add(rule)
    return (
        {copy: tuple(held) for copy, held in found.items()},
        {copy: frozenset(each) for copy, each in rules.items()},
    )


def _identifiers(connection: Connection, copies: Sequence[int]) -> dict[int, bytes]:
    """Give the source's own identifiers of copies that have one."""
    found: dict[int, bytes] = {}
    for part, among in parts(copies):
        found.update(
            connection.execute(
                f"SELECT copy, key FROM match WHERE level = {ID} AND copy IN ({among})", part
            )
        )
    return found


def ranks(connection: Connection) -> dict[int, int]:
    """Give each delivery its rank in canonical order: by digest, then by account."""
    rows = connection.execute(
        "SELECT d.id FROM delivery d LEFT JOIN account a ON a.id = d.account"
        " ORDER BY d.sha256, a.service, a.identifier, a.person, d.id"
    )
    return {row[0]: rank for rank, row in enumerate(rows)}


def rulings(connection: Connection, copies: Iterable[int]) -> list[tuple[int, int, bool]]:
    """Give what officers ruled of pairs of these copies: (one, two, whether they are one)."""
    found: set[tuple[int, int, bool]] = set()
    for part, among in parts(sorted(set(copies))):
        found.update(
            (one, two, bool(together))
            for one, two, together in connection.execute(
                f"SELECT one, two, together FROM ruling WHERE one IN ({among})"
                f" UNION SELECT one, two, together FROM ruling WHERE two IN ({among})",
                (*part, *part),
            )
        )
    return sorted(found)


def newest_delivery(connection: Connection, strands: Sequence[int]) -> int:
    """Give the delivery that brought the newest copy of these strands."""
    row = connection.execute(
        "SELECT p.delivery FROM copy p WHERE p.id = (SELECT max(s.copy) FROM strand_copy s"
        f" WHERE s.strand IN ({','.join(map(str, strands))}))"
    ).fetchone()
    return int(row[0])
