"""CSV files of a fixed dialect, read by the names of their first line, each row with its bytes.

The dialect is that of RFC 4180 (October 2005) in UTF-8: commas, double quotation marks. A row ends
at a line end outside quotation marks. Where a stray quotation mark makes that no row, its first
line alone is refused and reading goes on with the next one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from msgspec import Struct

LONGEST = 4 << 20
"""Bytes of the longest row that is read."""

_LONGEST_HEADER = 4096
_MOST_GOING_BACK = 64 << 20
"""Bytes that are read twice at most, so that a hostile file is read in linear time."""
_BOM = b"\xef\xbb\xbf"


class Row(Struct, gc=False):
    """A row at its place, by column; `damaged` counts what does not decode and was replaced."""

    offset: int
    length: int
    cells: dict[str, str]
    damaged: int = 0


class Refused(Struct, gc=False):
    """Bytes that are no row: ``cells`` (too many or few), ``quotes``, ``too-long``."""

    offset: int
    length: int
    reason: str


def names(head: bytes) -> tuple[str, ...]:
    """Give the names of the columns, from the beginning of a file; none when two are alike."""
    line = head.removeprefix(_BOM)[:_LONGEST_HEADER].partition(b"\n")[0]
    try:
        found = next(csv.reader([line.rstrip(b"\r").decode()], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return ()
    columns = tuple(name.strip() for name in found)
    return columns if len(set(columns)) == len(columns) else ()


def rows(stream: BinaryIO) -> Iterator[Row | Refused]:
    """Yield every row behind the first line, or what is none, in file order; empty lines are none.

    The first line must have names, see `names`.
    """
    stream.seek(0)
    head = stream.readline(_LONGEST_HEADER)
    return _Reading(stream, names(head), len(head)).rows()


class _Line:
    """Hands one row at a time to `csv.reader`, which may ask for more where there is no more."""

    text: str | None = None

    def __iter__(self) -> _Line:
        return self

    def __next__(self) -> str:
        text, self.text = self.text, None
        if text is None:
            raise StopIteration
        return text


class _Reading:
    """One way through one file."""

    def __init__(self, stream: BinaryIO, columns: Sequence[str], at: int) -> None:
        self._stream = stream
        self._columns = columns
        self._at = at
        self._again = _MOST_GOING_BACK
        self._line = _Line()
        csv.field_size_limit(LONGEST)  # the bound is on the row; the field's own is 128 KiB
        self._parsed = csv.reader(self._line, strict=True)

    def rows(self) -> Iterator[Row | Refused]:
        """Yield every row."""
        columns, count = self._columns, len(self._columns)
        while raw := self._next():
            at, size = self._at, len(raw)
            self._at += size
            if not raw.strip():
                continue
            if size > LONGEST:
                yield Refused(at, size, "too-long")
                continue
            text, damaged = _decoded(raw)
            self._line.text = text
            try:
                cells = next(self._parsed, [])
            except csv.Error:
                yield self._refused(at, raw)
                continue
            if len(cells) != count:
                yield Refused(at, size, "cells")
            else:
                yield Row(at, size, dict(zip(columns, cells, strict=True)), damaged)

    def _next(self) -> bytes:
        """Read one row: lines until all quotation marks are closed."""
        line = self._stream.readline(LONGEST + 1)
        if not line.count(b'"') % 2:
            return line
        lines, size, is_open = [line], len(line), True
        while is_open and size <= LONGEST:
            line = self._stream.readline(LONGEST + 1)
            if not line:
                break
            lines.append(line)
            size += len(line)
            is_open ^= line.count(b'"') % 2 == 1
        return b"".join(lines)

    def _refused(self, at: int, raw: bytes) -> Refused:
        """Refuse what is no row, of several lines only the first as long as there is time."""
        first = raw.find(b"\n") + 1 or len(raw)
        if self._again < len(raw):
            first = len(raw)
        if first < len(raw):
            self._again -= len(raw) - first
            self._at = at + first
            self._stream.seek(self._at)
        # What was begun before the error must not lead the next row.
        self._parsed = csv.reader(self._line, strict=True)
        return Refused(at, first, "quotes")


def _decoded(raw: bytes) -> tuple[str, int]:
    try:
        return raw.decode(), 0
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        return text, max(1, text.count("\ufffd"))
