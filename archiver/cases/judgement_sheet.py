"""Judgements as a sheet, for those who work in a spreadsheet: out, and in again, all or none.

A row is a candidate. `wording` is the digest of what it said when the sheet was written: where it
reads otherwise since, its row is refused, since passages would stand elsewhere. In the cell of
passages each line is ``FROM-TO GROUND, GROUND: reason``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases import tables_judgement as tables
from archiver.cases.case import Case
from archiver.cases.grounds import parsed
from archiver.cases.judgement import Judgement, Outcome, Passage, digest, standing
from archiver.cases.judging import checked, judge
from archiver.cases.tables_judgement import Said
from archiver.errors import ArchiveError, ExitCode
from archiver.register.cells import BadCell, BadColumns, Row
from archiver.store.catalogue.connection import Connection
from archiver.store.scribe import Scribe

COLUMNS = (
    "record", "sent_at", "sender", "conversation", "subject", "text", "outcome", "grounds",
    "reason", "passages", "withhold", "contested", "aged", "link", "of", "wording",
)  # fmt: skip
"""The columns of the sheet; those of what the record says are passed over when it is read."""


class OtherWording(ArchiveError):
    """{record} reads otherwise since the sheet was written; judge it again."""

    exit_code = ExitCode.FINDINGS


class Fate(StrEnum):
    """What becomes of a row."""

    JUDGED = "judged"
    SAME = "same"
    EMPTY = "empty"
    REFUSED = "refused"


class JudgedRow(Struct, frozen=True):
    """A row: its line in the file, its record, what becomes of it, and why it is refused."""

    line: int
    record: str
    fate: Fate
    judgement: Judgement | None = None
    refusal: ArchiveError | None = None


def rows(connection: Connection, case: Case) -> Iterator[tuple[Said, dict[str, str]]]:
    """Give each candidate with its cells; the moment in `sent_at` is for the caller to write."""
    found = standing(connection, case.id)
    for said in tables.said(connection, case.id):
        known = found.get(said.record)
        one = None if known is None or known.stale else known.judgement
        yield said, _cells(said, one)


def judge_rows(
    connection: Connection, case: Case, given: Sequence[tuple[int, Row]], zone: str
) -> list[JudgedRow]:
    """Say of each row what would become of it; nothing is changed.

    Raises:
        BadColumns: There are no records or outcomes, or other columns.
    """
    _insist_columns(given)
    said = {one.record: one for one in tables.said(connection, case.id)}
    found = standing(connection, case.id)
    known = {name: one.judgement for name, one in found.items() if not one.stale}
    read = [_read(line, row, said, known) for line, row in given]
    return _refused(connection, case, read, zone)


def take_in(
    scribe: Scribe, public: str, given: Sequence[tuple[int, Row]], zone: str
) -> list[JudgedRow]:
    """Judge the rows that say something new, by one event; none where one of them is refused.

    Raises:
        NoSuchThing: There is no such case.
        ClosedCase: It is closed.
        BadColumns: There are no records or outcomes, or other columns.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        one = cases.opened(connection, public)
        found = judge_rows(connection, one, given, zone)
        new = [each.judgement for each in found if each.fate is Fate.JUDGED and each.judgement]
        if new and not any(each.refusal for each in found):
            judge(scribe, one.id, new, zone)
        return found


def passage_text(one: Passage) -> str:
    """Write a passage as one line."""
    head = f"{one.start}-{one.end} {', '.join(one.grounds)}"
    return f"{head}: {' '.join(one.reason.split())}" if one.reason else head


def passage(text: str) -> Passage:
    """Read a passage from one line.

    Raises:
        BadCell: It is none.
        UnknownGround: One of its grounds is none.
    """
    match = _PASSAGE.fullmatch(text.strip())
    if match is None:
        raise BadCell(column="passages", reason="FROM-TO GROUND[: REASON]")
    reason = (match["reason"] or "").strip()
    return Passage(int(match["start"]), int(match["end"]), parsed(match["grounds"]), reason)


_PASSAGE = re.compile(r"(?P<start>\d+)-(?P<end>\d+)\s+(?P<grounds>[^:]+)(?::(?P<reason>.*))?")
_SWITCH = {"": False, "false": False, "nee": False, "true": True, "ja": True}
_SHORT = 16


def _cells(said: Said, one: Judgement | None) -> dict[str, str]:
    told = {
        "record": said.record,
        "sender": said.sender,
        "conversation": said.conversation,
        "subject": said.subject or "",
        "text": said.words,
        "wording": digest(said.subject, said.words)[:_SHORT],
    }
    return dict.fromkeys(COLUMNS, "") | told | ({} if one is None else _judged_cells(one))


def _judged_cells(one: Judgement) -> dict[str, str]:
    return {
        "outcome": str(one.outcome),
        "grounds": "; ".join(one.grounds),
        "reason": one.reason,
        "passages": "\n".join(map(passage_text, one.passages)),
        "withhold": "; ".join(one.withhold),
        "contested": "true" if one.contested else "",
        "aged": one.aged,
        "link": one.link,
        "of": one.of,
    }


def _insist_columns(given: Sequence[tuple[int, Row]]) -> None:
    for _, row in given[:1]:
        other = {*row} - {*COLUMNS} | {"record", "outcome", "wording"} - {*row}
        if other:
            raise BadColumns(wanted=", ".join(COLUMNS), other=", ".join(sorted(other)))


def _read(
    line: int, row: Row, said: Mapping[str, Said], known: Mapping[str, Judgement]
) -> JudgedRow:
    record = row["record"]
    if not row["outcome"].strip():
        return JudgedRow(line, record, Fate.EMPTY)
    try:
        one = _judgement(row)
        if record in said and not _is_wording(said[record], row["wording"]):
            raise OtherWording(record=record)
    except ArchiveError as error:
        return JudgedRow(line, record, Fate.REFUSED, None, error)
    if record in known and _judged_cells(known[record]) == _judged_cells(one):
        return JudgedRow(line, record, Fate.SAME, one)
    return JudgedRow(line, record, Fate.JUDGED, one)


def _is_wording(said: Said, wording: str) -> bool:
    return digest(said.subject, said.words)[:_SHORT] == wording.strip()


def _judgement(row: Row) -> Judgement:
    cells = {name: row.get(name, "").strip() for name in COLUMNS}
    if cells["outcome"] not in tuple(Outcome):
        raise BadCell(column="outcome", reason=" | ".join(Outcome))
    if cells["contested"].casefold() not in _SWITCH:
        raise BadCell(column="contested", reason="ja | nee")
    return Judgement(
        record=cells["record"],
        outcome=Outcome(cells["outcome"]),
        grounds=parsed(cells["grounds"]),
        reason=cells["reason"],
        passages=tuple(passage(line) for line in cells["passages"].splitlines() if line.strip()),
        withhold=parsed(cells["withhold"]),
        contested=_SWITCH[cells["contested"].casefold()],
        aged=cells["aged"],
        link=cells["link"],
        of=cells["of"],
    )


def _refused(
    connection: Connection, case: Case, read: Sequence[JudgedRow], zone: str
) -> list[JudgedRow]:
    """Refuse the rows that break a rule by themselves; without any, that which breaks one among
    the others."""
    new = [each.judgement for each in read if each.fate is Fate.JUDGED and each.judgement]
    error = _fault(connection, case, new, zone)
    if error is None:
        return list(read)
    alone = [_alone(connection, case, each, zone) for each in read]
    if any(each.refusal for each in alone):
        return alone
    return [
        JudgedRow(each.line, each.record, Fate.REFUSED, None, error)
        if each.fate is Fate.JUDGED and each.record == error.fields.get("record")
        else each
        for each in read
    ]


def _alone(connection: Connection, case: Case, row: JudgedRow, zone: str) -> JudgedRow:
    if row.fate is not Fate.JUDGED or row.judgement is None:
        return row
    error = _fault(connection, case, [row.judgement], zone)
    return row if error is None else JudgedRow(row.line, row.record, Fate.REFUSED, None, error)


def _fault(
    connection: Connection, case: Case, given: Sequence[Judgement], zone: str
) -> ArchiveError | None:
    try:
        checked(connection, case, given, zone)
    except ArchiveError as error:
        return error
    return None
