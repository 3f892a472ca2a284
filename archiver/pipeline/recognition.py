"""Know again what was destroyed: nothing that is handed in a second time comes back unseen.

Of the same account an item is known for certain by its mark, and is left out: its bytes are kept
with the delivery, no record is made of it, and a finding asks for a destruction of it too. In
another account what looks like it is kept, and an officer is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archiver.model import Decision, Finding, Row, Verdict
from archiver.pipeline.marks import Marks
from archiver.store.archive import Archive
from archiver.store.catalogue.marked import has_marks, marked

BEFORE = Decision(rule="destroyed-before/1")
"""The decision on an item that was lawfully destroyed and is handed in again."""

AGAIN, ALIKE, FILE = "E-D006", "W-D006", "W-D007"


def left_out(verdicts: Iterable[Verdict]) -> set[int]:
    """Give the items that these verdicts leave out as destroyed before."""
    return {
        number
        for verdict in verdicts
        if verdict.rule == BEFORE.rule
        for number in range(verdict.first, verdict.last + 1)
    }


class Recognition:
    """Looks at the items of one delivery; does nothing in an archive that never destroyed."""

    def __init__(self, archive: Archive, account: str) -> None:
        """Look whether there is anything to know again."""
        self.archive, self.account = archive, account
        self.excluded = 0
        self._alike: list[tuple[int, str]] = []
        self._files: list[tuple[int, str]] = []
        self._by: set[str] = set()
        self._marks = Marks(archive) if has_marks(archive.catalogue.connection) else None

    def of(self, rows: Sequence[Row], decisions: list[Decision]) -> list[Decision]:
        """Give the decisions, with `BEFORE` for what the same account had destroyed."""
        if self._marks is None or not rows:
            return decisions
        marks = self._marks
        own = {
            row.number: marks.own(self.account, row.kind, row.author, row.sent_at, row.text)
            for row in rows
        }
        found = marked(self.archive.catalogue.connection, own.values())
        judged = [
            BEFORE if own[row.number] in found else decision
            for row, decision in zip(rows, decisions, strict=True)
        ]
        self._by.update(found.values())
        self.excluded += sum(one is BEFORE for one in judged)
        left = [row for row, one in zip(rows, judged, strict=True) if one is not BEFORE]
        self._look_for_likeness(marks, left)
        return judged

    def _look_for_likeness(self, marks: Marks, rows: Sequence[Row]) -> None:
        connection = self.archive.catalogue.connection
        alike = {row.number: marks.alike(row.sent_at, row.text) for row in rows}
        files = {row.number: marks.of_files(one.sha256 for one in row.attachments) for row in rows}
        for noted, wanted in ((self._alike, alike), (self._files, files)):
            found = marked(connection, [mark for ones in wanted.values() for mark in ones])
            noted += [
                (number, next(found[mark] for mark in ones if mark in found))
                for number, ones in wanted.items()
                if any(mark in found for mark in ones)
            ]

    def findings(self) -> Iterator[Finding]:
        """Say what was known again."""
        if self.excluded:
            values: dict[str, str | int] = {
                "count": self.excluded, "deliveries": ", ".join(sorted(self._by)),
            }  # fmt: skip
            yield Finding(AGAIN, values)
        for code, noted in ((ALIKE, self._alike), (FILE, self._files)):
            yield from (Finding(code, {"delivery": by}, item=item) for item, by in noted)
