"""Files beside messages in a Woo pack: each stands by itself, in the family of its document.

A file is given, withheld, public already, a double or outside the request as it was judged. It has
one number and one row, also where several messages carry the same bytes: with the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from archiver.cases import files as judging
from archiver.cases.case import Case
from archiver.cases.judgement import Outcome
from archiver.cases.redaction import Bar, Segment, Text
from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode
from archiver.produce.attached import Originals, suffix_of
from archiver.produce.document import Document, Line, Segments, Shown
from archiver.produce.files import Form, form, is_missing, shown
from archiver.produce.naming import FILE
from archiver.produce.selection import Selection
from archiver.produce.slices import Numbering
from archiver.produce.tables_lines import File
from archiver.produce.veil import Veil, covered
from archiver.produce.woo.reconciliation import FileReconciliation
from archiver.store.archive import Archive

_LABEL = "file/1"


class FilesNotJudged(ArchiveError):
    """{count} files beside messages that are shown wait for a judgement; nothing was produced. See
    `chatarchief case file list {case}`.
    """

    exit_code = ExitCode.FINDINGS


class NoCleanForm(ArchiveError):
    """{count} files that were judged public have no clean form, such as {file}; nothing was
    produced. Withhold each on a ground, or hand in a clean copy of it:
    `chatarchief case file judge {case} {file} --as public --clean PATH`.
    """

    exit_code = ExitCode.FINDINGS


class Filed(Struct, frozen=True):
    """A file as a document of its own: how it is told, the platform's word for its kind, its form.

    The form is None for what is not given.
    """

    document: Document
    kind: str
    form: Form | None


class Files:
    """What becomes of the files of a pack, document by document."""

    def __init__(self, archive: Archive, case: Case, selection: Selection, veil: Veil) -> None:
        """Look up the files of what is shown, and what was judged of them.

        Raises:
            FilesNotJudged: Some of them were not judged.
        """
        self._archive, self._case, self._veil = archive, case, veil
        self._originals = Originals(archive)
        connection = archive.catalogue.connection
        self._files = dict(shown(connection, selection.judged))
        self._here = {
            one.sha256: one
            for files in self._files.values()
            for one in files
            if not is_missing(one)
        }
        found = judging.standing(connection, case.id)
        self._standing = {name: one for name, one in found.items() if not one.stale}
        if lacking := self._here.keys() - self._standing.keys():
            raise FilesNotJudged(case=case.id, count=len(lacking))
        self._numbering = Numbering(archive.keys.derive(_LABEL), case.id)
        self._names = judging.names(connection, case.id)
        self._told: set[str] = set()
        self._unclean: list[str] = []
        self.tally = FileReconciliation(
            (record, order) for record, files in self._files.items() for order in range(len(files))
        )

    def placed(self, document: Document) -> Document:
        """Give a document of which every file's line says what became of the file.

        The name of a file that is withheld is a bar, also where its message's own words have it,
        and counts for the document as any other bar.
        """
        lines = tuple(self._line(line) for line in document.lines)
        bars = {ground for line in lines for ground in line.barred}
        outcome = document.outcome
        if outcome is Outcome.PUBLIC and bars:
            outcome = Outcome.PARTLY
        return msgspec.structs.replace(
            document,
            lines=lines,
            outcome=outcome,
            grounds=tuple(sorted(bars.union(document.grounds))),
        )

    def of(self, document: Document) -> Iterator[Filed]:
        """Give the files of a placed document that no document before it had, and count all."""
        for line in document.lines:
            for order, (told, file) in enumerate(
                zip(line.attachments, self._of(line), strict=True)
            ):
                self.tally.add(line.record, order, file, told)
                if told.outcome is None or file.sha256 in self._told:
                    continue
                self._told.add(file.sha256)
                yield self._filed(document, line, told, file)

    def insist_given(self) -> None:
        """Insist that all that was judged public could be given.

        Raises:
            NoCleanForm: Something could not.
        """
        if self._unclean:
            raise NoCleanForm(
                count=len(self._unclean), file=self._unclean[0][:12], case=self._case.id
            )

    def _of(self, line: Line) -> tuple[File, ...]:
        return self._files.get(line.record, ())

    def _line(self, line: Line) -> Line:
        files = self._of(line)
        shown = (self._shown(*pair) for pair in zip(line.attachments, files, strict=True))
        line = msgspec.structs.replace(line, attachments=tuple(shown))
        for file in files:
            found = self._standing.get(file.sha256)
            if found is not None and found.judgement.outcome is Outcome.WITHHELD:
                for name in self._names.get(file.sha256, ()):
                    line = _unnamed(line, name, found.judgement.grounds)
        return line

    def _shown(self, told: Shown, file: File) -> Shown:
        if is_missing(file):
            return msgspec.structs.replace(told, missing=file.missing or "no-bytes")
        judgement = self._standing[file.sha256].judgement
        outcome = judgement.outcome
        name = covered(judgement.grounds) if outcome is Outcome.WITHHELD else told.name
        of = judgement.of if self._has_row(judgement.of) else ""
        return msgspec.structs.replace(
            told,
            name=name,
            outcome=outcome,
            number=self._number(file.sha256),
            of=self._number(of) if of else "",
            link=judgement.link,
        )

    def _has_row(self, sha256: str) -> bool:
        return (
            sha256 in self._here
            and self._standing[sha256].judgement.outcome is not Outcome.OUT_OF_SCOPE
        )

    def _number(self, sha256: str) -> str:
        return self._numbering.number(FILE, sha256)

    def _filed(self, document: Document, line: Line, told: Shown, file: File) -> Filed:
        judgement = self._standing[file.sha256].judgement
        made = self._form(file) if judgement.outcome.shows else None
        given = Document(
            number=told.number,
            title=() if judgement.outcome is Outcome.WITHHELD else told.name,
            conversation=document.conversation,
            service=FILE,
            family=document.family,
            thread=document.thread,
            since=line.sent_at,
            until=line.sent_at,
            lines=(),
            outcome=judgement.outcome,
            grounds=judgement.grounds if judgement.outcome.refuses else (),
            reasons=(self._veil.title(judgement.reason),) if judgement.reason else (),
            links=(judgement.link,) if judgement.outcome is Outcome.ALREADY else (),
            related=(told.of,) if told.of else (),
        )
        suffix = made.suffix if made and made.suffix else suffix_of(file.name)[1:]
        return Filed(given, _kind(suffix, file.media_type), made)

    def _form(self, file: File) -> Form:
        made = form(self._archive, self._originals, file, self._standing.get(file.sha256))
        if made.problem:
            self._unclean.append(file.sha256)
        return made


def _unnamed(line: Line, name: str, grounds: Sequence[str]) -> Line:
    """Take the name of a file out of what its own message says."""
    return msgspec.structs.replace(
        line,
        body=_without(line.body, name, grounds),
        edits=tuple(_without(words, name, grounds) for words in line.edits),
    )


def _without(segments: Segments, name: str, grounds: Sequence[str]) -> Segments:
    found: list[Segment] = []
    for one in segments:
        if isinstance(one, Bar):
            found.append(one)
            continue
        for place, words in enumerate(one.text.split(name)):
            found += covered(grounds) if place else ()
            found += (Text(words),) if words else ()
    return tuple(found)


def _kind(suffix: str, media_type: str) -> str:
    """Give the platform's word for a kind of file; empty where it has none."""
    kinds: Mapping[str, list[str]] = read("woo-platform.toml")["kinds"]
    known = next((kind for kind, suffixes in kinds.items() if suffix in suffixes), "")
    major = media_type.partition("/")[0]
    return known or (major if major in kinds else "")
