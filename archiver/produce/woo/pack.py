"""The Woo pack: documents and files, production report, inventory, metadata, manifest, sums.

It is written beside its place and put there whole: a pack that does not reconcile, that the
platform would read wrongly or that is not settled is not written at all. Nothing of it rests on the
hour, so that the same case gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from archiver.cases.case import Case, CaseKind
from archiver.cases.contradictions import insist_settled
from archiver.cases.obstacle import Need
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import sheet
from archiver.produce.document import Document
from archiver.produce.documents import documents_of, veil_of
from archiver.produce.leaks import insist_clean
from archiver.produce.package import INTERNAL, MANIFEST, as_json, in_dutch, manifest, put_in_place
from archiver.produce.pdf.render import Layout, render
from archiver.produce.production import Production, made, numbers_of
from archiver.produce.selection import Selection, numbered, selected
from archiver.produce.slices import HOUR, Unit
from archiver.produce.veil import Veil, View
from archiver.produce.woo import diwoo, inventory, report
from archiver.produce.woo.check import Fault, faults
from archiver.produce.woo.files import Files
from archiver.produce.woo.reconciliation import FileReconciliation, Reconciliation
from archiver.store.archive import Archive
from archiver.store.scribe import Scribe

KIND = "woo"
DOCUMENTS, METADATA = "documenten", "diwoo"
_REPORT, _INVENTORY = "productierapport", "inventarislijst"


class NotWoo(ArchiveError):
    """Case {case} is of the kind {kind}; a Woo pack is made of a Woo request or an objection."""

    exit_code = ExitCode.USAGE


class PackFaulty(ArchiveError):
    """The platform would read the production report wrongly ({codes}); nothing was produced."""

    exit_code = ExitCode.FINDINGS


class Asked(Struct, frozen=True):
    """How a pack is asked for.

    `matter` and `prefix` are those of the platform; `gap` is the silence that ends a slice, in
    hours, `need` what a second reader has to have read.
    """

    publisher: diwoo.Term
    unit: Unit = Unit.DAY
    layout: Layout = Layout.LIST
    gap: int = 4
    matter: str = ""
    prefix: str = ""
    need: Need = Need.NONE

    def options(self) -> dict[str, str]:
        """Give what has to be asked for again to get the same pack."""
        return {
            "unit": str(self.unit),
            "layout": str(self.layout),
            "gap": str(self.gap),
            "matter": self.matter,
            "prefix": self.prefix,
            "publisher": self.publisher.uri,
        }


class Pack(Struct, frozen=True):
    """What a pack holds; `production` is None when it was only tried.

    `counts` are what became of the candidates, `attached` of the files beside them; `files` counts
    what lies in the folder of documents.
    """

    counts: dict[str, int]
    attached: dict[str, int]
    documents: int
    files: int
    pages: int
    warnings: tuple[Fault, ...]
    production: Production | None = None


def produce(scribe: Scribe, case: Case, out: Path, asked: Asked) -> Pack:
    """Write the pack of a case to a folder that is not there yet, and register it.

    Raises:
        NotWoo: It is a case of another kind.
        PlaceTaken: Something is there.
        NothingToProduce: The case has no candidates.
        NotJudged: Some of them are not judged.
        FilesNotJudged: Some files of what is shown are not judged.
        NoCleanForm: What was judged public of them cannot be given.
        NotSettled: Judgements contradict each other.
        PackFaulty: The platform would read the report wrongly.
        NotReconciled, FilesNotReconciled: What was written is not what was selected.
    """
    archive = scribe.archive
    with in_dutch(), put_in_place(out) as partial:
        selection = _selection(archive, case, asked)
        pack = _Writer(archive, case, selection, asked, partial).write()
        told = {"case": case.reference, "kind": KIND, "options": asked.options()}
        sums = {"reconciliation": pack.counts, "attachments": pack.attached}
        listed = manifest(partial, {**told, **sums})
        (partial / MANIFEST).write_bytes(listed)
        production = made(
            scribe,
            case,
            kind=KIND,
            unit=asked.unit,
            manifest=listed,
            slices=numbered(archive.catalogue.connection, selection),
            counts=pack.counts | _as_counts(pack.attached),
            options=asked.options(),
        )
    return msgspec.structs.replace(pack, production=production)


def tried(archive: Archive, case: Case, asked: Asked) -> Pack:
    """Give what a pack would hold, its report judged; nothing is written and no PDF is made.

    Raises:
        NotWoo: It is a case of another kind.
        NothingToProduce: The case has no candidates.
        NotJudged: Some of them are not judged.
        FilesNotJudged: Some files of what is shown are not judged.
        NoCleanForm: What was judged public of them cannot be given.
        NotSettled: Judgements contradict each other.
        PackFaulty: The platform would read the report wrongly.
    """
    with in_dutch():
        return _Writer(archive, case, _selection(archive, case, asked), asked, None).write()


def _selection(archive: Archive, case: Case, asked: Asked) -> Selection:
    if case.kind not in (CaseKind.WOO, CaseKind.OBJECTION):
        raise NotWoo(case=case.id, kind=case.kind)
    insist_settled(archive, case, asked.need)
    known = numbers_of(archive.catalogue.connection, case.id, asked.unit)
    return selected(archive, case, asked.unit, known, gap=asked.gap * HOUR)


class _Writer:
    """Writes the parts of a pack; without a folder it only counts and judges."""

    def __init__(
        self, archive: Archive, case: Case, selection: Selection, asked: Asked, folder: Path | None
    ) -> None:
        self._archive = archive
        self._case = case
        self._selection = selection
        self._asked = asked
        self._folder = folder
        self._matter = asked.matter or report.matter_of(case.reference)
        self._rows: list[report.Row] = []
        self._names: dict[str, str] = {}
        self._untimed: list[str] = []
        self._pages = 0
        self._tally = Reconciliation(selection)

    def write(self) -> Pack:
        veil = veil_of(self._archive, self._case, self._selection, View.PUBLIC)
        files = Files(self._archive, self._case, self._selection, veil)
        if self._folder is not None:
            for name in (DOCUMENTS, METADATA, INTERNAL):
                (self._folder / name).mkdir(parents=True)
        number = 0
        for number, document in enumerate(documents_of(self._archive, self._selection, veil), 1):  # noqa: B007
            self._take(files.placed(document), files)
        files.insist_given()
        counts, attached = self._tally.counts(), files.tally.counts()
        if self._folder is not None:
            self._write_tables(self._folder)
            self._write_sums(self._folder, counts, attached, files.tally)
            self._insist_clean(self._folder, veil)
        return Pack(counts, attached, number, len(self._names), self._pages, self._judged())

    def _take(self, document: Document, files: Files) -> None:
        self._tally.add(document)
        self._list(document)
        if document.is_shown:
            name = self._name(document, "pdf")
            if self._folder is not None:
                with (self._folder / DOCUMENTS / name).open("wb") as file:
                    self._pages += render(document, self._case.reference, file, self._asked.layout)
        for one in files.of(document):
            self._list(one.document, one.kind)
            if one.form is not None and not one.form.problem:
                name = self._name(one.document, one.form.suffix)
                if self._folder is not None:
                    (self._folder / DOCUMENTS / name).write_bytes(one.form.content)

    def _list(self, document: Document, kind: str = "") -> None:
        row = report.row(document, self._matter, kind)
        if row is not None:
            self._rows.append(row)

    def _name(self, document: Document, suffix: str) -> str:
        """Name the file of a document that is given, and write its metadata."""
        name = self._names[document.number] = f"{document.number}.{suffix}"
        reference = self._case.reference
        found = diwoo.metadata(document, self._asked.publisher, reference, suffix)
        if found is None:
            self._untimed.append(document.number)
        elif self._folder is not None:
            (self._folder / METADATA / f"{document.number}.xml").write_bytes(found)
        return name

    def _write_tables(self, folder: Path) -> None:
        listed = [
            inventory.cells(row, self._asked.prefix, self._names.get(row.id, ""))
            for row in self._rows
        ]
        sheet.write_both(folder / _REPORT, report.columns(), [row.cells for row in self._rows])
        sheet.write_both(folder / _INVENTORY, inventory.header(), listed)
        with (folder / f"{_INVENTORY}.pdf").open("wb") as file:
            inventory.write_pdf(file, self._case.reference, listed)

    def _write_sums(
        self,
        folder: Path,
        counts: Mapping[str, int],
        attached: Mapping[str, int],
        files: FileReconciliation,
    ) -> None:
        """Write what is for the ministry: what became of each candidate, and of each file."""
        with (folder / INTERNAL / "reconciliatie.csv").open("wb") as file:
            sheet.write_csv(file, ("record", "outcome", "document"), self._tally.rows())
        with (folder / INTERNAL / "reconciliatie-bestanden.csv").open("wb") as file:
            header = ("record", "place", "sha256", "outcome", "number")
            sheet.write_csv(file, header, files.rows())
        told = {**counts, "attachments": attached}
        (folder / INTERNAL / "reconciliatie.json").write_bytes(as_json(told))

    def _insist_clean(self, folder: Path, veil: Veil) -> None:
        asked, cut = self._asked, {one.number for one in self._selection.slices}
        own = (
            self._case.reference, self._matter, asked.prefix, asked.publisher.label,
            asked.publisher.uri,
        )  # fmt: skip
        files = {name for number, name in self._names.items() if number not in cut}
        handed = {f"{DOCUMENTS}/{name}" for name in files}
        insist_clean(self._archive, self._selection, veil, folder, own=own, handed=handed)

    def _judged(self) -> tuple[Fault, ...]:
        """Judge the report as it was written; give what must be known of it."""
        table = [report.columns(), *(row.cells for row in self._rows)]
        size = 0
        if self._folder is not None:
            size = max(path.stat().st_size for path in self._folder.glob(f"{_REPORT}.*"))
        found = faults(table, prefix=self._asked.prefix, size=size, files=self._names.values())
        wrong = sorted({one.code for one in found if one.code.startswith("E-")})
        if wrong:
            raise PackFaulty(codes=", ".join(wrong))
        return (*found, *self._without_metadata())

    def _without_metadata(self) -> Iterator[Fault]:
        """Tell which documents have no metadata, by their rows in the report."""
        rows = {row.id: place for place, row in enumerate(self._rows, 2)}
        for number in self._untimed:
            yield Fault("W-W733", rows[number], {"number": number})


def _as_counts(attached: Mapping[str, int]) -> dict[str, int]:
    """Give the sums of files by names that stand beside those of the candidates."""
    return {name if name == "files" else f"files_{name}": count for name, count in attached.items()}
