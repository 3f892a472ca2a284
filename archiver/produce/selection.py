"""What of a case is produced: its candidates, judged, cut into slices with their numbers.

Nothing is produced of a case in which a candidate is not judged, or is there no more: then the
reconciliation could not be exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from archiver.cases.candidates import candidates, gone
from archiver.cases.case import Case
from archiver.cases.judgement import Judgement, judged
from archiver.cases.replies import parents
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import tables_lines as tables
from archiver.produce.numbering import Known
from archiver.produce.production import Numbered
from archiver.produce.slices import HOUR, Numbering, Piece, Slice, Unit, slices
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection

_LABEL = "slice/1"


class NotJudged(ArchiveError):
    """{count} candidates of case {case} have no judgement yet; nothing can be produced of it."""

    exit_code = ExitCode.FINDINGS


class NothingToProduce(ArchiveError):
    """Case {case} has no candidates."""

    exit_code = ExitCode.USAGE


class Selection(Struct, frozen=True):
    """What is produced of a case.

    `names` are the candidates' public ids and `judged` their judgements by them; `numbers` gives by
    public id the number of the slice that has a record.
    """

    case: str
    unit: Unit
    names: tuple[str, ...]
    judged: Mapping[str, Judgement]
    slices: tuple[Slice, ...]
    numbers: Mapping[str, str]
    gone: tuple[str, ...] = ()

    def number_of(self, record: str) -> str:
        """Give the number of the document that has a record; empty when none of these has."""
        return self.numbers.get(record, "")


def selected(
    archive: Archive,
    case: Case,
    unit: Unit,
    earlier: Sequence[Sequence[Numbered]] = (),
    *,
    gap: int = 4 * HOUR,
) -> Selection:
    """Select what a case produces; `earlier` is what productions before showed under which number.

    Raises:
        NothingToProduce: It has no candidates.
        NotJudged: Some of them are not judged.
    """
    connection = archive.catalogue.connection
    names = tuple(one.record for one in candidates(connection, case.id))
    if not names:
        raise NothingToProduce(case=case.id)
    outcomes = judged(archive, case)
    if lacking := [name for name in names if name not in outcomes]:
        raise NotJudged(case=case.id, count=len(lacking))
    shown = dict.fromkeys(name for one in earlier for each in one for name in each.records)
    found = tables.told(connection, [*dict.fromkeys((*names, *shown))])
    above = parents(connection, [found[name].record for name in names])
    pieces = [_piece(found[name], above) for name in names]
    numbering = Numbering(
        archive.keys.derive(_LABEL),
        case.id,
        tuple(tuple(_known(each, found) for each in one) for one in earlier),
    )
    cut = tuple(slices(pieces, unit, numbering, gap=gap))
    by_key = {key: one.number for one in cut for key in one.records}
    return Selection(
        case=case.id,
        unit=unit,
        names=names,
        judged={name: outcomes[name] for name in names},
        slices=cut,
        numbers={name: by_key[found[name].record] for name in names},
        gone=tuple(gone(connection, case.id)),
    )


def numbered(connection: Connection, selection: Selection) -> tuple[Numbered, ...]:
    """Give slices by number with the public ids of their records, the one that named it first."""
    told = tables.told(connection, selection.names)
    names = {one.record: name for name, one in told.items()}
    return tuple(
        Numbered(
            one.number,
            tuple(names[key] for key in dict.fromkeys((one.named, *one.records))),
        )
        for one in selection.slices
    )


def _known(one: Numbered, found: Mapping[str, tables.Told]) -> Known:
    """Give by the records' own keys what was shown; what is no more has none."""
    keys = (found[name].record for name in one.records if name in found)
    return Known(one.number, tuple(dict.fromkeys(keys)))


def _piece(told: tables.Told, above: Mapping[int, int]) -> Piece:
    return Piece(
        record=told.record,
        public=told.public,
        conversation=told.conversation,
        sent_at=told.sent_at,
        parent=above.get(told.record),
    )
