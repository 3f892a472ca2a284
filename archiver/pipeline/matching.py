"""From batches of rows to records: thread by thread, inside the writer's transaction.

One object a delivery joins the deciding stage (`archiver.deduplicate`) with the catalogue. A
rebuild uses the same writer with decisions that were made before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from archiver.deduplicate import Ladder, Runs, find_run
from archiver.deduplicate.ladder import FILE_RULE
from archiver.deduplicate.namesake import APART, Meeting, choose
from archiver.deduplicate.namesake import RULE as NAMESAKE
from archiver.deduplicate.relation import same_clock
from archiver.deduplicate.sketch import LONG, Sketch, digest
from archiver.deduplicate.spans import joined
from archiver.deduplicate.union import RULE, samples
from archiver.deduplicate.verdicts import Homes, runs
from archiver.model import NEW, Decision, Finding, Row, Span, Union, Verdict
from archiver.pipeline.batch import Batch
from archiver.pipeline.recall import recall
from archiver.pipeline.recognition import BEFORE, Recognition
from archiver.store.archive import Archive
from archiver.store.catalogue import deliveries, gather_mail
from archiver.store.catalogue.homes import delivery_key, homes, publics, rename
from archiver.store.catalogue.key_bitmap import key_bitmap
from archiver.store.catalogue.known import Known
from archiver.store.catalogue.mail_keys import MailKeys
from archiver.store.catalogue.strands import Participants, Seating, Strands, at_home
from archiver.store.catalogue.write import DeliveryWriter
from archiver.store.manifest import encode

CONVERSATION_LABEL = "conversation/1"
OTHER_CONTENT, OTHER_FILES = "E-D001", "W-D021"
"""What is found where two mails have one Message-ID."""
SAME_ID, OTHER_WORDS = "E-D004", "W-D005"
"""What is found of a chat's messages by the source's own identifiers."""


class Place(Struct):
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


def place(
    archive: Archive,
    delivery: str,
    account: tuple[int, str],
    service: str,
    *,
    opened: bool,
    seating: Seating = at_home,
) -> Place:
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
    return Place(number, delivery, account[0], service, strands, writer)


class Matching:
    """Decides and writes the items of one delivery; keeps the balance and the evidence."""

    def __init__(self, archive: Archive, place: Place, twin: int | None = None) -> None:
        """Begin; `twin` is another account's delivery of the very same file."""
        self.archive, self.place, self.twin = archive, place, twin
        self.new = self.known = 0
        self.unions: list[Union] = []
        self.findings: list[Finding] = []
        self._runs = Runs()
        self._publics: dict[int, str] = {}
        self._known = Known(archive.catalogue.connection, place.number, place.writer.highest)
        self._ladder = Ladder(self._known, place.strands, place.strands.fresh, twin)
        self._recognition = Recognition(archive, place.strands.account)

    @property
    def excluded(self) -> int:
        """Items that were destroyed before, and of which no record is made."""
        return self._recognition.excluded

    def unite(self, rows: Sequence[Row]) -> None:
        """Find threads that are known strands under another title, in the first rows read."""
        by_thread: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.scope == "strand":
                by_thread[row.thread].append(row)
        for thread, of_thread in by_thread.items():
            if self.place.strands.find(thread) is None:
                self._unite(thread, of_thread)
            else:
                self._tell_apart(thread, of_thread)

    def sieve(self) -> bytes:
        """Give the reader what the strands met so far have; nothing where rows must come whole.

        They must where an item may be known by its place in a file, or may open what was sealed.
        """
        elsewhere = bool(self.place.strands.seated)
        sealed = self.place.writer.opens and (
            elsewhere or self._known.is_sealed(self.place.account)
        )
        if self.twin is not None or sealed:
            return b""
        strands = self.place.strands.met() - self.place.strands.fresh
        bitmap = key_bitmap(self.archive.catalogue.connection, strands)
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
        for one in joined(self._known, self.place.strands, batch.repeats):
            self.place.writer.add_repeats(one.spans, one.beside, one.strand, one.highest)
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
            self._publics.update(publics(self.archive.catalogue.connection, absent))
        for one in spans:
            home = self._publics[one.delivery]
            yield Verdict(one.first, one.last, home, one.item, one.level, one.rule)

    def _others(self, rows: Sequence[Row], odd: Mapping[int, Decision]) -> Iterator[Verdict]:
        decisions = [
            odd.get(row.number, decision)
            for row, decision in zip(rows, self._ladder.decide(rows), strict=True)
        ]
        decisions = self._recognition.of(rows, decisions)
        self._note_conflicts(rows, decisions)
        homes_of = self._write(rows, decisions)
        numbered = ((row.number, one) for row, one in zip(rows, decisions, strict=True))
        return runs(numbered, homes_of)

    def _write(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> Homes:
        if BEFORE in decisions:
            kept = [pair for pair in zip(rows, decisions, strict=True) if pair[1] is not BEFORE]
            rows, decisions = [row for row, _ in kept], [decision for _, decision in kept]
        self.place.add(rows, decisions)
        self._note_other_words()
        known = [decision.record for decision in decisions if decision.record]
        self.known += len(known)
        self.new += len(decisions) - len(known)
        return homes(self.archive.catalogue.connection, known) if known else {}

    def _rows(self, rows: Sequence[Row]) -> Iterator[Verdict]:
        for part in self._ladder.split(rows):
            decisions = self._recognition.of(part, self._ladder.decide(part))
            self._note_conflicts(part, decisions)
            homes_of = self._write(part, decisions)
            if part:
                yield from self._runs.add(part[0].number, decisions, homes_of)

    def close(self) -> Iterator[Verdict]:
        """Yield the last verdict."""
        self.findings += self._recognition.findings()
        self.place.close()
        return self._runs.close()

    def _unite(self, thread: str, rows: Sequence[Row]) -> None:
        seat = self.place.strands.seat(thread)
        strands = self._known.strands_sharing(seat.account, seat.service, samples(rows))
        found = self._known.keys_of_strands(
            strands,
            [row.keys[0] for row in rows if row.keys],
            [row.sent_at for row in rows],
        )
        run = find_run(rows, found)
        if run is None or not run.length:
            return
        name = self.place.strands.name_of(run.strand, thread)
        if run.unites:
            self.place.strands.unite(thread, run.strand)
            self.unions.append(Union(thread, name, run.length, run.rare, RULE))
        values: dict[str, str | int] = {"run": run.length, "rare": run.rare}
        self.findings.append(Finding("W-D001" if run.unites else "W-D002", values))

    def _tell_apart(self, thread: str, rows: Sequence[Row]) -> None:
        """Give a thread the strand under its name that it belongs to, or one of its own."""
        namesakes = self.place.strands.namesakes(thread, APART)
        chosen = choose([self._meeting(strand, rows) for strand in namesakes])
        if [chosen] == namesakes:
            return
        if chosen is None:
            name = f"{thread}{APART}{self.place.public}"
            self.findings.append(Finding("W-D004"))
        else:
            name = self.place.strands.name_of(chosen, thread)
        strand = self.place.strands.divert(thread, name, rows[0].title)
        self.unions.append(Union(thread, name, 0, 0, NAMESAKE))
        if chosen is None:
            self.place.strands.fresh.add(strand)

    def _meeting(self, strand: int, rows: Sequence[Row]) -> Meeting:
        since, until = self._known.covered(strand)
        times = [row.sent_at for row in rows if row.sent_at is not None]
        first, last = min(times, default=0), max(times, default=-1)
        keys = [row.keys[0] for row in rows if row.keys]
        matched = self._known.has(strand, keys, times)
        texts = {digest(row.text): row for row in rows if len(row.text) >= LONG}
        shared = self._known.sketched(strand, texts)
        return Meeting(
            strand,
            sum(1 for time in times if since <= time <= until),
            self._known.count(strand, first, last, len(rows)),
            sum(1 for row in rows if row.keys and row.keys[0] in matched),
            len(shared),
            sum(1 for each in shared if texts[each].keys[0] not in matched),
        )

    def _note_conflicts(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
        """Tell where a Message-ID says something else, and not only more."""
        conflicts = list(self._ladder.conflicts(rows, decisions))
        if not conflicts:
            return
        connection = self.archive.catalogue.connection
        other = homes(connection, [record for _, record in conflicts])
        if rows[0].scope == "strand":
            self._tell(SAME_ID, ((row.number, record) for row, record in conflicts), other)
            return
        met = gather_mail.of_id(connection, {row.conflict for row, _ in conflicts if row.conflict})
        for row, record in conflicts:
            delivery, item = other[record]
            values: dict[str, str | int] = {"record": f"{delivery}.{item}"}
            if code := _conflict(row, met[record]):
                self.findings.append(Finding(code, values, item=row.number))

    def _note_other_words(self) -> None:
        """Tell where a message has other words than before without a mark that says so."""
        noted = self.place.writer.reworded
        if noted:
            other = homes(self.archive.catalogue.connection, [record for _, record in noted])
            self._tell(OTHER_WORDS, noted, other)
            noted.clear()

    def _tell(self, code: str, noted: Iterable[tuple[int, int]], other: Homes) -> None:
        for item, record in noted:
            delivery, number = other[record]
            self.findings.append(Finding(code, {"record": f"{delivery}.{number}"}, item=item))


def _conflict(row: Row, others: Iterable[MailKeys]) -> str:
    """Say how a mail differs from copies with its Message-ID: not, in attachments only, or wholly.

    One that only has additions is united with them by reconciling.
    """
    said, files, _ = row.alike or (b"", b"", b"")
    files_of = {other.files for other in others if said and other.said == said}
    if files in files_of:
        return ""
    return OTHER_FILES if files_of else OTHER_CONTENT


class Replaying:
    """Writes a delivery's items with verdicts that were made before, in runs."""

    def __init__(self, archive: Archive, place: Place, verdicts: Iterable[Verdict]) -> None:
        self._archive = archive
        self._place = place
        self._verdicts = iter(verdicts)
        self._verdict: Verdict | None = None
        self._known = Known(archive.catalogue.connection, place.number)

    def add(self, rows: Sequence[Row]) -> None:
        """Write a batch as its verdicts say."""
        start = 0
        while start < len(rows):
            verdict = self._at(rows[start].number)
            # Numbers rise, with gaps where items were destroyed.
            end = bisect_right(rows, verdict.last, start, key=lambda row: row.number)
            self._write(verdict, rows[start:end])
            start = end

    def _at(self, item: int) -> Verdict:
        while self._verdict is None or self._verdict.last < item:
            self._verdict = next(self._verdicts)
        return self._verdict

    def _write(self, verdict: Verdict, rows: Sequence[Row]) -> None:
        if verdict.rule == BEFORE.rule:
            return
        if not verdict.record:
            self._place.add(rows, [NEW] * len(rows))
            return
        shift = verdict.item - verdict.first
        home = delivery_key(self._archive.catalogue.connection, verdict.record) or 0
        first, last = rows[0].number + shift, rows[-1].number + shift
        records = self._known.items_of(home, first, last)
        if len(records) == len(rows):
            found = [records[row.number + shift] for row in rows]
            self._place.add(rows, [Decision(one, verdict.level, verdict.rule) for one in found])
            return
        for row in rows:
            self._write_named(verdict, row, (home, row.number + shift))

    def _write_named(self, verdict: Verdict, row: Row, name: tuple[int, int]) -> None:
        """Write an item whose record may have its name from an item that was destroyed since."""
        record = self._known.items_of(name[0], name[1], name[1]).get(name[1], 0)
        self._place.add([row], [Decision(record, verdict.level, verdict.rule)])
        if not record:
            rename(self._archive.catalogue.connection, (self._place.number, row.number), name)
