"""Compare an export with its mapping before the first message is read.

What the mapping does not know would be dropped or misread: a column, a value of the column of
kinds, a way of writing the time. Each is a question, answered by a better mapping. The whole file
is looked at where a later row may bring something new: always of JSON, of CSV when the mapping
reads values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from archiver.format import Source
from archiver.model import Finding
from archiver.parse.mapped import csv_rows, json_rows
from archiver.parse.mapped.message import UNDEFINED_VALUE, cell, time_of
from archiver.parse.mapped.moment import fits
from archiver.parse.mapped.table import Mapping
from archiver.parse.row import Cells, Refused, Row

UNDEFINED_COLUMN = "E-F001"
NO_SUCH_COLUMN = "E-F002"
NO_HEADER = "E-F003"
NO_TIME_FITS = "E-F014"

_MOST_COLUMNS = 2_000
"""Paths that are told apart: a file with more of them has data for keys and fits no mapping."""
_MOST_VALUES = 100
_TIMES_LOOKED_AT = 200


def rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Row[Cells] | Refused]:
    """Yield the rows of the container that the mapping names."""
    if mapping.export.container == "csv":
        return csv_rows.rows(stream, mapping)
    return json_rows.rows(stream, mapping)


def misfits(source: Source, mapping: Mapping) -> Iterator[Finding]:
    """Yield a question for everything that the mapping does not know of this export."""
    is_csv = mapping.export.container == "csv"
    columns = dict.fromkeys(csv_rows.header(source.stream, mapping) if is_csv else ())
    values: dict[tuple[str, str], int] = {}
    times, is_time, fitting = 0, fits(mapping.time.formats), 0
    for row in rows(source.stream, mapping):
        if isinstance(row, Refused):
            continue
        if times < _TIMES_LOOKED_AT:
            times += 1
            fitting += is_time(time_of(row.cells, mapping.times))
        elif is_csv and not (mapping.kind or mapping.own):
            break
        if not columns.keys() >= row.cells.keys() and len(columns) < _MOST_COLUMNS:
            columns |= dict.fromkeys(row.cells)
        _look(row, mapping, values)
    if is_csv and not csv_rows.is_sound(source.stream, mapping):
        yield Finding(NO_HEADER, {"name": mapping.export.file}, source.main)
    if times or is_csv:
        yield from _columns(source, mapping, list(columns))
    for (column, value), at in values.items():
        told: dict[str, str | int] = {"column": column, "value": value}
        yield Finding(UNDEFINED_VALUE, told, source.main, at)
    if times and not fitting:
        yield Finding(NO_TIME_FITS, {"formats": ", ".join(mapping.time.formats)}, source.main)


def _look(row: Row[Cells], mapping: Mapping, values: dict[tuple[str, str], int]) -> None:
    """Note the first place of every value that the mapping does not know."""
    for table, known in (
        (mapping.kind, mapping.kind.values if mapping.kind else ()),
        (mapping.own, (*mapping.own.yes, *mapping.own.no) if mapping.own else ()),
    ):
        if table is not None and len(values) < _MOST_VALUES:
            value = cell(row.cells, table.column)
            if value not in known:
                values.setdefault((table.column, value[:80]), row.offset)


def _columns(source: Source, mapping: Mapping, columns: list[str]) -> Iterator[Finding]:
    """Name the columns that only one side knows."""
    used = mapping.used
    for name in columns:
        if name not in used and not mapping.ignores(name):
            yield Finding(UNDEFINED_COLUMN, {"name": name[:80]}, source.main)
    for name in sorted(used.difference(columns)):
        yield Finding(NO_SUCH_COLUMN, {"name": name}, source.main)
