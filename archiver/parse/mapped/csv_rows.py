"""The rows of a CSV file of RFC 4180 (October 2005) in a stated dialect, each with its bytes.

A row ends at a line end outside quotation marks. A stray quotation mark would swallow all that
follows: when the row it opens is none, its first line alone is refused and reading goes on with the
next one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from archiver.parse.mapped.row import CELLS, LONGEST, QUOTES, TOO_LONG, Refused, Row
from archiver.parse.mapped.table import Mapping

_BOM = b"\xef\xbb\xbf"
_MOST_GOING_BACK = 64 << 20
"""Bytes that are read twice at most, so that a hostile file is read in linear time."""


def rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Row | Refused]:
    """Yield every row after the header line, in file order."""
    return _Reading(stream, mapping).rows()


def header(stream: BinaryIO, mapping: Mapping) -> Sequence[str]:
    """Give the names of the columns: those of the first line, or those that the mapping states."""
    return _Reading(stream, mapping).header


def is_sound(stream: BinaryIO, mapping: Mapping) -> bool:
    """Whether there are columns and no two have the same name."""
    names = header(stream, mapping)
    return bool(names) and len(set(names)) == len(names)


class _Slot:
    """Hands one row at a time to `csv.reader`, which may ask for more where there is no more."""

    text: str | None = None

    def __iter__(self) -> _Slot:
        return self

    def __next__(self) -> str:
        text, self.text = self.text, None
        if text is None:
            raise StopIteration
        return text


class _Reading:
    """One way through one file."""

    def __init__(self, stream: BinaryIO, mapping: Mapping) -> None:
        assert mapping.csv is not None  # noqa: S101  # `mapping.load` refuses a CSV without it
        self._stream = stream
        self._encoding = mapping.export.encoding
        self._quote = mapping.csv.quote.encode(self._encoding)
        quoting: dict[str, Any] = (
            {"quotechar": mapping.csv.quote} if self._quote else {"quoting": csv.QUOTE_NONE}
        )
        csv.field_size_limit(LONGEST)  # the bound is on the row; the field's own is 128 KiB
        self._line = _Slot()
        self._parsed = csv.reader(
            self._line, delimiter=mapping.csv.delimiter, strict=True, **quoting
        )
        self._again = _MOST_GOING_BACK
        self._at = 0
        self._start()
        self.header: Sequence[str] = mapping.csv.columns or self._header()

    def _start(self) -> None:
        self._stream.seek(0)
        self._at = len(_BOM) if self._stream.read(len(_BOM)) == _BOM else 0
        self._stream.seek(self._at)

    def _header(self) -> Sequence[str]:
        raw = self._next()
        self._at += len(raw)
        try:
            return tuple(
                name.strip() for name in self._cells(raw.decode(self._encoding, "replace"))
            )
        except csv.Error:
            return ()

    def rows(self) -> Iterator[Row | Refused]:
        """Yield every row."""
        names, count = self.header, len(self.header)
        while raw := self._next():
            at, size = self._at, len(raw)
            self._at += size
            if not raw.strip():
                continue
            if size > LONGEST:
                yield Refused(at, size, TOO_LONG, {"longest": LONGEST})
                continue
            text, damaged = self._decoded(raw)
            try:
                cells = self._cells(text)
            except csv.Error:
                yield self._refused(at, raw)
                continue
            if len(cells) != count:
                yield Refused(at, size, CELLS, {"found": len(cells), "expected": count})
            else:
                yield Row(at, size, dict(zip(names, cells, strict=True)), damaged)

    def _next(self) -> bytes:
        """Read one row: lines until all quotation marks are closed."""
        line = self._stream.readline(LONGEST + 1)
        if not self._quote or not line.count(self._quote) % 2:
            return line
        lines, size, is_open = [line], len(line), True
        while is_open and size <= LONGEST:
            line = self._stream.readline(LONGEST + 1)
            if not line:
                break
            lines.append(line)
            size += len(line)
            is_open ^= line.count(self._quote) % 2 == 1
        return b"".join(lines)

    def _decoded(self, raw: bytes) -> tuple[str, int]:
        try:
            return raw.decode(self._encoding), 0
        except UnicodeDecodeError:
            text = raw.decode(self._encoding, "replace")
            return text, max(1, text.count("\ufffd"))

    def _cells(self, text: str) -> list[str]:
        self._line.text = text
        return next(self._parsed, [])

    def _refused(self, at: int, raw: bytes) -> Refused:
        """Refuse what is no row, of several lines only the first as long as there is time."""
        first = raw.find(b"\n") + 1 or len(raw)
        if self._again < len(raw):
            first = len(raw)
        if first < len(raw):
            self._again -= len(raw) - first
            self._at = at + first
            self._stream.seek(self._at)
        return Refused(at, first, QUOTES)
