"""The rows of a CSV file in the dialect and with the columns that a mapping states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from archiver.parse.comma import BOM, Dialect, Reading
from archiver.parse.mapped.table import Mapping
from archiver.parse.row import Refused, Row, Texts


def rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Row[Texts] | Refused]:
    """Yield every row after the header line, in file order."""
    reading, columns = _begun(stream, mapping)
    return reading.rows(columns)


def header(stream: BinaryIO, mapping: Mapping) -> Sequence[str]:
    """Give the names of the columns: those of the first line, or those that the mapping states."""
    return _begun(stream, mapping)[1]


def is_sound(stream: BinaryIO, mapping: Mapping) -> bool:
    """Whether there are columns and no two have the same name."""
    names = header(stream, mapping)
    return bool(names) and len(set(names)) == len(names)


def _begun(stream: BinaryIO, mapping: Mapping) -> tuple[Reading, Sequence[str]]:
    """Go to the first row that is a message; give the columns too."""
    assert mapping.csv is not None  # noqa: S101  # `mapping.load` refuses a CSV without it
    stream.seek(0)
    at = len(BOM) if stream.read(len(BOM)) == BOM else 0
    stream.seek(at)
    dialect = Dialect(mapping.csv.delimiter, mapping.csv.quote, mapping.export.encoding)
    reading = Reading(stream, at, dialect)
    return reading, mapping.csv.columns or reading.header()
