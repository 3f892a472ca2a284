"""From batches of rows to records: thread by thread, inside the writer's transaction.

One object a delivery joins the deciding stage (`archiver.deduplicate`) with the catalogue. A
rebuild writes through the same room with decisions that were made before (`replaying`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archiver.deduplicate import Ladder, Runs
from archiver.deduplicate.spans import joined
from archiver.deduplicate.verdicts import Homes, runs
from archiver.model import Decision, Finding, Row, Span, Union, Verdict
from archiver.pipeline.batch import Batch
from archiver.pipeline.conflicts import Conflicts
from archiver.pipeline.recall import recall
from archiver.pipeline.recognition import BEFORE, Recognition
from archiver.pipeline.room import Room
from archiver.pipeline.threads import Threads
from archiver.store.archive import Archive
from archiver.store.catalogue.homes import homes, publics
from archiver.store.catalogue.key_bitmap import key_bitmap
from archiver.store.catalogue.known import Known


class Matching:
    """Decides and writes the items of one delivery; keeps the balance and the evidence."""

    def __init__(self, archive: Archive, room: Room, twin: int | None = None) -> None:
        """Begin; `twin` is another account's delivery of the very same file."""
        self._room, self._twin = room, twin
        self.new = self.known = 0
        self._connection = archive.catalogue.connection
        self._runs = Runs()
        self._publics: dict[int, str] = {}
        self._known = Known(self._connection, room.number, room.writer.highest)
        self._ladder = Ladder(self._known, room.strands, room.strands.fresh, twin)
        self._threads = Threads(self._known, room.strands, room.public)
        self._conflicts = Conflicts(self._connection, self._ladder)
        self._recognition = Recognition(archive, room.strands.account)

    @property
    def excluded(self) -> int:
        """Items that were destroyed before, and of which no record is made."""
        return self._recognition.excluded

    @property
    def unions(self) -> tuple[Union, ...]:
        """Threads that go on in a strand with another name."""
        return tuple(self._threads.unions)

    def findings(self) -> list[Finding]:
        """Give what was found, once all is added and closed."""
        return [
            *self._threads.findings,
            *self._conflicts.findings,
            *self._recognition.findings(),
        ]

    def unite(self, rows: Sequence[Row]) -> None:
        """Find threads that are known strands under another title, in the first rows read."""
        self._threads.unite(rows)

    def sieve(self) -> bytes:
        """Give the reader what the strands met so far have; nothing where rows must come whole.

        They must where an item may be known by its place in a file, or may open what was sealed.
        """
        elsewhere = bool(self._room.strands.seated)
        sealed = self._room.writer.opens and (
            elsewhere or self._known.is_sealed(self._room.account)
        )
        if self._twin is not None or sealed:
            return b""
        strands = self._room.strands.met() - self._room.strands.fresh
        bitmap = key_bitmap(self._connection, strands)
        if bitmap:
            self._ladder.sift(strands)
        return bitmap

    def add(self, batch: Batch) -> Iterator[Verdict]:
        """Decide and write a batch; yield the verdicts that are complete."""
        if batch.repeats:
            yield from self._runs.put(self._sifted(batch))
        else:
            yield from self._rows(batch.rows)

    def _sifted(self, batch: Batch) -> list[Verdict]:
        """Write repeats as holdings, and as rows those of them that are more than that."""
        odd: dict[int, Decision] = {}
        spans: list[Span] = []
        for one in joined(self._known, self._room.strands, batch.repeats):
            self._room.writer.add_repeats(one.spans, one.beside, one.strand, one.highest)
            spans += one.spans
            odd.update(one.apart)
        self.known += sum(span.last - span.first + 1 for span in spans)
        rows = sorted((*batch.rows, *recall(batch, list(odd))), key=lambda row: row.number)
        return sorted(
            (*self._spans(spans), *self._others(rows, odd)), key=lambda verdict: verdict.first
        )

    def _spans(self, spans: Sequence[Span]) -> Iterator[Verdict]:
        absent = {span.delivery for span in spans} - self._publics.keys()
        if absent:
            self._publics.update(publics(self._connection, absent))
        for one in spans:
            home = self._publics[one.delivery]
            yield Verdict(one.first, one.last, home, one.item, one.level, one.rule)

    def _others(self, rows: Sequence[Row], odd: Mapping[int, Decision]) -> Iterator[Verdict]:
        decisions = [
            odd.get(row.number, decision)
            for row, decision in zip(rows, self._ladder.decide(rows), strict=True)
        ]
        decisions = self._recognition.of(rows, decisions)
        self._conflicts.note(rows, decisions)
        homes_of = self._write(rows, decisions)
        numbered = ((row.number, one) for row, one in zip(rows, decisions, strict=True))
        return runs(numbered, homes_of)

    def _write(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> Homes:
        if BEFORE in decisions:
            kept = [pair for pair in zip(rows, decisions, strict=True) if pair[1] is not BEFORE]
            rows, decisions = [row for row, _ in kept], [decision for _, decision in kept]
        self._room.add(rows, decisions)
        if noted := self._room.writer.reworded:
            self._conflicts.reworded(noted)
            noted.clear()
        known = [decision.record for decision in decisions if decision.record]
        self.known += len(known)
        self.new += len(decisions) - len(known)
        return homes(self._connection, known) if known else {}

    def _rows(self, rows: Sequence[Row]) -> Iterator[Verdict]:
        for part in self._ladder.split(rows):
            decisions = self._recognition.of(part, self._ladder.decide(part))
            self._conflicts.note(part, decisions)
            homes_of = self._write(part, decisions)
            if part:
                yield from self._runs.add(part[0].number, decisions, homes_of)

    def close(self) -> Iterator[Verdict]:
        """Yield the last verdict."""
        self._room.close()
        return self._runs.close()
