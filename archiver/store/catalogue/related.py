"""Strands that may be one conversation: where they stand, what they share, how they relate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from archiver.store.catalogue.connection import Connection


class StrandRow(Struct, frozen=True):
    """A strand; `fresh` is the first copy that no solution has seen, 0 when all have been."""

    id: int
    public: str
    conversation: int
    fresh: int


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
