"""Read a sheet from a file: CSV (RFC 4180), with ``;`` between cells where its first line says so.

Dutch spreadsheets write ``;``. Every line of cells comes with its number; one with too few or too
many cells is given as it is, so that it is judged and refused with its number.
"""

from __future__ import annotations

import csv
from pathlib import Path

from archiver.errors import ArchiveError, ExitCode
from archiver.register.cells import Row, bared


class NoSheet(ArchiveError):
    """{path} is not a sheet: {reason}."""

    exit_code = ExitCode.USAGE


class OtherCode(NoSheet):
    """{path} is not text in UTF-8. Save the sheet as "CSV UTF-8" and hand it in again."""


def read(path: Path) -> list[tuple[int, Row]]:
    """Give the rows of a file with their lines, counted from 1 with the line of titles.

    Raises:
        OtherCode: It is not text in UTF-8.
        NoSheet: It is not CSV, or empty.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            titles = file.readline()
            separator = ";" if titles.count(";") > titles.count(",") else ","
            file.seek(0)
            reader = csv.reader(file, delimiter=separator, strict=True)
            head = [title.strip() for title in next(reader, [])]
            rows = [(reader.line_num, cells) for cells in reader if any(cells)]
    except UnicodeDecodeError as error:
        raise OtherCode(path=path) from error
    except csv.Error as error:
        raise NoSheet(path=path, reason=type(error).__name__) from error
    if not any(head) or len(set(head)) < len(head):
        raise NoSheet(path=path, reason="titles")
    return [(line, _row(head, cells)) for line, cells in rows]


def _row(head: list[str], cells: list[str]) -> Row:
    row = {title: bared(cell) for title, cell in zip(head, cells, strict=False)}
    return {**row, "": "…"} if len(cells) > len(head) else row
