"""One entry of the register as text cells, and back again.

A list of words is one cell, its parts separated by ``;`` and quoted as in CSV where they need it; a
set of values is such a list of ``name=value``. A cell that a spreadsheet could read as a formula
bears an apostrophe in front (OWASP, CSV injection), which is taken off when it is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from archiver.errors import ArchiveError, ExitCode

Row = Mapping[str, str]
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What an id may look like, so that the log may name it."""


class BadCell(ArchiveError):
    """The column {column} does not fit: {reason}."""

    exit_code = ExitCode.USAGE


class BadColumns(ArchiveError):
    """The columns of this list are {wanted}; the file lacks or adds {other}."""

    exit_code = ExitCode.USAGE


def row_of(value: msgspec.Struct, columns: Sequence[str]) -> dict[str, str]:
    """Give an entry as cells."""
    return {name: _cell(msgspec.to_builtins(getattr(value, name))) for name in columns}


def value_of(form: type[msgspec.Struct], row: Row, columns: Sequence[str], new_id: str) -> Any:
    """Read an entry from cells; one without an id gets `new_id`.

    Raises:
        BadColumns: Columns lack, or there are others.
        BadCell: A cell is not what its column holds.
    """
    other = sorted(set(columns) ^ set(row))
    if other and other != ["id"]:
        raise BadColumns(wanted=", ".join(columns), other=", ".join(other))
    fields = {field.name: field.type for field in msgspec.structs.fields(form)}
    given = {name: _read(name, fields[name], row.get(name, "")) for name in columns}
    given["id"] = given["id"] or new_id
    if not ID.fullmatch(given["id"]):
        raise BadCell(column="id", reason=given["id"])
    try:
        return msgspec.convert(given, form)
    except msgspec.ValidationError as error:
        raise BadCell(column=_column(str(error)), reason=_reason(str(error))) from error


def shielded(text: str) -> str:
    """Give a cell an apostrophe more, when it would lose one where it is read."""
    return f"'{text}" if _SHIELDED.match(text) else text


def bared(text: str) -> str:
    """Take off the apostrophe that kept a cell from being read as a formula."""
    return text[1:] if _SHIELDED.match(text) else text


_SHIELDED = re.compile("'+[=+\\-@\\t\\r\uff1d\uff0b\uff0d\uff20]")
_END = "\r\n"
_SWITCH = {"true": True, "false": False}


def _cell(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return _packed([f"{name}={each}" for name, each in value.items()])
        case list() | tuple():
            return _packed(list(map(str, value)))
        case _:
            return str(value)


def _packed(parts: Sequence[str]) -> str:
    if not parts:
        return ""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator=_END).writerow(parts)
    return text.getvalue().removesuffix(_END)


def _read(name: str, form: Any, cell: str) -> Any:
    if form is bool:
        if cell not in _SWITCH:
            raise BadCell(column=name, reason="true | false")
        return _SWITCH[cell]
    origin = getattr(form, "__origin__", None)
    if origin is tuple:
        return _parts(name, cell)
    if origin is dict:
        return _pairs(name, cell)
    return cell


def _parts(name: str, cell: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(cell, newline=""), delimiter=";", strict=True))
    except csv.Error as error:
        raise BadCell(column=name, reason=str(error)) from error
    return [part.strip() for row in rows for part in row]


def _pairs(name: str, cell: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _parts(name, cell):
        key, sign, value = part.partition("=")
        if not sign or key.strip() in found:
            raise BadCell(column=name, reason=part)
        found[key.strip()] = value
    return found


def _column(message: str) -> str:
    found = re.search(r"`\$\.([a-z_]+)", message)
    return found[1] if found else "?"


def _reason(message: str) -> str:
    return message.partition(" - at")[0]
