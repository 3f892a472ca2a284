"""What of a case is produced: its candidates, judged, cut into slices with their numbers.

Nothing is produced of a case in which a candidate is not judged, or is there no more: then the
reconciliation could not be exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from archiver.cases import tables_replies as replies
from archiver.cases.candidates import candidates, gone
from archiver.cases.case import Case
from archiver.cases.judgement import Judgement, judged
from archiver.errors import ArchiveError, ExitCode
from archiver.normalise.key import match_key
from archiver.normalise.native import ID
from archiver.produce import tables_lines as tables
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
    known: Mapping[str, str] | None = None,
    *,
    gap: int = 4 * HOUR,
) -> Selection:
    """Select what a case produces; `known` gives numbers that records gave to slices before.

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
    found = tables.told(connection, [*names, *(known or ())])
    parents = parents_of(connection, [found[name].record for name in names])
    pieces = [_piece(found[name], parents) for name in names]
    numbering = Numbering(
        archive.keys.derive(_LABEL),
        case.id,
        {found[name].record: number for name, number in (known or {}).items() if name in found},
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


def named(connection: Connection, selection: Selection) -> dict[str, str]:
    """Give by public id of the record that named a slice the slice's number."""
    keys = {one.named: one.number for one in selection.slices}
    told = tables.told(connection, selection.names)
    return {name: keys[one.record] for name, one in told.items() if one.record in keys}


def _piece(told: tables.Told, parents: Mapping[int, int]) -> Piece:
    return Piece(
        record=told.record,
        public=told.public,
        conversation=told.conversation,
        sent_at=told.sent_at,
        parent=parents.get(told.record),
    )


def parents_of(connection: Connection, keys: Sequence[int]) -> dict[int, int]:
    """Give for each of these records that answers another of them that other."""
    selected = set(keys)
    found: dict[int, int] = {}
    for record in sorted(tables.answering(connection, keys)):
        natives = {
            match_key(ID, thread, native) for thread, native in replies.named_by(connection, record)
        }
        above = (replies.having(connection, natives) - {record}) & selected
        if above:
            found[record] = min(above)
    return found
