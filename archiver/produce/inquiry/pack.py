"""The inquiry pack: documents with Bates numbers, load files, lists, cover sheet, manifest.

Names are not taken away; what is withheld (WPE 2008, articles 19 to 24) is. Where the committee
contests that, the document is for inspection only: whole, in a folder of its own, and only where
the order is met by inspection. Like the Woo pack it is written beside its place and put there
whole, and nothing of it rests on the hour. Its state is that of the search statement in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import statement
from archiver.cases.case import Case, CaseKind
from archiver.cases.contradictions import Need, insist_settled
from archiver.cases.judgement import Outcome
from archiver.cases.route import Route, Via, routes
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import bates, schema, sheet
from archiver.produce.documents import veil_of
from archiver.produce.inquiry import lists
from archiver.produce.inquiry.comparison import Compared, Difference, compared
from archiver.produce.inquiry.cover import Told, cover, receipt, sending
from archiver.produce.inquiry.inspection import Mode, contested, write
from archiver.produce.inquiry.origin import origins
from archiver.produce.inquiry.plan import Planned, answering, given, keys_of, planned
from archiver.produce.inquiry.volume import LOAD, PDF, RSMF, TEXT, Family, Volume, numbered
from archiver.produce.leaks import insist_clean
from archiver.produce.package import INTERNAL, MANIFEST, as_json, in_dutch, manifest, put_in_place
from archiver.produce.pdf.render import Layout
from archiver.produce.production import Production, made, numbers_of
from archiver.produce.selection import Selection, named, selected
from archiver.produce.slices import Unit
from archiver.produce.veil import View
from archiver.produce.woo.check import Fault
from archiver.produce.woo.reconciliation import Reconciliation
from archiver.register.functions import functions, kinds
from archiver.store.archive import Archive
from archiver.store.scribe import Scribe
from retention import dossier

KIND = "inquiry"
LISTS, SEARCH = "overzichten", "zoekslag"
_KINDS = (CaseKind.INQUIRY, CaseKind.INVESTIGATION)
_STATED = statement.STATED.partition(".")[2]


class NotInquiry(ArchiveError):
    """Case {case} is of the kind {kind}; this pack is made of an inquiry or an investigation."""

    exit_code = ExitCode.USAGE


class NoStatement(ArchiveError):
    """Case {case} has no search statement yet; write it first with `case statement`."""

    exit_code = ExitCode.PRECONDITION


class Asked(Struct, frozen=True):
    """How a pack is asked for: `answers` are (number of a question, id of the search for it)."""

    mode: Mode
    prefix: str
    zone: str
    answers: tuple[tuple[str, str], ...] = ()
    layout: Layout = Layout.LIST
    need: Need = Need.NONE

    def options(self) -> dict[str, str]:
        """Give what has to be asked for again to get the same pack."""
        return {
            "mode": str(self.mode),
            "prefix": self.prefix,
            "layout": str(self.layout),
            "answers": "; ".join(f"{number}={search}" for number, search in self.answers),
        }


class Pack(Struct, frozen=True):
    """What a pack holds; `first` and `last` are its Bates numbers, empty when it was only tried."""

    counts: dict[str, int]
    compared: dict[str, int]
    documents: int
    files: int
    pages: int
    first: str
    last: str
    warnings: tuple[Fault, ...]
    production: Production | None = None


def produce(scribe: Scribe, case: Case, out: Path, asked: Asked) -> Pack:
    """Write the pack of a case to a folder that is not there yet, and register it.

    The Bates numbers that it gives out are kept before anything is written with them.

    Raises:
        NotInquiry: It is a case of another kind.
        NoStatement: No search statement was written yet.
        PlaceTaken: Something is there.
        BadPrefix, NoSuchQuestion, NoSuchThing: What was asked for cannot be.
        NothingToProduce, NotJudged, NotSettled: The case is not ready.
        NotReconciled: What was written is not what was selected.
        Leaks: Something that is withheld would be in it.
    """
    schema.ready(scribe.archive)
    with in_dutch(), put_in_place(out) as folder, TemporaryDirectory(dir=out.parent) as beside:
        writer = _Writer(scribe, case, asked, Path(beside))
        pack = writer.write(folder)
        told = {"case": case.reference, "kind": KIND, "options": asked.options()}
        numbers = {"first": pack.first, "last": pack.last}
        listed = manifest(folder, {**told, "reconciliation": pack.counts, "numbers": numbers})
        (folder / MANIFEST).write_bytes(listed)
        production = made(
            scribe,
            case,
            kind=KIND,
            unit=Unit.DAY,
            manifest=listed,
            numbers=named(scribe.archive.catalogue.connection, writer.selection),
            counts=pack.counts,
            options=asked.options(),
        )
    return msgspec.structs.replace(pack, production=production)


def tried(scribe: Scribe, case: Case, asked: Asked) -> Pack:
    """Give what a pack would hold; no number is given out and nothing is kept.

    Raises:
        ArchiveError: As `produce`, but for what only shows when it is written.
    """
    with in_dutch(), TemporaryDirectory() as beside:
        return _Writer(scribe, case, asked, Path(beside)).trial()


class _Writer:
    """Writes the parts of a pack, from a selection that does not change meanwhile."""

    def __init__(self, scribe: Scribe, case: Case, asked: Asked, beside: Path) -> None:
        if case.kind not in _KINDS:
            raise NotInquiry(case=case.id, kind=case.kind)
        bates.insist_prefix(asked.prefix)
        archive = scribe.archive
        insist_settled(archive, case, asked.need)
        self._stated = _stated(archive, case)
        self._connection = archive.catalogue.connection
        known = numbers_of(self._connection, case.id, Unit.DAY)
        self.selection = selected(archive, case, Unit.DAY, known)
        self._scribe, self._archive, self._case, self._asked = scribe, archive, case, asked
        self._veil = veil_of(archive, case, self.selection, View.DUE)
        self._answers = answering(self._connection, case, asked.answers)
        self._plan = [*planned(archive, self.selection, self._veil, beside)]
        self._tally = Reconciliation(self.selection)
        self._zone = ZoneInfo(asked.zone)
        self._on = datetime.fromisoformat(self._stated.at).astimezone(self._zone).date()
        self._index: list[lists.Row] = []
        self._withheld: list[lists.Row] = []
        self._accounts: set[str] = set()
        self._persons: dict[str, None] = dict.fromkeys(case.persons)

    def write(self, folder: Path) -> Pack:
        families = [one.family for one in self._plan]
        numbers = bates.given(self._scribe, self._case, self._asked.prefix, families)
        exchange = self._asked.mode is Mode.COPY
        volume = Volume(folder, self._case.reference, self._asked.layout, exchange=exchange)
        self._write_documents(volume, numbers)
        volume.close()
        pack = self._told(volume.pages, self._range(numbers))
        self._write_lists(folder)
        self._write_internal(folder, pack.counts, numbers)
        self._write_sheets(folder, pack)
        for part in (PDF, TEXT, RSMF, LOAD, LISTS):
            insist_clean(self._archive, self.selection, self._veil, folder / part, self._known())
        if self._asked.mode is Mode.INSPECTION:
            names = {one.slice: self._number(one, numbers) for one in self._plan}
            write(self._archive, self._case, self.selection, names, folder, self._asked.layout)
        return pack

    def trial(self) -> Pack:
        for document in given(self._archive, self.selection, self._veil):
            for line in document.lines:
                self._persons |= dict.fromkeys(self._holders(document.number))
        return self._told(0, ("", ""))

    def _holders(self, slice_: str) -> tuple[str, ...]:
        return ()

    def _number(self, one: Planned, numbers: Mapping[str, bates.Given]) -> str:
        return bates.number(self._asked.prefix, numbers[one.content].first)
