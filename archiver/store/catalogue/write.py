"""Write one delivery's items into the catalogue: records, copies, holdings, full text.

This is the bulk path: rows come in batches and go in with `executemany` in one transaction per
delivery. The same code serves a live ingest and a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archiver.model import Decision, Kind, Row
from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.restate import restated
from archiver.store.catalogue.strands import Participants, Strands

# The driver passes exact int, str and bytearray straight on and looks an adapter up for anything
# else, None, bool and bytes included: a microsecond each. So optional texts come as "" (nullif).
_OPTIONAL = "nullif(?, '')"
_RECORD = "INSERT INTO record VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
_COPY = f"INSERT INTO copy VALUES({', '.join(['?'] * 15 + [_OPTIONAL] * 5)})"
_HOLDING = f"INSERT INTO holding VALUES(?, ?, ?, ?, {_OPTIONAL})"
_ATTACHMENT = f"INSERT INTO attachment VALUES({','.join('?' * 10)})"

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
        self._last_copy = connection.execute("SELECT coalesce(max(id), 0) FROM copy").fetchone()[0]

    def add(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
        """Keep a batch of items, each as a new record or as one more holding of a known one."""
        records = self._records(rows, decisions)
        strands = [self._strands.of(row.thread, row.title) for row in rows]
        entries = list(zip(rows, records, strands, strict=True))
        new = [e for e, d in zip(entries, decisions, strict=True) if not d.record]
        copies = dict(self._add_new(new))
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
        self._add_attachments(rows)

    def keep_sketch(self, entries: Iterable[tuple[int, int]]) -> None:
        """Keep (digest of a text, strand), by which strands that may be one find each other."""
        self._connection.executemany("INSERT OR IGNORE INTO sketch VALUES(?, ?)", list(entries))

    def tie_same_file(self, rule: str, relation: str) -> None:
        """Keep that strands are one where a rule found the same file, with what follows from it."""
        self._connection.execute(
            "INSERT OR IGNORE INTO tie SELECT DISTINCT o.strand, p.strand, 'same', ?"
            " FROM holding h JOIN copy p ON p.id = h.copy JOIN member m ON m.record = p.record"
            " JOIN copy o ON o.id = m.copy WHERE h.delivery = ? AND h.rule = ?"
            " AND o.strand <> p.strand",
            (relation, self._delivery, rule),
        )

    def _records(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> list[int]:
        fresh = [r.sent_at for r, d in zip(rows, decisions, strict=True) if not d.record]
        keys = iter(allocate(self._connection, fresh))
        return [decision.record or next(keys) for decision in decisions]

    def _add_new(self, new: Sequence[Entry]) -> Iterator[tuple[int, int]]:
        """Make records with their first copy; yield (item, copy)."""
        if not new:
            return
        first = self._last_copy + 1
        self._add_copies(new, beside=0)
        copies = {entry[0].number: first + index for index, entry in enumerate(new)}
        # Full text wants rising keys: a lower one makes it write out what it holds in memory.
        ordered = sorted(new, key=lambda entry: entry[1])
        opened, delivery = self._opened, self._delivery
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
                 self._service)
                for row, record, _ in ordered
            ],
        )  # fmt: skip
        yield from copies.items()

    def _add_copies(self, entries: Sequence[Entry], *, beside: int) -> None:
        """Store what this delivery says of records, in the order of its items."""
        first = self._last_copy + 1
        self._last_copy += len(entries)
        author, delivery, opened = self._participants.of, self._delivery, self._opened
        self._connection.executemany(
            _COPY,
            [
                (
                    copy, record, strand, delivery, row.number, opened, beside,
                    bytearray(row.keys[0]) if row.keys else _NO_KEY, row.sent_at, row.basis,
                    author(row.author, row.label) if row.author else None, row.type, row.label,
                    row.text, row.stem, row.folded or "", row.subject or "",
                    row.folded_subject or "", row.marks, "",
                )
                for copy, (row, record, (strand, _)) in enumerate(entries, first)
            ],
        )  # fmt: skip
        self._connection.executemany(
            "INSERT INTO strand_copy VALUES(?, ?, ?)",
            [
                (strand, record, copy)
                for copy, (_, record, (strand, _)) in enumerate(entries, first)
            ],
        )
        self._connection.executemany(
            "UPDATE strand SET fresh = ?1, first = iif(first, first, ?1) WHERE id = ?2"
            " AND fresh = 0",
            [(first, strand) for strand in {s for row, _, (s, _) in entries if _aligned(row)}],
        )
        self._add_mail(entries, first)

    def _add_mail(self, entries: Sequence[Entry], first: int) -> None:
        """Write what only mail has: match keys that hold everywhere, and participants."""
        keys: list[tuple[bytes, int, int]] = []
        participants: list[tuple[int, int, str]] = []
        for copy, (row, _, _) in enumerate(entries, first):
            if row.scope != "strand":
                finest = len(row.keys)
                keys.extend((key, copy, finest - n) for n, key in enumerate(row.keys))
                if row.conflict:
                    keys.append((row.conflict, copy, 5))
            for role, identifier, label in row.participants:
                participants.append((copy, self._participants.of(identifier, label), role))
        if keys:
            self._connection.executemany("INSERT OR IGNORE INTO match VALUES(?, ?, ?)", keys)
        if participants:
            self._connection.executemany(
                "INSERT OR IGNORE INTO mail_participant VALUES(?, ?, ?)", participants
            )

    def _add_known(self, known: Sequence[Entry]) -> Iterator[tuple[int, int]]:
        """Find the copy that says the same in the same strand, or store one more; yield it.

        What only sealed deliveries held so far is opened when this one is open.
        """
        alike = self._copies({record for _, record, _ in known})
        other: list[Entry] = []
        reopened: list[tuple[int, int]] = []
        for entry in known:
            row, record, (strand, _) = entry
            found = alike.get((record, strand, row.text, row.label, row.marks))
            if found is None:
                other.append(entry)
                continue
            copy, is_open = found
            yield row.number, copy
            if self._opened and not is_open:
                reopened.append((record, copy))
        for index, entry in enumerate(other, self._last_copy + 1):
            yield entry[0].number, index
        if other or reopened:
            self._restate(other, reopened)

    def _restate(self, other: Sequence[Entry], reopened: Sequence[tuple[int, int]]) -> None:
        records = {record for _, record, _ in other} | {record for record, _ in reopened}
        with restated(self._connection, records):
            self._add_copies(other, beside=1)
            self._connection.executemany(
                "UPDATE copy SET open = 1 WHERE id = ?", [(copy,) for _, copy in reopened]
            )

    def _copies(self, records: set[int]) -> dict[tuple[int, int, str, str, str], tuple[int, int]]:
        """Give the copies of records by what they say: copy and whether it is open."""
        found: dict[tuple[int, int, str, str, str], tuple[int, int]] = {}
        wanted = sorted(records)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            among = ",".join("?" * len(part))
            for record, strand, text, label, marks, copy, is_open in self._connection.execute(
                "SELECT p.record, p.strand, p.text, p.label, coalesce(p.marks, ''), p.id, p.open"
                f" FROM record r JOIN copy p ON p.id = r.copy WHERE r.id IN ({among})"
                " UNION ALL SELECT record, strand, text, label, coalesce(marks, ''), id, open"
                f" FROM copy WHERE beside = 1 AND record IN ({among})",
                part * 2,
            ):
                found[record, strand, text, label, marks] = (copy, is_open)
        return found

    def _add_attachments(self, rows: Sequence[Row]) -> None:
        attachments = [
            (self._delivery, row.number, number, a.name, a.media_type, a.size, a.sha256, a.member,
             a.part, a.missing)
            for row in rows
            if row.attachments
            for number, a in enumerate(row.attachments)
        ]  # fmt: skip
        if attachments:
            self._connection.executemany(_ATTACHMENT, attachments)


def _aligned(row: Row) -> bool:
    """Whether copies of other strands are found by aligning; mail has its match keys."""
    return row.scope == "strand"
