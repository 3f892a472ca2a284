"""The reconciliation of a pack: what became of every candidate, counted by what was written.

Candidates are published, public already, withheld, double or outside the request: each exactly
once. Where that is not so nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from archiver.cases.judgement import Outcome
from archiver.errors import ArchiveError, ExitCode
from archiver.produce.document import Document
from archiver.produce.selection import Selection

_COUNTED: Mapping[Outcome, str] = {
    Outcome.PUBLIC: "published",
    Outcome.PARTLY: "published",
    Outcome.ALREADY: "already_public",
    Outcome.WITHHELD: "withheld",
    Outcome.DUPLICATE: "duplicates",
    Outcome.OUT_OF_SCOPE: "out_of_scope",
}
COUNTS = ("published", "already_public", "withheld", "duplicates", "out_of_scope")


class NotReconciled(ArchiveError):
    """Of {candidates} candidates {written} were written, {twice} twice; nothing was produced."""

    exit_code = ExitCode.DAMAGE


class Reconciliation:
    """Counts records as documents are written."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._seen: dict[str, tuple[str, str]] = {}
        self._twice = 0

    def add(self, document: Document) -> None:
        """Count the records of a document."""
        for line in document.lines:
            self._twice += line.record in self._seen
            self._seen[line.record] = (str(line.outcome), document.number)

    def counts(self) -> dict[str, int]:
        """Give the sums; their parts add up to the candidates.

        Raises:
            NotReconciled: A candidate is missing, or was written twice.
        """
        names = set(self._selection.names)
        if self._twice or set(self._seen) != names:
            raise NotReconciled(candidates=len(names), written=len(self._seen), twice=self._twice)
        found = Counter(_COUNTED[Outcome(outcome)] for outcome, _ in self._seen.values())
        return {"candidates": len(names)} | {name: found[name] for name in COUNTS}

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Give what became of each candidate: (record, outcome, number of its document)."""
        for name in self._selection.names:
            yield (name, *self._seen[name])
