"""What reconciling reads: strands that may be one conversation, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from archiver.model import Utterance
from archiver.store.catalogue.connection import Connection, parts, placeholders
from archiver.store.catalogue.schema import SERIAL_BITS, UNTIMED_END, belongs

_MOMENTS = 120 << SERIAL_BITS


class StrandRow(Struct, frozen=True):
    """A strand; `fresh` is the first copy that no solution has seen, 0 when all have been."""

    id: int
    public: str
    conversation: int
    fresh: int


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


def strand(connection: Connection, key: int) -> StrandRow:
    """Give a strand by its key."""
    row = connection.execute(
        "SELECT id, public, conversation, fresh FROM strand WHERE id = ?", (key,)
    ).fetchone()
    return StrandRow(*row)


def place_of(connection: Connection, strand: int) -> tuple[str, str, str]:
    """Give where a strand stands in canonical order, which no order of arrival changes.

    The least digest of its deliveries comes first, so that all its holdings are read: ask only
    where strands are compared.
    """
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT coalesce((SELECT min(d.sha256) FROM delivery d WHERE d.id IN"
        "  (SELECT DISTINCT h.delivery FROM strand_copy n JOIN holding h ON h.copy = n.copy"
        "   WHERE n.strand = s.id)), ''),"
        " a.service || ' ' || a.identifier || ' ' || a.person,"
        " (SELECT min(name) FROM strand_name n WHERE n.strand = s.id)"
        " FROM strand s JOIN account a ON a.id = s.account WHERE s.id = ?",
        (strand,),
    ).fetchone()


def fresh(connection: Connection) -> list[int]:
    """Give the strands that have copies which no solution has seen."""
    rows = connection.execute("SELECT id FROM strand WHERE fresh <> 0 ORDER BY id")
    return [row[0] for row in rows]


def chats(connection: Connection) -> list[int]:
    """Give all strands that are aligned: those of services other than mail."""
    rows = connection.execute("SELECT id FROM strand WHERE service <> 'mail' ORDER BY id")
    return [row[0] for row in rows]


def alike(connection: Connection, strand: int, least: int) -> list[int]:
    """Give the strands of the same service that share `least` texts of its sketch."""
    rows = connection.execute(
        "SELECT b.strand FROM sketch a JOIN sketch b"
        " ON b.digest = a.digest AND b.strand <> a.strand"
        " JOIN strand s ON s.id = a.strand"
        " JOIN strand t ON t.id = b.strand AND t.service = s.service"
        " WHERE a.strand = ? GROUP BY b.strand HAVING count(*) >= ? ORDER BY b.strand",
        (strand, least),
    )
    return [row[0] for row in rows]


def having(connection: Connection, service: str, digests: Iterable[int], least: int) -> list[int]:
    """Give the strands of a service whose sketch has `least` of these texts, the most first."""
    found: dict[int, int] = {}
    for digest in set(digests):
        for (strand,) in connection.execute(
            "SELECT k.strand FROM sketch k JOIN strand s ON s.id = k.strand"
            " WHERE k.digest = ? AND s.service = ?",
            (digest, service),
        ):
            found[strand] = found.get(strand, 0) + 1
    alike = [strand for strand, count in found.items() if count >= least]
    return sorted(alike, key=lambda strand: (-found[strand], strand))


def ties(connection: Connection, strand: int) -> list[tuple[int, int, str, str]]:
    """Give what is known of a strand and others: (one, two, verdict, relation as JSON)."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT one, two, verdict, relation FROM tie WHERE one = ?1"
        " UNION SELECT one, two, verdict, relation FROM tie WHERE two = ?1",
        (strand,),
    ).fetchall()


def tie_between(connection: Connection, one: int, two: int) -> str | None:
    """Give the relation, as JSON, that was learned of the strands of two copies."""
    row = connection.execute(
        "SELECT t.relation FROM copy a, copy b JOIN tie t"
        " ON (t.one = a.strand AND t.two = b.strand)"
        " OR (t.one = b.strand AND t.two = a.strand) WHERE a.id = ? AND b.id = ?",
        (one, two),
    ).fetchone()
    return None if row is None else str(row[0])


def authors_of(connection: Connection, copies: Sequence[int]) -> list[str]:
    """Give the typed identifiers of the senders of copies."""
    rows = connection.execute(
        "SELECT DISTINCT i.identifier FROM copy p JOIN participant i ON i.id = p.author"
        f" WHERE p.id IN ({','.join(map(str, copies))})"
    )
    return [row[0] for row in rows]


_UTTERED = (
    "p.id, p.sent_at, p.basis, coalesce(i.identifier, ''), r.event, p.type, p.text,"
    " coalesce(p.marks, ''), p.delivery, p.item"
)


def utterances(connection: Connection, strand: int) -> Iterator[Utterance]:
    """Give what a strand says, one copy after the other, in the order of its own clock."""
    rows = connection.execute(
        f"SELECT {_UTTERED} FROM strand_copy s JOIN copy p ON p.id = s.copy"
        " JOIN record r ON r.id = s.record LEFT JOIN participant i ON i.id = p.author"
        " WHERE s.strand = ? ORDER BY p.sent_at, p.delivery, p.item",
        (strand,),
    )
    return (_utterance(connection, row) for row in rows)


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
        f"SELECT {_UTTERED}, p.strand, r.id, r.delivery, r.item, coalesce(p.link, '')"
        f" FROM ({source}) f JOIN record r ON r.id = f.record"
        f" JOIN copy p ON {belongs('p', 'r')} LEFT JOIN participant i ON i.id = p.author",
        values,
    ).fetchall()
    holders, rules = _holders(connection, [row[0] for row in rows])
    return [
        CopyRow(
            _utterance(connection, row[:10]), row[10], row[11], row[8], row[9], row[12], row[13],
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


def _utterance(connection: Connection, row: Sequence[Any]) -> Utterance:
    copy, sent_at, basis, author, event, kind, text, marks, delivery, item = row
    precision, _, zone = basis.partition("/")
    return Utterance(
        copy, sent_at, precision, zone.endswith("ambiguous"), author, bool(event), kind, text,
        marks, _media(connection, delivery, item) if _may_have_media(kind, marks) else (),
    )  # fmt: skip


def _may_have_media(kind: str, marks: str) -> bool:
    return kind != "text" or "media" in marks or "attach" in marks


def _media(connection: Connection, delivery: int, item: int) -> tuple[tuple[str, str], ...]:
    return tuple(
        connection.execute(
            "SELECT name, sha256 FROM attachment WHERE delivery = ? AND item = ? ORDER BY number",
            (delivery, item),
        )
    )


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


def doubts(
    connection: Connection, codes: Sequence[str], strands: Sequence[int]
) -> list[tuple[int, int, int, int, str]]:
    """Give open doubts of strands: (delivery, item, record's delivery, record's item, code)."""
    rows = connection.execute(
        "SELECT f.delivery, f.item, json_extract(f.fields, '$.record'), f.code FROM finding f"
        " JOIN holding h ON h.delivery = f.delivery AND h.item = f.item"
        f" JOIN copy p ON p.id = h.copy WHERE f.code IN ({placeholders(codes)})"
        f" AND f.state = 'open' AND p.strand IN ({','.join(map(str, strands))})",
        tuple(codes),
    ).fetchall()
    keys = dict(connection.execute("SELECT public, id FROM delivery").fetchall() if rows else ())
    found = []
    for delivery, item, record, code in rows:
        home, _, number = record.rpartition(".")
        found.append((delivery, item, keys.get(home, 0), int(number), code))
    return found


def newest_delivery(connection: Connection, strands: Sequence[int]) -> int:
    """Give the delivery that brought the newest copy of these strands."""
    row = connection.execute(
        "SELECT p.delivery FROM copy p WHERE p.id = (SELECT max(s.copy) FROM strand_copy s"
        f" WHERE s.strand IN ({','.join(map(str, strands))}))"
    ).fetchone()
    return int(row[0])
