"""Rows of CSV files of RFC 4180 (October 2005), by the names of their columns, with their bytes.

A row ends at a line end outside quotation marks. A stray quotation mark would swallow all that
follows: when the row it opens is none, its first line alone is refused and reading goes on with the
next one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from msgspec import Struct

from archiver.parse.row import CELLS, LONGEST, QUOTES, TOO_LONG, Refused, Row, Texts

BOM = b"\xef\xbb\xbf"

_LONGEST_HEADER = 4096
_MOST_GOING_BACK = 64 << 20
"""Bytes that are read twice at most, so that a hostile file is read in linear time."""


class Dialect(Struct, frozen=True):
    """How a file is written; without a `quote` nothing is quoted."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"


def names(head: bytes) -> tuple[str, ...]:
    """Give the names of the columns, from the beginning of a file; none when two are alike."""
    line = head.removeprefix(BOM)[:_LONGEST_HEADER].partition(b"\n")[0]
    try:
        found = next(csv.reader([line.rstrip(b"\r").decode()], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return ()
    columns = tuple(name.strip() for name in found)
    return columns if len(set(columns)) == len(columns) else ()


def rows(stream: BinaryIO) -> Iterator[Row[Texts] | Refused]:
    """Yield every row behind the first line, or what is none, in file order; empty lines are none.

    The file is in UTF-8, with commas and double quotation marks. The first line must have names,
    see `names`.
    """
    stream.seek(0)
    head = stream.readline(_LONGEST_HEADER)
    return Reading(stream, len(head), Dialect()).rows(names(head))


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


class Reading:
    """One way through one file, from where the stream stands on: `at` bytes from its beginning."""

    def __init__(self, stream: BinaryIO, at: int, dialect: Dialect) -> None:
        """Begin; nothing is read yet."""
        self._stream = stream
        self._at = at
        self._again = _MOST_GOING_BACK
        self._encoding = dialect.encoding
        self._quote = dialect.quote.encode(dialect.encoding)
        quoting: dict[str, Any] = (
            {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
        )
        csv.field_size_limit(LONGEST)  # the bound is on the row; the field's own is 128 KiB
        self._line = _Line()
        self._parsed = csv.reader(self._line, delimiter=dialect.delimiter, strict=True, **quoting)

    def header(self) -> tuple[str, ...]:
        """Read the row that comes next as names of columns; none when it is no row."""
        raw = self._next()
        self._at += len(raw)
        self._line.text = raw.decode(self._encoding, "replace")
        try:
            return tuple(name.strip() for name in next(self._parsed, []))
        except csv.Error:
            return ()

    def rows(self, columns: Sequence[str]) -> Iterator[Row[Texts] | Refused]:
        """Yield every row that is left, by these columns."""
        count, encoding = len(columns), self._encoding
        while raw := self._next():
            at, size = self._at, len(raw)
            self._at += size
            if not raw.strip():
                continue
            if size > LONGEST:
                yield Refused(at, size, TOO_LONG, {"longest": LONGEST})
                continue
            damaged = 0
            try:
                self._line.text = raw.decode(encoding)
            except UnicodeDecodeError:
                self._line.text = text = raw.decode(encoding, "replace")
                damaged = max(1, text.count("\ufffd"))
            try:
                cells = next(self._parsed, [])
            except csv.Error:
                yield self._refused(at, raw)
                continue
            if len(cells) != count:
                yield Refused(at, size, CELLS, {"found": len(cells), "expected": count})
            else:
                yield Row(at, size, dict(zip(columns, cells, strict=True)), damaged)

    def _next(self) -> bytes:
        """Read one row: lines until all quotation marks are closed."""
        line = self._stream.readline(LONGEST + 1)
        quote = self._quote
        if not quote or not line.count(quote) % 2:
            return line
        lines, size, is_open = [line], len(line), True
        while is_open and size <= LONGEST:
            line = self._stream.readline(LONGEST + 1)
            if not line:
                break
            lines.append(line)
            size += len(line)
            is_open ^= line.count(quote) % 2 == 1
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
        return Refused(at, first, QUOTES)
