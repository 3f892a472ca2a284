"""Where a delivery is written in the catalogue.

Matching and replaying write through the same room, so that a rebuild gives what an ingest gave.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from archiver.deduplicate.ladder import FILE_RULE
from archiver.deduplicate.relation import same_clock
from archiver.deduplicate.sketch import LONG, Sketch
from archiver.model import Decision, Row
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries
from archiver.store.catalogue.strands import Participants, Seating, Strands, at_home
from archiver.store.catalogue.write import DeliveryWriter
from archiver.store.manifest import encode


class Room(Struct):
    """Where a delivery is written: its key, its account's, its strands, and its writer."""

    number: int
    public: str
    account: int
    service: str
    strands: Strands
    writer: DeliveryWriter
    sketch: Sketch = field(default_factory=Sketch)
    same_file: bool = False

    def add(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
        """Write a batch, and sketch what is new of it."""
        self.writer.add(rows, decisions)
        self.same_file |= any(decision.rule == FILE_RULE for decision in decisions)
        self.sketch.add(
            (self.strands.of(row.thread, row.title)[0], row.sent_at, row.text)
            for row, decision in zip(rows, decisions, strict=True)
            if not decision.record and row.scope == "strand" and len(row.text) >= LONG
        )

    def close(self) -> None:
        """Keep the sketch, and which strands have the same file, once all items are written."""
        self.writer.keep_sketch(self.sketch.entries())
        if self.same_file:
            self.writer.tie_same_file(FILE_RULE, encode(same_clock()).decode())


def make_room(
    archive: Archive,
    delivery: str,
    account: tuple[int, str],
    service: str,
    *,
    opened: bool,
    seating: Seating = at_home,
) -> Room:
    """Make room for a delivery in the catalogue; `seating` says which threads belong elsewhere."""
    connection = archive.catalogue.connection
    if not archive.catalogue.analysis:  # only the first delivery of an archive
        from archiver.search.analyse import Analysis

        archive.catalogue.analysed_by(Analysis.dutch().name)
    number = deliveries.begin(connection, delivery, account[0])
    strands = Strands(
        connection,
        account,
        service,
        archive.conversation_id,
        delivery=number,
        opened=opened,
        seating=seating,
    )
    participants = Participants(connection, account[0])
    writer = DeliveryWriter(
        connection, number, strands, participants, service=service, opened=opened
    )
    return Room(number, delivery, account[0], service, strands, writer)
