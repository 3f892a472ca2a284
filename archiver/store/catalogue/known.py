"""What the catalogue already knows, asked in bulk by the deduplicating stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archiver.store.catalogue.allocate import clusters
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import SERIAL_BITS, UNTIMED_END, UNTIMED_START

_SPILL = 60
"""Seconds that records of one minute may have spilled over."""


_UNHELD = (
    "NOT EXISTS (SELECT 1 FROM strand_copy o JOIN holding h ON h.copy = o.copy"
    " WHERE o.strand = p.strand AND o.record = p.record AND h.delivery = ?)"
)
"""A record takes at most one item of a delivery, whichever of its copies that is."""


class Known:
    """Candidates for the items of one delivery; only records that it does not hold already."""

    def __init__(self, connection: Connection, delivery: int) -> None:
        self._connection = connection
        self._delivery = delivery

    def in_strand(self, strand: int, times: Iterable[int | None]) -> Iterator[tuple[bytes, int]]:
        """Give (match key, record) of the strand's records at these times, oldest first."""
        wanted = set(times)
        for start, end in clusters(sorted({t // 1000 for t in wanted if t is not None})):
            yield from self._in_seconds(strand, start, end)
        if None in wanted:
            yield from self._between(strand, UNTIMED_START, UNTIMED_END)

    def _in_seconds(self, strand: int, start: int, end: int) -> Iterator[tuple[bytes, int]]:
        """Give (match key, record) of a stretch, with copies whose record has another time."""
        found = self._between(strand, start << SERIAL_BITS, end + _SPILL + 1 << SERIAL_BITS)
        elsewhere = self._other_times(strand, start * 1000, (end + 1) * 1000)
        if not elsewhere:
            return found
        return iter(sorted({*found, *elsewhere}, key=lambda one: (one[1], one[0])))

    def _other_times(self, strand: int, since: int, until: int) -> list[tuple[bytes, int]]:
        return self._connection.execute(  # type: ignore[no-any-return]
            "SELECT p.key, p.record FROM other_time o JOIN copy p ON p.id = o.copy"
            f" WHERE o.strand = ? AND o.sent_at >= ? AND o.sent_at < ? AND {_UNHELD}",
            (strand, since, until, self._delivery),
        ).fetchall()

    def by_keys(self, keys: Sequence[bytes], *, held: bool) -> Iterator[tuple[bytes, int, int]]:
        """Give (match key, record, level) of all records that have one of the keys.

        `held` includes records that this delivery holds already.
        """
        unheld = (
            ""
            if held
            else " AND NOT EXISTS (SELECT 1 FROM member n JOIN holding h ON h.copy = n.copy"
            f" WHERE n.record = p.record AND h.delivery = {int(self._delivery)})"
        )
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            yield from self._connection.execute(
                "SELECT DISTINCT m.key, p.record, m.level FROM match m JOIN copy p ON p.id = m.copy"
                f" WHERE m.key IN ({','.join('?' * len(part))}){unheld} ORDER BY p.record",
                part,
            )

    def items_of(self, delivery: int, first: int, last: int) -> dict[int, int]:
        """Give item number → record of a stretch of another delivery."""
        return dict(
            self._connection.execute(
                "SELECT h.item, p.record FROM holding h JOIN copy p ON p.id = h.copy"
                " WHERE h.delivery = ? AND h.item BETWEEN ? AND ?",
                (delivery, first, last),
            )
        )

    def same_bytes(self, sha256: str) -> int | None:
        """Find the oldest delivery that has a main member with these bytes and was read."""
        row = self._connection.execute(
            "SELECT m.delivery FROM delivery_member m JOIN delivery d ON d.id = m.delivery"
            " WHERE m.sha256 = ? AND m.main = 1 AND d.id <> ?"
            " AND d.state IN ('ingested', 'sealed') ORDER BY m.delivery LIMIT 1",
            (sha256, self._delivery),
        ).fetchone()
        return None if row is None else int(row[0])

    def strands_sharing(
        self, account: int, service: str, items: Iterable[tuple[bytes, int]]
    ) -> set[int]:
        """Give the account's strands that have one of these items: (match key, time)."""
        if not self._has_strands(account, service):
            return set()
        found: set[int] = set()
        for key, time in items:
            start = time // 1000 << SERIAL_BITS
            found.update(
                row[0]
                for row in self._connection.execute(
                    "SELECT s.id FROM record r JOIN copy p"
                    " ON p.id = r.copy OR (p.record = r.id AND p.beside = 1)"
                    " JOIN strand s ON s.id = p.strand WHERE r.id >= ? AND r.id < ?"
                    " AND p.key = ? AND s.account = ? AND s.service = ?",
                    (start, start + (_SPILL + 1 << SERIAL_BITS), key, account, service),
                )
            )
        return found

    def has(self, strand: int, keys: Iterable[bytes], times: Iterable[int | None]) -> set[bytes]:
        """Give those of the keys that stand in a strand between the first and last of the times."""
        asked = set(keys)
        seconds = [time // 1000 for time in times if time is not None] or [0]
        return asked & {key for key, _ in self._in_seconds(strand, min(seconds), max(seconds))}

    def covered(self, strand: int) -> tuple[int, int]:
        """Give the time that a strand covers: first and last, ms; (0, -1) without any time."""
        own = self._connection.execute(
            f"SELECT min(record) >> {SERIAL_BITS}, max(record) >> {SERIAL_BITS} FROM strand_copy"
            " WHERE strand = ? AND record > ?",
            (strand, UNTIMED_END),
        ).fetchone()
        other = self._connection.execute(
            "SELECT min(sent_at) / 1000, max(sent_at) / 1000 FROM other_time WHERE strand = ?",
            (strand,),
        ).fetchone()
        seconds = [second for second in (*own, *other) if second is not None]
        return (min(seconds) * 1000, max(seconds) * 1000 + 999) if seconds else (0, -1)

    def sketched(self, strand: int, digests: Iterable[int]) -> set[int]:
        """Give those of these digests that stand in the sketch of a strand."""
        return {
            digest
            for digest in set(digests)
            if self._connection.execute(
                "SELECT 1 FROM sketch WHERE digest = ? AND strand = ?", (digest, strand)
            ).fetchone()
        }

    def _has_strands(self, account: int, service: str) -> bool:
        return bool(
            self._connection.execute(
                "SELECT 1 FROM strand_name WHERE account = ? AND service = ? LIMIT 1",
                (account, service),
            ).fetchone()
        )

    def keys_of_strands(
        self, strands: Iterable[int], keys: Sequence[bytes], times: Iterable[int | None]
    ) -> Iterator[tuple[int, int, bytes]]:
        """Give (strand, place, match key) where one of the strands has a key.

        Places count all records of the strand from the first of the times to the last.
        """
        asked = set(keys)
        seconds = [time // 1000 for time in times if time is not None] or [0]
        start, end = min(seconds) << SERIAL_BITS, max(seconds) + _SPILL + 1 << SERIAL_BITS
        for strand in sorted(strands):
            for place, (key, _) in enumerate(self._between(strand, start, end)):
                if key in asked:
                    yield strand, place, key

    def _between(self, strand: int, start: int, end: int) -> Iterator[tuple[bytes, int]]:
        return self._connection.execute(  # type: ignore[no-any-return]
            "SELECT DISTINCT p.key, p.record FROM strand_copy s JOIN copy p ON p.id = s.copy"
            f" WHERE s.strand = ? AND s.record >= ? AND s.record < ? AND {_UNHELD}"
            " ORDER BY s.record",
            (strand, start, end, self._delivery),
        )
