"""Which strand of the archive a thread of a delivery is, where its name does not say so.

A group that was renamed goes on under its new title; two groups may bear one title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from archiver.deduplicate import find_run
from archiver.deduplicate.namesake import APART, Meeting, choose
from archiver.deduplicate.namesake import RULE as NAMESAKE
from archiver.deduplicate.sketch import LONG, digest
from archiver.deduplicate.union import RULE, samples
from archiver.model import Finding, Row, Union
from archiver.store.catalogue.known import Known
from archiver.store.catalogue.strands import Strands


class Threads:
    """Gives the threads of one delivery their strands; keeps what it united, and why."""

    def __init__(self, known: Known, strands: Strands, public: str) -> None:
        """Begin; a strand of its own bears the name `public` of its delivery."""
        self._known, self._strands, self._public = known, strands, public
        self.unions: list[Union] = []
        self.findings: list[Finding] = []

    def unite(self, rows: Sequence[Row]) -> None:
        """Find threads that are known strands under another title, in the first rows read."""
        by_thread: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.scope == "strand":
                by_thread[row.thread].append(row)
        for thread, of_thread in by_thread.items():
            if self._strands.find(thread) is None:
                self._unite(thread, of_thread)
            else:
                self._tell_apart(thread, of_thread)

    def _unite(self, thread: str, rows: Sequence[Row]) -> None:
        seat = self._strands.seat(thread)
        strands = self._known.strands_sharing(seat.account, seat.service, samples(rows))
        found = self._known.keys_of_strands(
            strands,
            [row.keys[0] for row in rows if row.keys],
            [row.sent_at for row in rows],
        )
        run = find_run(rows, found)
        if run is None or not run.length:
            return
        name = self._strands.name_of(run.strand, thread)
        if run.unites:
            self._strands.unite(thread, run.strand)
            self.unions.append(Union(thread, name, run.length, run.rare, RULE))
        values: dict[str, str | int] = {"run": run.length, "rare": run.rare}
        self.findings.append(Finding("W-D001" if run.unites else "W-D002", values))

    def _tell_apart(self, thread: str, rows: Sequence[Row]) -> None:
        """Give a thread the strand under its name that it belongs to, or one of its own."""
        namesakes = self._strands.namesakes(thread, APART)
        chosen = choose([self._meeting(strand, rows) for strand in namesakes])
        if [chosen] == namesakes:
            return
        if chosen is None:
            name = f"{thread}{APART}{self._public}"
            self.findings.append(Finding("W-D004"))
        else:
            name = self._strands.name_of(chosen, thread)
        strand = self._strands.divert(thread, name, rows[0].title)
        self.unions.append(Union(thread, name, 0, 0, NAMESAKE))
        if chosen is None:
            self._strands.fresh.add(strand)

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
