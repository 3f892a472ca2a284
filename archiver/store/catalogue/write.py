"""Write one delivery's items into the catalogue: records, holdings, observations, full text.

This is the bulk path: rows come in batches and go in with `executemany` in one transaction per
delivery. The same code serves a live ingest and a rebuild.
"""

from __future__ import annotations

from collections.abc import Sequence

from archiver.model import Decision, Kind, Row
from archiver.store.catalogue.allocate import allocate
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.strands import Participants, Strands, entitle

# The driver passes exact int, str and bytearray straight on and looks an adapter up for anything
# else, None, bool and bytes included: a microsecond each. So optional texts come as "" (nullif).
_OPTIONAL = "nullif(?, '')"
_RECORD = f"INSERT INTO record VALUES({', '.join(['?'] * 14 + [_OPTIONAL] * 4)})"
_HOLDING = f"INSERT INTO holding VALUES(?, ?, ?, ?, ?, {_OPTIONAL})"
_ATTACHMENT = f"INSERT INTO attachment VALUES({','.join('?' * 10)})"
_OBSERVATION = "INSERT OR IGNORE INTO observation VALUES(?, ?, ?, ?, ?)"

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

    def add(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
        """Keep a batch of items, each as a new record or as one more holding of a known one."""
        records = self._records(rows, decisions)
        strands = [self._strands.of(row.thread, row.title) for row in rows]
        entries = list(zip(rows, records, strands, strict=True))
        new = [e for e, d in zip(entries, decisions, strict=True) if not d.record]
        if new:
            self._add_new(new)
        if len(new) < len(rows):
            self._add_known([e for e, d in zip(entries, decisions, strict=True) if d.record])
        self._add_holdings(entries, decisions)
        self._add_details(entries)

    def _records(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> list[int]:
        fresh = [r.sent_at for r, d in zip(rows, decisions, strict=True) if not d.record]
        keys = iter(allocate(self._connection, fresh))
        return [decision.record or next(keys) for decision in decisions]

    def _add_new(self, new: Sequence[Entry]) -> None:
        # Full text wants rising keys: a lower one makes it write out what it holds in memory.
        ordered = sorted(new, key=lambda entry: entry[1])
        table = "text_open" if self._opened else "text_sealed"
        self._connection.executemany(_RECORD, self._records_of(ordered))
        self._connection.executemany(
            f"INSERT INTO {table}(rowid, subject, text, stem, tags) VALUES(?, ?, ?, ?, ?)",
            [
                (record, row.folded_subject or row.subject or "", row.folded or row.text, row.stem,
                 self._service)
                for row, record, _ in ordered
            ],
        )  # fmt: skip

    def _records_of(self, entries: Sequence[Entry]) -> list[tuple[object, ...]]:
        author, delivery, opened = self._participants.of, self._delivery, self._opened
        return [
            (
                record, conversation, 1 if row.kind is Kind.EVENT else 0, opened, row.type,
                row.sent_at, row.basis, author(row.author, row.label) if row.author else None,
                bytearray(row.keys[0]) if row.keys else _NO_KEY, delivery, row.number, row.label,
                row.text, row.stem, row.folded or "", row.subject or "", row.folded_subject or "",
                row.marks,
            )
            for row, record, (_, conversation) in entries
        ]  # fmt: skip

    def _add_known(self, known: Sequence[Entry]) -> None:
        """Store how this copy differs, and open what only sealed deliveries held so far."""
        shown = self._shown([record for _, record, _ in known])
        differences = []
        for row, record, _ in known:
            opened, *values = shown[record]
            if self._opened and not opened:
                show(self._connection, row, record, self._delivery)
                continue
            for kind, here, there in zip(
                ("text", "label", "marks"), (row.text, row.label, row.marks), values, strict=True
            ):
                if here != (there or ""):
                    differences.append((record, self._delivery, row.number, kind, here))
        self._connection.executemany(_OBSERVATION, differences)

    def _shown(self, records: Sequence[int]) -> dict[int, tuple[int, str, str, str | None]]:
        found = {}
        for start in range(0, len(records), 500):
            part = records[start : start + 500]
            for record, *values in self._connection.execute(
                "SELECT id, open, text, label, marks FROM record WHERE id IN"
                f" ({','.join('?' * len(part))})",
                part,
            ):
                found[record] = tuple(values)
        return found

    def _add_holdings(self, entries: Sequence[Entry], decisions: Sequence[Decision]) -> None:
        delivery = self._delivery
        self._connection.executemany(
            _HOLDING,
            [
                (delivery, row.number, record, strand[0], decision.level, decision.rule)
                for (row, record, strand), decision in zip(entries, decisions, strict=True)
            ],
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO holding_strand VALUES(?, ?)",
            [(strand[0], record) for _, record, strand in entries],
        )

    def _add_details(self, entries: Sequence[Entry]) -> None:
        """Write what only some items have: attachments, mail's match keys and participants."""
        attachments: list[tuple[object, ...]] = []
        keys: list[tuple[bytes, int, int]] = []
        participants: list[tuple[int, int, str]] = []
        for row, record, _ in entries:
            for number, a in enumerate(row.attachments):
                attachments.append(
                    (self._delivery, row.number, number, a.name, a.media_type, a.size, a.sha256,
                     a.member, a.part, a.missing)
                )  # fmt: skip
            if row.scope != "strand":
                finest = len(row.keys)
                keys.extend((key, record, finest - n) for n, key in enumerate(row.keys))
                if row.conflict:
                    keys.append((row.conflict, record, 5))
            for role, identifier, label in row.participants:
                participants.append((self._participants.of(identifier, label), record, role))
        for statement, values in (
            (_ATTACHMENT, attachments),
            ("INSERT OR IGNORE INTO match VALUES(?, ?, ?)", keys),
            ("INSERT OR IGNORE INTO mail_participant VALUES(?, ?, ?)", participants),
        ):
            if values:
                self._connection.executemany(statement, values)


def show_own(connection: Connection, delivery: int, rows: Sequence[Row]) -> None:
    """Let the sealed records of a delivery that is released show what it holds itself.

    Until then they showed what came first, which may be another sealed delivery's.
    """
    held = connection.execute(
        "SELECT h.item, h.record, r.conversation, r.open, r.delivery FROM holding h"
        " JOIN record r ON r.id = h.record WHERE h.delivery = ? AND h.item BETWEEN ? AND ?",
        (delivery, rows[0].number, rows[-1].number),
    )
    by_item = {item: values for item, *values in held}
    for row in rows:
        record, conversation, opened, home = by_item[row.number]
        entitle(connection, conversation, row.title, delivery)
        if not opened and home != delivery:
            show(connection, row, record, delivery)


def show(connection: Connection, row: Row, record: int, delivery: int) -> None:
    """Let a record that was sealed show what an open delivery holds of it, and index that.

    Its sealed text leaves the sealed index first: full text must be given the words it indexed.
    What its sealed copy has otherwise stays an observation of that copy.
    """
    for kind, here in (("text", row.text), ("label", row.label), ("marks", row.marks)):
        connection.execute(
            f"INSERT OR IGNORE INTO observation SELECT id, delivery, item, '{kind}',"
            f" coalesce({kind}, '') FROM record WHERE id = ? AND coalesce({kind}, '') <> ?",
            (record, here),
        )
    conversation = connection.execute(
        "SELECT conversation FROM record WHERE id = ?", (record,)
    ).fetchone()[0]
    entitle(connection, conversation, row.title, delivery)
    connection.execute(
        "DELETE FROM observation WHERE record = ? AND delivery = ?", (record, delivery)
    )
    connection.execute(
        "INSERT INTO text_sealed(text_sealed, rowid, subject, text, stem, tags)"
        " SELECT 'delete', id, subject, text, stem, tags FROM searchable WHERE id = ?",
        (record,),
    )
    connection.execute(
        "UPDATE record SET open = 1, label = ?, text = ?, stem = ?, folded = ?, subject = ?,"
        " folded_subject = ?, marks = ? WHERE id = ?",
        (
            row.label,
            row.text,
            row.stem,
            row.folded,
            row.subject,
            row.folded_subject,
            row.marks or None,
            record,
        ),
    )
    connection.execute(
        "INSERT INTO text_open(rowid, subject, text, stem, tags)"
        " SELECT id, subject, text, stem, tags FROM searchable WHERE id = ?",
        (record,),
    )
