"""Write a delivery's items as it was decided before, for a rebuild."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from archiver.model import NEW, Decision, Row, Verdict
from archiver.pipeline.recognition import BEFORE
from archiver.pipeline.room import Room
from archiver.store.archive import Archive
from archiver.store.catalogue.homes import delivery_key, rename
from archiver.store.catalogue.known import Known


class Replaying:
    """Writes a delivery's items with verdicts that were made before, in runs."""

    def __init__(self, archive: Archive, room: Room, verdicts: Iterable[Verdict]) -> None:
        self._archive = archive
        self._room = room
        self._verdicts = iter(verdicts)
        self._verdict: Verdict | None = None
        self._known = Known(archive.catalogue.connection, room.number)

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
            self._room.add(rows, [NEW] * len(rows))
            return
        shift = verdict.item - verdict.first
        home = delivery_key(self._archive.catalogue.connection, verdict.record) or 0
        first, last = rows[0].number + shift, rows[-1].number + shift
        records = self._known.items_of(home, first, last)
        if len(records) == len(rows):
            found = [records[row.number + shift] for row in rows]
            self._room.add(rows, [Decision(one, verdict.level, verdict.rule) for one in found])
            return
        for row in rows:
            self._write_named(verdict, row, (home, row.number + shift))

    def _write_named(self, verdict: Verdict, row: Row, name: tuple[int, int]) -> None:
        """Write an item whose record may have its name from an item that was destroyed since."""
        record = self._known.items_of(name[0], name[1], name[1]).get(name[1], 0)
        self._room.add([row], [Decision(record, verdict.level, verdict.rule)])
        if not record:
            rename(self._archive.catalogue.connection, (self._room.number, row.number), name)
