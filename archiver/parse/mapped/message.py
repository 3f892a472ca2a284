"""Make the item of one row, as the mapping says, with what is to be known about it."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.format import Source
from archiver.model import Attachment, Finding, Item, Kind, Noted
from archiver.parse.beside import Beside
from archiver.parse.mapped.moment import fits
from archiver.parse.mapped.table import Mapping
from archiver.parse.row import Cells, Row

UNDEFINED_VALUE = "E-F011"
NO_TIME = "E-F012"
REPLACED = "W-F013"

_UNKNOWN = (Kind.MESSAGE, "unknown")


class Messages:
    """Reads the rows of one source."""

    def __init__(self, source: Source, mapping: Mapping) -> None:
        """Prepare what is the same for every row."""
        self._main = source.main
        self._columns = mapping.columns
        self._constants = mapping.constants
        self._times = mapping.times
        self._is_time = fits(mapping.time.formats)
        self._scheme = f"{mapping.sender_id.scheme}:" if mapping.sender_id else ""
        self._own = mapping.own
        self._attachments = mapping.attachments
        self._kind_column = mapping.kind.column if mapping.kind else ""
        self._kinds = {} if mapping.kind is None else _kinds(mapping.kind.values)
        self._beside = Beside(source.members, source.main)

    def read(self, row: Row[Cells], number: int) -> tuple[Item, list[Finding]]:
        """Give the item of a row and what is to be known about it."""
        cells, columns, findings = row.cells, self._columns, list[Finding]()
        files = self._files(cells)
        kind, type_ = self._kind(cells, findings, has_files=bool(files))
        item = Item(
            number,
            self._main,
            row.offset,
            row.length,
            kind,
            type_,
            self._time(cells, findings),
            cell(cells, columns.sender),
            cell(cells, columns.text),
            self._marks(cells, findings),
            files,
            cell(cells, columns.id),
            cell(cells, columns.title) or self._constants.title,
            {name: cell(cells, name) for name in columns.keep if cell(cells, name)},
            thread=cell(cells, columns.conversation) or self._constants.conversation,
            sender_id=self._sender_id(cells),
            noted=self._noted(cells),
        )
        if row.damaged:
            findings.append(Finding(REPLACED, {"count": row.damaged}))
        return item, [self._placed(finding, row, number) for finding in findings]

    def _placed(self, finding: Finding, row: Row[Cells], number: int) -> Finding:
        return Finding(finding.code, finding.values, self._main, row.offset, row.length, number)

    def _kind(self, cells: Cells, findings: list[Finding], *, has_files: bool) -> tuple[Kind, str]:
        if not self._kind_column:
            return Kind.MESSAGE, "media" if has_files else "text"
        value = cell(cells, self._kind_column)
        found = self._kinds.get(value)
        if found is None:
            findings.append(_undefined(self._kind_column, value))
            return _UNKNOWN
        return found

    def _time(self, cells: Cells, findings: list[Finding]) -> str:
        text = time_of(cells, self._times)
        if not self._is_time(text):
            findings.append(Finding(NO_TIME, {"time": text[:80]}))
        return text

    def _marks(self, cells: Cells, findings: list[Finding]) -> tuple[str, ...]:
        if self._own is None:
            return ()
        value = cell(cells, self._own.column)
        if value in self._own.yes:
            return ("own",)
        if value not in self._own.no:
            findings.append(_undefined(self._own.column, value))
        return ()

    def _files(self, cells: Cells) -> tuple[Attachment, ...]:
        """Link the files that a row names; the folder leads where two have the same name."""
        told = self._attachments
        if told is None:
            return ()
        found = cells.get(told.column, "")
        names = found.split(told.separator) if isinstance(found, str) and told.separator else found
        listed = [names] if isinstance(names, str) else names
        return tuple(
            self._beside.attachment(f"{told.folder}/{name.strip()}")
            for name in listed
            if name.strip()
        )

    def _sender_id(self, cells: Cells) -> str:
        value = cell(cells, self._columns.sender_id)
        return self._scheme + value if value else ""

    def _noted(self, cells: Cells) -> tuple[Noted, ...]:
        parent = cell(cells, self._columns.reply_to)
        return (Noted("reply", parent),) if parent else ()


def time_of(cells: Cells, columns: Sequence[str]) -> str:
    """Give the time as the row writes it, in one column or several."""
    return " ".join(cell(cells, name) for name in columns)


def cell(cells: Cells, name: str) -> str:
    """Give a column's value; of a list, which `mapping.load` allows for `keep` only, its lines."""
    value = cells.get(name, "") if name else ""
    return value if isinstance(value, str) else "\n".join(value)


def _kinds(values: dict[str, str]) -> dict[str, tuple[Kind, str]]:
    found = {}
    for value, code in values.items():
        kind, _, type_ = code.partition("/")
        found[value] = (Kind(kind), type_)
    return found


def _undefined(column: str, value: str) -> Finding:
    return Finding(UNDEFINED_VALUE, {"column": column, "value": value[:80]})
