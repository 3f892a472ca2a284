"""Text for a person at a terminal: aligned columns, nothing cut off, nothing that can do harm."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from archiver.output.report import Column, Report, Row, inside, pairs, with_columns
from archiver.output.safe import plain
from archiver.output.words import name, told


def text(report: Report) -> Iterator[str]:
    """Write the report's own lines, or its rows as a table with the other values below."""
    if report.lines is not None:
        yield from (f"{plain(line)}\n" for line in report.lines())
        return
    rows, columns = with_columns(report)
    cells = [[plain(_cell(column, row)) for column in columns] for row in rows]
    if cells:
        yield from _aligned([[column.title or name(column.key) for column in columns], *cells])
    values = pairs(report.values)
    yield from _aligned([[name(key), plain(told(key, value))] for key, value in values])


def _cell(column: Column, row: Row) -> str:
    value = inside(row, column.key)
    return str(value) if column.typed else told(column.key, value)


def _aligned(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Pad every column but the last to its widest cell."""
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (one + " " * (width - _width(one)) for one, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip() + "\n"


def _width(cell: str) -> int:
    """Columns on a terminal, after Unicode Standard Annex 11."""
    return len(cell) if cell.isascii() else sum(map(_sign_width, cell))


@lru_cache(maxsize=4096)
def _sign_width(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
