"""The reconciliation of a pack: what became of every candidate, counted by what was written.

Candidates are published, public already, withheld, double or outside the request: each exactly
once. So are the files of those that are shown, each time that one is named: given, withheld, public
already, double, outside the request, or missing. Where that is not so nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from archiver.cases.judgement import Outcome
from archiver.errors import ArchiveError, ExitCode
from archiver.produce.document import Document, Shown
from archiver.produce.selection import Selection
from archiver.produce.tables_lines import File

_COUNTED: Mapping[Outcome | None, str] = {
    Outcome.PUBLIC: "published",
    Outcome.PARTLY: "published",
    Outcome.ALREADY: "already_public",
    Outcome.WITHHELD: "withheld",
    Outcome.DUPLICATE: "duplicates",
    Outcome.OUT_OF_SCOPE: "out_of_scope",
}
COUNTS = ("published", "already_public", "withheld", "duplicates", "out_of_scope")
_FILES: Mapping[Outcome | None, str] = {
    **_COUNTED,
    Outcome.PUBLIC: "given",
    Outcome.PARTLY: "given",
    None: "missing",
}


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


class FilesNotReconciled(ArchiveError):
    """Of {files} files {written} were written, {twice} twice; nothing was produced."""

    exit_code = ExitCode.DAMAGE


class FileReconciliation:
    """Counts files as the documents that name them are written."""

    def __init__(self, expected: Iterable[tuple[str, int]]) -> None:
        """Expect these: (record, place among the files of it, from 0)."""
        self._expected = frozenset(expected)
        self._seen: dict[tuple[str, int], tuple[File, Shown]] = {}
        self._twice = 0

    def add(self, record: str, order: int, file: File, told: Shown) -> None:
        """Count a file as its line tells it."""
        self._twice += (record, order) in self._seen
        self._seen[record, order] = (file, told)

    def counts(self) -> dict[str, int]:
        """Give the sums; their parts add up to `files`.

        Raises:
            FilesNotReconciled: One is not told, or was told twice.
        """
        if self._twice or self._seen.keys() != self._expected:
            raise FilesNotReconciled(
                files=len(self._expected), written=len(self._seen), twice=self._twice
            )
        found = Counter(_FILES[told.outcome] for _, told in self._seen.values())
        return {"files": len(self._seen)} | {
            name: found[name] for name in dict.fromkeys(_FILES.values())
        }

    def rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Give what became of each: (record, place from 1, SHA-256, outcome or why not, number)."""
        for (record, order), (file, told) in sorted(self._seen.items()):
            became = str(told.outcome or told.missing)
            yield record, str(order + 1), file.sha256, became, told.number
