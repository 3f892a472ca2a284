"""Write one delivery's items into the catalogue: records, copies, holdings, full text.

This is the bulk path: rows come in batches and go in with `executemany` in one transaction per
delivery. The same code serves a live ingest and a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from archiver.model import Beside, Decision, Kind, Row, Span
from archiver.store.catalogue import access
from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import OPTIONAL, Connection
from archiver.store.catalogue.mail_keys import ID, pack
from archiver.store.catalogue.restate import restated
from archiver.store.catalogue.schema import belongs
from archiver.store.catalogue.strands import Participants, Strands
from archiver.store.catalogue.wordings import Wordings, is_aligned
from archiver.store.catalogue.write_details import add_attachments, add_observations
from archiver.store.catalogue.write_mail import MailWriter

_RECORD = "INSERT INTO record VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
_COPY = f"INSERT INTO copy VALUES({', '.join(['?'] * 15 + [OPTIONAL] * 5)})"
_HOLDING = f"INSERT INTO holding VALUES(?, ?, ?, ?, {OPTIONAL})"
# Repeats that follow one another mostly hold copies that do so too: one statement for all of them
# costs half of what as many statements do. Not so beside new records: a statement that writes many
# rows makes full text write out what it holds in memory.
_HOLDINGS = (
    "INSERT INTO holding SELECT ?1, ?2 + key, ?3 + key, ?4, nullif(?5, '') FROM json_each(?6)"
)
"""One statement for a span: as many numbers as it has items are made by a list of noughts."""

_NO_KEY = bytearray()

Entry = tuple[Row, int, tuple[int, int]]
"""An item with its record and its (strand, conversation)."""


class DeliveryWriter:
    """Writes the items of one delivery; `opened` says whether its text may be searched by all."""

    def __init__(
        self,
        connection: Connection,
        delivery: int,
        strands: Strands,
        participants: Participants,
        *,
        service: str,
        opened: bool,
    ) -> None:
        self._connection = connection
        self._delivery = delivery
        self._strands = strands
        self._participants = participants
        self._service = service
        self._opened = int(opened)
        self._mail = MailWriter(connection, participants)
        self._last_copy = connection.execute("SELECT coalesce(max(id), 0) FROM copy").fetchone()[0]
        self.highest: dict[int, int] = {}
        self.reworded: list[tuple[int, int]] = []

    @property
    def opens(self) -> bool:
        """Whether all may search what this delivery holds."""
        return bool(self._opened)

    def add(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
        """Keep a batch of items, each as a new record or as one more holding of a known one."""
        records = self._records(rows, decisions)
        strands = [self._strands.of(row.thread, row.title) for row in rows]
        entries = list(zip(rows, records, strands, strict=True))
        new = [e for e, d in zip(entries, decisions, strict=True) if not d.record]
        self._come(set(strands), records)
        copies: dict[int, int] = {}
        for opened, part in self._by_openness(new):
            copies.update(self._add_new(part, opened))
        if len(new) < len(rows):
            known = [e for e, d in zip(entries, decisions, strict=True) if d.record]
            copies.update(self._add_known(known))
        self._connection.executemany(
            _HOLDING,
            [
                (self._delivery, row.number, copies[row.number], decision.level, decision.rule)
                for row, decision in zip(rows, decisions, strict=True)
            ],
        )
        add_attachments(self._connection, self._delivery, rows)
        add_observations(self._connection, self._delivery, rows)

    def add_repeats(
        self,
        spans: Iterable[Span],
        beside: Iterable[Beside],
        strand: int,
        highest: int,
    ) -> None:
        """Keep items that say what a copy of their strand says, as one more holding of it each."""
        self._reach(strand, highest)
        self._connection.executemany(
            _HOLDINGS,
            [
                (self._delivery, one.first, one.copy, one.level, one.rule, _noughts(one))
                for one in spans
            ],
        )
        details = list(beside)
        add_attachments(self._connection, self._delivery, details)
        add_observations(self._connection, self._delivery, details)

    def keep_sketch(self, entries: Iterable[tuple[int, int]]) -> None:
        """Keep (digest of a text, strand), by which strands that may be one find each other."""
        self._connection.executemany("INSERT OR IGNORE INTO sketch VALUES(?, ?)", list(entries))

    def tie_same_file(self, rule: str, relation: str) -> None:
        """Keep that strands are one where a rule found the same file, with what follows from it.

        All that both have of a record stands in both under the same number, in the same words and
        under the same name; strands of other phones have records in words and names of their own.
        """
        self._connection.execute(
            "WITH mine(item, strand, record, label, text) AS (SELECT h.item, p.strand, p.record,"
            "  p.label, p.text FROM holding h JOIN copy p ON p.id = h.copy"
            "  WHERE h.delivery = ?2 AND h.rule = ?3)"
            " INSERT OR IGNORE INTO tie SELECT o.strand, m.strand, 'same', ?1 FROM mine m"
            f" JOIN record r ON r.id = m.record JOIN copy o ON {belongs('o', 'r')}"
            " WHERE o.strand <> m.strand GROUP BY o.strand, m.strand"
            " HAVING min(o.label = m.label AND o.text = m.text AND EXISTS"
            "  (SELECT 1 FROM holding g WHERE g.copy = o.id AND g.item = m.item)) = 1",
            (relation, self._delivery, rule),
        )

    def _come(self, strands: set[tuple[int, int]], records: Sequence[int]) -> None:
        highest = max(records, default=0)
        for strand, _ in strands:
            self._reach(strand, highest)

    def _reach(self, strand: int, record: int) -> None:
        """Note up to which record of a strand this delivery may hold some."""
        before = self.highest.get(strand)
        self.highest[strand] = record if before is None else max(before, record)

    def _records(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> list[int]:
        fresh = [r.sent_at for r, d in zip(rows, decisions, strict=True) if not d.record]
        keys = iter(allocate(self._connection, fresh))
        return [decision.record or next(keys) for decision in decisions]

    def _by_openness(self, entries: Sequence[Entry]) -> Iterator[tuple[int, Sequence[Entry]]]:
        """Set apart what stays sealed though the delivery is open."""
        if not self._opened or not (self._strands.closed or access.is_used(self._connection)):
            yield self._opened, entries
            return
        closed = [self._is_closed(entry) for entry in entries]
        yield 1, [entry for entry, shut in zip(entries, closed, strict=True) if not shut]
        yield 0, [entry for entry, shut in zip(entries, closed, strict=True) if shut]

    def _is_closed(self, entry: Entry) -> bool:
        """Whether an item stays sealed: its conversation does, or its message in other words."""
        _, record, (strand, _) = entry
        return strand in self._strands.closed or access.is_sealed_beside(
            self._connection, record, strand
        )

    def _add_new(self, new: Sequence[Entry], opened: int) -> Iterator[tuple[int, int]]:
        """Make records with their first copy; yield (item, copy)."""
        if not new:
            return
        first = self._last_copy + 1
        self._add_copies(new, opened, beside=0)
        copies = {entry[0].number: first + index for index, entry in enumerate(new)}
        # Full text wants rising keys: a lower one makes it write out what it holds in memory.
        ordered = sorted(new, key=lambda entry: entry[1])
        delivery, seated, service = self._delivery, self._strands.seated, self._service
        self._connection.executemany(
            _RECORD,
            [
                (record, conversation, 1 if row.kind is Kind.EVENT else 0, opened, row.sent_at,
                 copies[row.number], delivery, row.number)
                for row, record, (_, conversation) in ordered
            ],
        )  # fmt: skip
        table = "text_open" if opened else "text_sealed"
        self._connection.executemany(
            f"INSERT INTO {table}(rowid, subject, text, stem, tags) VALUES(?, ?, ?, ?, ?)",
            [
                (record, row.folded_subject or row.subject or "", row.folded or row.text, row.stem,
                 seated[strand].service if strand in seated else service)
                for row, record, (strand, _) in ordered
            ],
        )  # fmt: skip
        yield from copies.items()

    def _add_copies(self, entries: Sequence[Entry], opened: int, *, beside: int) -> None:
        """Store what this delivery says of records, in the order of its items."""
        first = self._last_copy + 1
        self._last_copy += len(entries)
        author, delivery, seated = self._participants.of, self._delivery, self._strands.seated
        self._connection.executemany(
            _COPY,
            [
                (
                    copy, record, strand, delivery, row.number, opened, beside,
                    _key(row), row.sent_at, row.basis,
                    author(
                        row.author, row.label, seated[strand].account if strand in seated else 0
                    )
                    if row.author
                    else None,
                    row.type, row.label,
                    row.text, row.stem, row.folded or "", row.subject or "",
                    row.folded_subject or "", row.marks, "",
                )
                for copy, (row, record, (strand, _)) in enumerate(entries, first)
            ],
        )  # fmt: skip
        self._connection.executemany(
            "INSERT INTO strand_copy VALUES(?, ?, ?, ?, ?)",
            [
                (strand, record, copy, _match_key(row), row.said)
                for copy, (row, record, (strand, _)) in enumerate(entries, first)
            ],
        )
        self._connection.executemany(
            "UPDATE strand SET fresh = ?1, first = iif(first, first, ?1) WHERE id = ?2"
            " AND fresh = 0",
            [(first, strand) for strand in {s for row, _, (s, _) in entries if is_aligned(row)}],
        )
        self._connection.executemany(
            "INSERT INTO match VALUES(?, ?, ?)",
            [
                (bytearray(row.conflict), copy, ID)
                for copy, (row, _, _) in enumerate(entries, first)
                if row.conflict and is_aligned(row)
            ],
        )
        self._mail.add(entries, first, known=bool(beside))

    def _add_known(self, known: Sequence[Entry]) -> Iterator[tuple[int, int]]:
        """Find the copy that says the same in the same strand, or store one more; yield it.

        What only sealed deliveries held so far is opened when this one is open.
        """
        wordings = Wordings(self._connection, self._mail, {record for _, record, _ in known})
        other: list[Entry] = []
        reopened: list[tuple[int, int]] = []
        for entry in known:
            row, record, (strand, _) = entry
            found = wordings.same(row, record, strand)
            if found is None:
                other.append(entry)
                if wordings.is_reworded(row, record, strand):
                    self.reworded.append((row.number, record))
                continue
            copy, is_open = found
            yield row.number, copy
            if self._opened and not is_open and strand not in self._strands.closed:
                reopened.append((record, copy))
        parts = [part for _, part in self._by_openness(other)]
        for index, entry in enumerate(chain(*parts), self._last_copy + 1):
            yield entry[0].number, index
        if other or reopened:
            shut = access.sealed(self._connection, [copy for _, copy in reopened])
            self._restate(other, [one for one in reopened if one[1] not in shut])

    def _restate(self, other: Sequence[Entry], reopened: Sequence[tuple[int, int]]) -> None:
        records = {record for _, record, _ in other} | {record for record, _ in reopened}
        with restated(self._connection, records):
            for opened, part in self._by_openness(other):
                self._add_copies(part, opened, beside=1)
            self._connection.executemany(
                "UPDATE copy SET open = 1 WHERE id = ?", [(copy,) for _, copy in reopened]
            )
        self._follow([self._last_copy - n for n in range(len(other))])
        self._follow([copy for _, copy in reopened])

    def _follow(self, copies: Sequence[int]) -> None:
        """Note where records went that show another time now."""
        for copy in copies:
            strand, record = self._connection.execute(
                "SELECT strand, record FROM copy WHERE id = ?", (copy,)
            ).fetchone()
            self._reach(strand, record)


def _noughts(span: Span) -> str:
    return f"[{'0,' * (span.last - span.first)}0]"


def _key(row: Row) -> bytearray:
    return _NO_KEY if is_aligned(row) else pack(row)


def _match_key(row: Row) -> bytearray:
    return bytearray(row.keys[0]) if is_aligned(row) and row.keys else _NO_KEY
