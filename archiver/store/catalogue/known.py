"""What the catalogue already knows, asked in bulk by the deduplicating stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archiver.model import Repeats
from archiver.store.catalogue.allocate import clusters
from archiver.store.catalogue.connection import Connection, parts, parts_of_keys
from archiver.store.catalogue.schema import (
    BEFORE_ALL,
    BEYOND_ALL,
    SERIAL_BITS,
    UNTIMED_END,
    UNTIMED_START,
    belongs,
)

_SPILL = 60
"""Seconds that records of one minute may have spilled over."""


_UNHELD = (
    "NOT EXISTS (SELECT 1 FROM strand_copy o JOIN holding h ON h.copy = o.copy"
    " WHERE o.strand = s.strand AND o.record = s.record AND h.delivery = ?)"
)
"""A record takes at most one item of a delivery, whichever of its copies that is."""

_CANDIDATE = "s.key, s.record, s.copy, s.said, r.delivery, r.item"
_IN_STEP = (
    "SELECT iif(min(delivery) = max(delivery) AND min(copy - item) = max(copy - item),"
    "  CAST(group_concat(key, '') AS BLOB), x''), group_concat(said), group_concat(item),"
    " min(copy), min(delivery), min(item), max(record)"
    f" FROM (SELECT {_CANDIDATE} FROM strand_copy s JOIN record r ON r.id = s.record"
    "  WHERE s.strand = ?1 AND s.record >= ?2 AND s.record < ?3"
    f"  AND (s.record >= ?4 OR {_UNHELD}) ORDER BY s.record, s.copy LIMIT ?6)"
)
"""All that is compared comes in three pieces: rows would cost three times as much."""

_TIMED = "WHERE strand = ?1 AND record > ?2"

Candidate = tuple[bytes, int, int, int, int, int]
"""Match key, record, copy, checksum of what the copy says; and the record's name."""


class Known:
    """Candidates for the items of one delivery; only records that it does not hold already.

    `highest` gives for a strand a record behind which the delivery holds none yet; nothing for a
    strand where it holds none at all. It may grow.
    """

    def __init__(
        self, connection: Connection, delivery: int, highest: Mapping[int, int] | None = None
    ) -> None:
        self._connection = connection
        self._delivery = delivery
        self._highest = highest

    def in_strand(self, strand: int, times: Iterable[int | None]) -> list[Candidate]:
        """Give the copies that a strand has of records at these times, oldest first."""
        wanted, found = set(times), list[Candidate]()
        for start, end in clusters(sorted({t // 1000 for t in wanted if t is not None})):
            found += self._in_seconds(strand, start, end)
        if None in wanted:
            found += self._between(strand, UNTIMED_START, UNTIMED_END)
        return found

    def in_step(self, strand: int, repeats: Repeats) -> tuple[int, int, int, int] | None:
        """Give where a strand goes just as repeats do: first copy, its name, and the last record.

        What it has next at their times must be the same, item for item: match keys, raw words, and
        the order of copies and names. Else None, also where it has more under other times.
        """
        count, numbers = len(repeats.numbers), repeats.numbers
        if None in repeats.times or numbers[-1] - numbers[0] + 1 != count:
            return None
        seconds = [time // 1000 for time in repeats.times if time is not None]
        since, until = min(seconds), max(seconds) + 1
        if self._other_times(strand, since * 1000, until * 1000):
            return None
        start, end = since << SERIAL_BITS, until + _SPILL << SERIAL_BITS
        keys, said, items, copy, home, item, highest = self._connection.execute(
            _IN_STEP, (strand, start, end, self._come(strand), self._delivery, count)
        ).fetchone()
        if not keys or keys != b"".join(repeats.keys) or said != _joined(repeats.said):
            return None
        return (copy, home, item, highest) if items == _joined(range(item, item + count)) else None

    def _in_seconds(self, strand: int, start: int, end: int) -> list[Candidate]:
        """Give the candidates of a stretch, with copies whose record has another time."""
        found = self._between(strand, start << SERIAL_BITS, end + _SPILL + 1 << SERIAL_BITS)
        elsewhere = self._other_times(strand, start * 1000, (end + 1) * 1000)
        if not elsewhere:
            return found
        return sorted({*found, *elsewhere}, key=lambda one: (one[1], one[0], one[2]))

    def _other_times(self, strand: int, since: int, until: int) -> list[Candidate]:
        return self._connection.execute(  # type: ignore[no-any-return]
            f"SELECT {_CANDIDATE} FROM other_time o JOIN copy p ON p.id = o.copy"
            " JOIN strand_copy s ON s.strand = o.strand AND s.record = p.record AND s.copy = p.id"
            " JOIN record r ON r.id = s.record"
            f" WHERE o.strand = ? AND o.sent_at >= ? AND o.sent_at < ? AND {_UNHELD}",
            (strand, since, until, self._delivery),
        ).fetchall()

    def is_sealed(self, account: int) -> bool:
        """Whether a delivery of an account, or a part of one of a device, waits to be released."""
        return bool(
            self._connection.execute(
                "SELECT EXISTS (SELECT 1 FROM delivery WHERE account = ?1 AND state = 'sealed')"
                " OR EXISTS (SELECT 1 FROM delivery_place WHERE account = ?1 AND open = 0)",
                (account,),
            ).fetchone()[0]
        )

    def by_keys(self, keys: Sequence[bytes], *, held: bool) -> Iterator[tuple[bytes, int, int]]:
        """Give (match key, record, level) of all records that have one of the keys.

        `held` includes records that this delivery holds already.
        """
        unheld = (
            ""
            if held
            else f" AND NOT EXISTS (SELECT 1 FROM record r JOIN copy n ON {belongs('n', 'r')}"
            " JOIN holding h ON h.copy = n.id"
            f" WHERE r.id = p.record AND h.delivery = {int(self._delivery)})"
        )
        for part, among in parts_of_keys(keys):
            yield from self._connection.execute(
                "SELECT DISTINCT m.key, p.record, m.level FROM match m JOIN copy p ON p.id = m.copy"
                f" WHERE m.key IN ({among}){unheld} ORDER BY p.record",
                part,
            )

    def with_identifier(self, strand: int, keys: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        """Give (key, record) for records of a strand that have one of these identifiers."""
        for part, among in parts_of_keys(keys):
            yield from self._connection.execute(
                "SELECT DISTINCT m.key, p.record FROM match m JOIN copy p ON p.id = m.copy"
                f" WHERE m.key IN ({among}) AND p.strand = ?",
                (*part, strand),
            )

    def named(
        self, strand: int, keys: Sequence[bytes]
    ) -> Iterator[tuple[bytes, int, int | None, str]]:
        """Give (key, record, time, author) of a strand's copies with one of these identifiers.

        Only of records that the delivery does not hold; the author is empty where a copy names
        none.
        """
        for part, among in parts_of_keys(keys):
            yield from self._connection.execute(
                "SELECT m.key, p.record, p.sent_at, coalesce(i.identifier, '')"
                " FROM match m JOIN copy p ON p.id = m.copy"
                " JOIN strand_copy s ON s.strand = p.strand AND s.record = p.record"
                " AND s.copy = p.id LEFT JOIN participant i ON i.id = p.author"
                f" WHERE m.key IN ({among}) AND p.strand = ? AND {_UNHELD}",
                (*part, strand, self._delivery),
            )

    def items_of(self, delivery: int, first: int, last: int) -> dict[int, int]:
        """Give item number → record of a stretch of another delivery."""
        return dict(
            self._connection.execute(
                "SELECT h.item, p.record FROM named h JOIN copy p ON p.id = h.copy"
                " WHERE h.delivery = ? AND h.item BETWEEN ? AND ?",
                (delivery, first, last),
            )
        )

    def same_files(self, digests: Sequence[str], *, mains: bool) -> int | None:
        """Find the oldest delivery that was read and has just these files, in this order.

        With `mains` only its main members count; one file more, and items have other numbers.
        """
        which = " AND main = 1" if mains else ""
        sharing = self._connection.execute(
            "SELECT DISTINCT m.delivery FROM delivery_member m JOIN delivery d ON d.id = m.delivery"
            " WHERE m.sha256 = ? AND d.id <> ? AND d.state IN ('ingested', 'sealed')"
            " ORDER BY m.delivery",
            (digests[0], self._delivery),
        ).fetchall()
        for (delivery,) in sharing:
            members = self._connection.execute(
                f"SELECT sha256 FROM delivery_member WHERE delivery = ?{which} ORDER BY member",
                (delivery,),
            )
            if [sha256 for (sha256,) in members] == list(digests):
                return int(delivery)
        return None

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
                    f"SELECT s.id FROM record r JOIN copy p ON {belongs('p', 'r')}"
                    " JOIN strand s ON s.id = p.strand JOIN strand_copy n"
                    " ON n.strand = p.strand AND n.record = r.id AND n.copy = p.id"
                    " WHERE r.id >= ? AND r.id < ?"
                    " AND n.key = ? AND s.account = ? AND s.service = ?",
                    (start, start + (_SPILL + 1 << SERIAL_BITS), key, account, service),
                )
            )
        return found

    def has(self, strand: int, keys: Iterable[bytes], times: Iterable[int | None]) -> set[bytes]:
        """Give those of the keys that stand in a strand between the first and last of the times."""
        asked = set(keys)
        seconds = [time // 1000 for time in times if time is not None] or [0]
        return asked & {one[0] for one in self._in_seconds(strand, min(seconds), max(seconds))}

    def covered(self, strand: int) -> tuple[int, int]:
        """Give the time that a strand covers: first and last, ms; (0, -1) without any time."""
        # Each on its own is found at once; both in one statement take a look at every copy.
        own = self._connection.execute(
            f"SELECT (SELECT min(record) >> {SERIAL_BITS} FROM strand_copy {_TIMED}),"
            f" (SELECT max(record) >> {SERIAL_BITS} FROM strand_copy {_TIMED})",
            (strand, UNTIMED_END),
        ).fetchone()
        other = self._connection.execute(
            "SELECT min(sent_at) / 1000, max(sent_at) / 1000 FROM other_time WHERE strand = ?",
            (strand,),
        ).fetchone()
        seconds = [second for second in (*own, *other) if second is not None]
        return (min(seconds) * 1000, max(seconds) * 1000 + 999) if seconds else (0, -1)

    def count(self, strand: int, since: int, until: int, limit: int) -> int:
        """Count a strand's copies between two times (ms), up to a limit."""
        return int(
            self._connection.execute(
                "SELECT count(*) FROM (SELECT 1 FROM strand_copy WHERE strand = ?"
                " AND record >= ? AND record < ? LIMIT ?)",
                (strand, since // 1000 << SERIAL_BITS, until // 1000 + 1 << SERIAL_BITS, limit),
            ).fetchone()[0]
        )

    def sketched(self, strand: int, digests: Iterable[int]) -> set[int]:
        """Give those of these digests that stand in the sketch of a strand."""
        found = set[int]()
        for part, among in parts(sorted(set(digests))):
            rows = self._connection.execute(
                f"SELECT digest FROM sketch WHERE strand = ? AND digest IN ({among})",
                (strand, *part),
            )
            found.update(row[0] for row in rows)
        return found

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
            found = dict.fromkeys(one[:2] for one in self._between(strand, start, end))
            for place, (key, _) in enumerate(found):
                if key in asked:
                    yield strand, place, key

    def _between(self, strand: int, start: int, end: int) -> list[Candidate]:
        """Ask of each record whether it is held, up to where the delivery has come."""
        middle = min(max(start, self._come(strand)), end)
        found: list[Candidate] = []
        if start < middle:
            found += self._copies(f" AND {_UNHELD}", strand, start, middle, self._delivery)
        if middle < end:
            found += self._copies("", strand, middle, end)
        return found

    def _come(self, strand: int) -> int:
        """Give the record from which on the delivery holds none of a strand yet."""
        return BEYOND_ALL if self._highest is None else self._highest.get(strand, BEFORE_ALL) + 1

    def _copies(self, unheld: str, *values: int) -> list[Candidate]:
        return self._connection.execute(  # type: ignore[no-any-return]
            f"SELECT {_CANDIDATE} FROM strand_copy s JOIN record r ON r.id = s.record"
            f" WHERE s.strand = ? AND s.record >= ? AND s.record < ?{unheld}"
            " ORDER BY s.record, s.copy",
            values,
        ).fetchall()


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))
