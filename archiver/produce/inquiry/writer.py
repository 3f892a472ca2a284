"""Write the parts of an inquiry pack into a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archiver.cases import case as cases
from archiver.cases import statement
from archiver.cases.case import Case, CaseKind
from archiver.cases.contradictions import insist_settled
from archiver.cases.judgement import Outcome
from archiver.cases.route import Route, routes
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import bates, schema, sheet
from archiver.produce.documents import veil_of
from archiver.produce.inquiry import lists
from archiver.produce.inquiry.asked import Asked, Mode, Pack
from archiver.produce.inquiry.comparison import Difference, compared
from archiver.produce.inquiry.cover import Told, cover, receipt, sending
from archiver.produce.inquiry.findings import findings
from archiver.produce.inquiry.inspection import FOLDER as CONTESTED
from archiver.produce.inquiry.inspection import write_contested
from archiver.produce.inquiry.origin import origins
from archiver.produce.inquiry.plan import answering, given, keys_of, planned
from archiver.produce.inquiry.volume import LOAD, PDF, TEXT, Family, Volume, numbered
from archiver.produce.leaks import insist_clean
from archiver.produce.package import INTERNAL, as_json
from archiver.produce.production import numbers_of
from archiver.produce.selection import selected
from archiver.produce.slices import Unit
from archiver.produce.tables_bates import Given
from archiver.produce.veil import View
from archiver.produce.woo.reconciliation import NotReconciled
from archiver.register.functions import functions, kinds
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe
from retention import dossier

LISTS = "overzichten"
_FILES = {"index": "index", "withheld": "geweigerd", "gaps": "leemten"}
_KINDS = (CaseKind.INQUIRY, CaseKind.INVESTIGATION)
_STATED = statement.STATED.partition(".")[2]
_COUNTED: Mapping[Outcome, str] = {
    Outcome.PUBLIC: "given", Outcome.ALREADY: "given", Outcome.PARTLY: "partly",
    Outcome.WITHHELD: "withheld", Outcome.DUPLICATE: "duplicates",
    Outcome.OUT_OF_SCOPE: "out_of_scope",
}  # fmt: skip


class NotInquiry(ArchiveError):
    """Case {case} is of the kind {kind}; this pack is made of an inquiry or an investigation."""

    exit_code = ExitCode.USAGE


class NoStatement(ArchiveError):
    """Case {case} has no search statement yet; write it first with `case statement`."""

    exit_code = ExitCode.PRECONDITION


class Writer:
    """Writes the parts of a pack, from a selection that does not change meanwhile."""

    def __init__(self, archive: Archive, case: Case, asked: Asked, beside: Path | None) -> None:
        if case.kind not in _KINDS:
            raise NotInquiry(case=case.id, kind=case.kind)
        bates.insist_prefix(asked.prefix)
        insist_settled(archive, case, asked.need)
        self._archive, self._case, self._asked = archive, case, asked
        schema.ready(archive)
        self._stated = _stated(archive, case)
        self._zone = ZoneInfo(asked.zone)
        self._on = datetime.fromisoformat(self._stated.at).astimezone(self._zone).date()
        known = numbers_of(self._connection, case.id, Unit.DAY)
        self.selection = selected(archive, case, Unit.DAY, known)
        self._veil = veil_of(archive, case, self.selection, View.DUE)
        self._answers = answering(self._connection, case, asked.answers)
        self._plan = [*planned(archive, self.selection, self._veil, beside)]
        self._compared = [*compared(archive, self.selection)]
        self._index: list[lists.Row] = []
        self._withheld: list[lists.Row] = []
        self._placed: dict[str, str] = {}
        self._accounts: set[str] = set()
        self._persons: dict[str, None] = dict.fromkeys(case.persons)
        self._pages = self._unasked = self._twice = 0

    def write(self, scribe: Scribe, folder: Path) -> Pack:
        """Write everything but the manifest.

        RSMF says what the texts say; with the files that it holds it could not be read as a whole.
        """
        folder.mkdir(parents=True)
        asked = [one.family for one in self._plan]
        numbers = bates.given(scribe, self._case, self._asked.prefix, asked)
        self._write_documents(folder, numbers)
        gaps = lists.gaps(self._archive, self._accounts, self._persons, self._zone, self._on)
        pack = self._pack([numbers[one.content] for one in self._plan])
        self._write_lists(folder / LISTS, gaps)
        self._write_internal(folder / INTERNAL, pack)
        self._write_sheets(folder, pack, len(gaps))
        told = self._known()
        for part in (PDF, TEXT, LOAD, LISTS):
            insist_clean(self._archive, self.selection, self._veil, folder / part, told)
        return pack

    def trial(self) -> Pack:
        """Count, with numbers that are nobody's."""
        for family in self._families({}):
            self._take(family)
        return self._pack(())

    def _write_documents(self, folder: Path, numbers: Mapping[str, Given]) -> None:
        exchange = self._asked.mode is Mode.COPY
        volume = Volume(folder, self._case.reference, self._asked.layout, exchange=exchange)
        for family in self._families(numbers):
            self._take(family)
            volume.add(family)
        volume.close()
        self._pages = volume.pages
        if self._asked.mode is Mode.INSPECTION:
            write_contested(
                self._archive, self._case, self.selection, self._named(numbers),
                folder / CONTESTED, self._asked.layout,
            )  # fmt: skip

    def _families(self, numbers: Mapping[str, Given]) -> Iterator[Family]:
        """Give what was planned, each with its numbers; those of the plan where there are none."""
        keys, named = keys_of(self._connection, self.selection), self._named(numbers)
        documents = given(self._archive, self.selection, self._veil)
        for document, plan in zip(documents, self._plan, strict=True):
            own = {keys[line.record]: line.record for line in document.lines}
            asked = {number for name in own.values() for number in self._answers[name]}
            yield Family(
                document=numbered(document, named),
                given=numbers.get(plan.content, Given(plan.content, plan.slice, "", 0, 1)),
                files=plan.files,
                origins=origins(self._connection, own, mail=document.service == "mail"),
                questions=tuple(one.number for one in self._case.questions if one.number in asked),
            )

    def _named(self, numbers: Mapping[str, Given]) -> dict[str, str]:
        """Give the Bates numbers of documents by those of their slices."""
        return {
            one.slice: bates.number(found.prefix, found.first)
            if (found := numbers.get(one.content))
            else one.slice
            for one in self._plan
        }

    def _take(self, family: Family) -> None:
        """Count a document, and list it."""
        self._twice += sum(name in self._placed for name in family.origins)
        self._placed |= dict.fromkeys(family.origins, family.document.number)
        self._unasked += bool(self._case.questions) and not family.questions
        self._persons |= dict.fromkeys(family.custodians)
        self._accounts |= {name for one in family.origins.values() for name in one.accounts}
        before = bates.earlier(self._archive, self._case, family.given)
        self._index += lists.index(self._case, family, before)
        self._withheld += lists.withheld(family, self.selection.judged, self._veil)

    def _pack(self, numbers: Sequence[Given]) -> Pack:
        first = min(numbers, key=lambda one: one.first, default=None)
        last = max(numbers, key=lambda one: one.first, default=None)
        differences = Counter(str(one.difference) for one in self._compared)
        return Pack(
            counts=self._counts(),
            compared={str(one): differences[one] for one in Difference},
            documents=len(self._plan),
            files=sum(len(one.files) for one in self._plan),
            pages=self._pages,
            first=bates.number(first.prefix, first.first) if first else "",
            last=bates.number(last.prefix, last.first + last.count - 1) if last else "",
            warnings=(*findings(
                apart=self._apart, unasked=self._unasked, routes=self._routes(),
                compared=self._compared,
            ),),
        )  # fmt: skip

    @property
    def _connection(self) -> Connection:
        """The catalogue; giving out numbers may open it anew."""
        return self._archive.catalogue.connection

    @property
    def _apart(self) -> int:
        return sum(one.apart for one in self._plan)

    def _counts(self) -> dict[str, int]:
        """Give what became of the candidates; all but `contested` add up to them.

        Raises:
            NotReconciled: One was written twice, or was not and is not outside the order.
        """
        judged = self.selection.judged.values()
        due = {one.record for one in judged if one.outcome is not Outcome.OUT_OF_SCOPE}
        if self._twice or due - self._placed.keys():
            written = len(due & self._placed.keys())
            raise NotReconciled(candidates=len(due), written=written, twice=self._twice)
        found = Counter(_COUNTED[one.outcome] for one in judged)
        return {
            "candidates": len(judged),
            **{name: found[name] for name in dict.fromkeys(_COUNTED.values())},
            "contested": sum(one.contested for one in judged),
        }

    def _routes(self) -> tuple[Route, ...]:
        ministers = {kind.code for kind in kinds().values() if kind.minister}
        return routes((*self._persons,), functions(self._archive), ministers, self._on)

    def _write_lists(self, folder: Path, gaps: Sequence[lists.Row]) -> None:
        folder.mkdir()
        ordered = sorted(self._index, key=self._by_question)
        for name, rows in (("index", ordered), ("withheld", self._withheld), ("gaps", gaps)):
            sheet.write_both(folder / _FILES[name], lists.header(name), rows)

    def _by_question(self, row: lists.Row) -> int:
        """Give the place of a row's question in the order; what answers none comes last."""
        numbers = [one.number for one in self._case.questions]
        return numbers.index(row[0]) if row[0] in numbers else len(numbers)

    def _write_internal(self, folder: Path, pack: Pack) -> None:
        """Write what is for the ministry: what became of each record, here and in Woo requests."""
        folder.mkdir()
        rows = [one.row(self._placed.get(one.record, "")) for one in self._compared]
        sheet.write_both(folder / "vergelijking-woo", lists.header("comparison"), rows)
        told = {"reconciliation": pack.counts, "woo": pack.compared}
        (folder / "reconciliatie.json").write_bytes(as_json(told))

    def _write_sheets(self, folder: Path, pack: Pack, gaps: int) -> None:
        """Write the cover sheet, the receipt form, where it is sent, and the search statement."""
        told = Told(
            case=self._case, mode=str(self._asked.mode), on=self._on, routes=self._routes(),
            counts=pack.counts, first=pack.first, last=pack.last, documents=pack.documents,
            files=pack.files, files_apart=self._apart, pages=pack.pages, gaps=gaps,
            judged=(*self.selection.judged.values(),),
        )  # fmt: skip
        (folder / "geleideblad.pdf").write_bytes(cover(told))
        (folder / "ontvangstbewijs.pdf").write_bytes(receipt(told))
        with (folder / "verzendlijst.csv").open("wb") as file:
            sheet.write_csv(file, lists.header("sending"), [*sending(told)])
        for role, suffix in ((statement.PDF, "pdf"), (statement.TEXT, "txt")):
            content = dossier.read(self._archive, self._stated, role)
            (folder / f"zoekslag.{suffix}").write_bytes(content)

    def _known(self) -> list[str]:
        """Give what may be said whatever was judged: the order, the searches, whose it is."""
        case = self._case
        asked = (case.reference, case.requester, case.scope, *(one.text for one in case.questions))
        searched = dossier.read(self._archive, self._stated, statement.TEXT).decode()
        return [*asked, searched, *self._persons]


def _stated(archive: Archive, case: Case) -> Event:
    """Give the event of the last search statement of a case.

    Raises:
        NoStatement: None was written yet.
    """
    steps = cases.steps(archive.catalogue.connection, case.id)
    last = max((one.seq for one in steps if one.what == _STATED), default=None)
    if last is None:
        raise NoStatement(case=case.id)
    return archive.log.event(last)
