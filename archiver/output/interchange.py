"""JSON, JSON lines and CSV: one row at a time, however many there are.

JSON is RFC 8259, one row a line, with ``"format_version": 1``; in JSON lines every line carries it.
CSV is RFC 4180: a line of keys, everything quoted, lines that end in CR LF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from archiver.output.report import Report, cell, encoded, inside, with_columns
from archiver.output.safe import guarded, harmless_json

FORMAT_VERSION = 1


def json(report: Report) -> Iterator[str]:
    """Write one JSON object; the rows come first, then the other values."""
    yield f'{{"format_version":{FORMAT_VERSION}'
    if report.name:
        yield f",\n{_encoded(report.name)}:["
        for number, row in enumerate(report.rows):
            yield (",\n" if number else "\n") + _encoded(row)
        yield "\n]"
    for name, value in report.values.items():
        yield f",\n{_encoded(name)}:{_encoded(value)}"
    yield "}\n"


def json_lines(report: Report) -> Iterator[str]:
    """Write one JSON object a row; a report without rows is one line of its values."""
    for row in report.rows if report.name else (report.values,):
        yield _encoded({"format_version": FORMAT_VERSION, **row}) + "\n"


def csv(report: Report, safe: Callable[[str], str]) -> Iterator[str]:
    """Write the rows, or the values when there are no rows; `safe` is applied to every cell."""
    rows, columns = with_columns(report if report.name else Report(rows=(report.values,)))
    if columns:
        yield _line(safe(column.key) for column in columns)
    for row in rows:
        yield _line(safe(_guarded(inside(row, column.key))) for column in columns)


def _encoded(value: object) -> str:
    return harmless_json(encoded(value))


def _guarded(value: object) -> str:
    return cell(value) if isinstance(value, int | float) else guarded(cell(value))


def _line(cells: Iterable[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"
