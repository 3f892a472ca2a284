"""Read a table of text from CSV, or from the first sheet of a workbook (ECMA-376, part 1).

A day that a spreadsheet keeps as a number is given as that number: only its own format could say
that it is a day, and the publication platform does not get that far either.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from archiver.errors import ArchiveError, ExitCode

_SHEET = re.compile(r"xl/worksheets/sheet1?\.xml")
_STRINGS = "xl/sharedStrings.xml"
_MOST = 200_000_000
_PLACE = re.compile(r"([A-Z]+)[0-9]+")


class NoTable(ArchiveError):
    """{path} cannot be read as CSV in UTF-8 or as XLSX: {reason}."""

    exit_code = ExitCode.USAGE


def table_of(path: Path) -> list[list[str]]:
    """Give the rows of a file, each cell as text.

    Raises:
        NoTable: It is neither CSV nor XLSX.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            return _workbook(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [*csv.reader(file)]
    except (BadZipFile, KeyError, ValueError, csv.Error, expat.ExpatError) as error:
        raise NoTable(path=path, reason=error) from error


def _workbook(path: Path) -> list[list[str]]:
    with ZipFile(path) as package:
        names = package.namelist()
        sheet = next((name for name in names if _SHEET.fullmatch(name)), "")
        if not sheet:
            raise ValueError("it has no first sheet")
        shared = _Strings(_part(package, _STRINGS)).found if _STRINGS in names else []
        return _Sheet(_part(package, sheet), shared).rows


def _part(package: ZipFile, name: str) -> bytes:
    if package.getinfo(name).file_size > _MOST:
        raise ValueError("it is too large")
    return package.read(name)


class _Reading:
    """Reads XML; a document type, which could hold entities, is refused."""

    def __init__(self, data: bytes) -> None:
        self._said: list[str] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = lambda name, attributes: self._begin(_local(name), attributes)
        parser.EndElementHandler = lambda name: self._end(_local(name))
        parser.CharacterDataHandler = self._said.append
        parser.Parse(data, True)

    def _refuse(self, *_: Any) -> None:
        raise ValueError("it declares a document type")

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        raise NotImplementedError

    def _end(self, name: str) -> None:
        raise NotImplementedError

    def _taken(self) -> str:
        text = "".join(self._said)
        self._said.clear()
        return text


class _Strings(_Reading):
    """The shared strings of a workbook."""

    def __init__(self, data: bytes) -> None:
        self.found: list[str] = []
        super().__init__(data)

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._parts: list[str] = []
        self._said.clear()

    def _end(self, name: str) -> None:
        if name == "t":
            self._parts.append(self._taken())
        elif name == "si":
            self.found.append("".join(self._parts))


class _Sheet(_Reading):
    """The rows of a sheet."""

    def __init__(self, data: bytes, shared: list[str]) -> None:
        self.rows: list[list[str]] = []
        self._shared = shared
        super().__init__(data)
        wide = max(map(len, self.rows), default=0)
        self.rows = [row + [""] * (wide - len(row)) for row in self.rows]

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.rows.append([])
        elif name == "c":
            match = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(match[1]) if match else len(self.rows[-1])
            self._kind = attributes.get("t", "n")
            self._parts: list[str] = []
        self._said.clear()

    def _end(self, name: str) -> None:
        if name in ("v", "t"):
            self._parts.append(self._taken())
        elif name == "c":
            row = self.rows[-1]
            row.extend([""] * (self._column + 1 - len(row)))
            row[self._column] = self._value()

    def _value(self) -> str:
        text = "".join(self._parts)
        return self._shared[int(text)] if self._kind == "s" and text else text


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _column(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1
