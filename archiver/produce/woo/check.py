"""Judge a production report by what the publication platform does with it, and its traps.

The platform takes much without a word and means something else by it: an outcome that it does not
know is kept from the public, a date of another order becomes another day, a sign in an id cuts the
file's name short. Each fault has a code of ``config/findings/woo.toml``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from archiver.configuration import read

_FILE = "woo-platform.toml"
_ID = re.compile(r"[a-zA-Z0-9.\-]+")
_STEM = re.compile(r"[a-zA-Z0-9]+")
_AS_NUMBER = re.compile(r"[0-9]+(?:[eE][0-9]+)?")
_MATTER = re.compile(r"[A-Za-z0-9\-._~]+")
_CASE_NUMBER = re.compile(r"[a-z0-9\-.;() ]+", re.IGNORECASE)
_COUNT = re.compile(r"[1-9][0-9]*")
_GROUND_FORM = re.compile(r"^([0-9.]+)\.([a-i])$")
_PUBLISHED = ("openbaar", "deels openbaar")
_REFUSED = ("deels openbaar", "niet openbaar")


class Fault(Struct, frozen=True):
    """What is wrong, or must be known: its code, the row (1 is the header; 0 the whole), values."""

    code: str
    row: int = 0
    values: dict[str, str] = {}


def faults(
    table: Sequence[Sequence[str]],
    *,
    prefix: str = "",
    size: int = 0,
    files: Collection[str] | None = None,
) -> list[Fault]:
    """Judge a report: its header and its rows, as text.

    `prefix` is the ministry's on the platform, `size` the file's in bytes, `files` the names of the
    documents that go with it (None where they are not known).
    """
    if not table:
        return [Fault("E-W701", 1, {"column": "ID"})]
    return list(_Report(table, prefix).faults(size, files))


def platform() -> Mapping[str, Any]:
    """Give what the platform takes."""
    return read(_FILE)


class _Report:
    """A report under judgement: rows by the platform's own names of columns."""

    def __init__(self, table: Sequence[Sequence[str]], prefix: str) -> None:
        self._limits = platform()["limits"]
        self._prefix = prefix
        self._header = [_column(name) for name in table[0]]
        self._unknown = [name for name, known in zip(table[0], self._header, strict=True)
                         if not known and name.strip()]  # fmt: skip
        self._rows = [self._named(cells) for cells in table[1:] if any(map(str.strip, cells))]
        self._ids = Counter(row["ID"].lower() for row in self._rows)

    def faults(self, size: int, files: Collection[str] | None) -> Iterator[Fault]:
        yield from self._of_header()
        if len(self._rows) > self._limits["rows"]:
            yield Fault("E-W704", 0, {"rows": str(len(self._rows))})
        if size > self._limits["bytes"]:
            yield Fault("E-W705", 0, {"bytes": str(size)})
        for number, row in enumerate(self._rows, 2):
            yield from (Fault(code, number, values) for code, values in self._of_row(row))
        if files is not None:
            yield from self._of_files(files)

    def _named(self, cells: Sequence[str]) -> dict[str, str]:
        found = dict.fromkeys((*platform()["columns"], "Publicatiecontext"), "")
        found.update(
            (name, cell.strip()) for name, cell in zip(self._header, cells, strict=False) if name
        )
        return found

    def _of_header(self) -> Iterator[Fault]:
        for column in ("ID", "Document", "Beoordeling", "Beoordelingsgrond"):
            if column not in self._header:
                yield Fault("E-W701", 1, {"column": column})
        if not {"Matter", "Publicatiecontext"} & set(self._header):
            yield Fault("E-W701", 1, {"column": "Matter"})
        for name in self._unknown:
            yield Fault("W-W702", 1, {"column": name})
        for column, times in Counter(filter(None, self._header)).items():
            if times > 1:
                yield Fault("E-W703", 1, {"column": column})

    def _of_row(self, row: Mapping[str, str]) -> Iterator[_Told]:
        yield from self._of_id(row)
        yield from self._of_matter(row)
        yield from self._of_words(row)
        yield from _of_outcome(row)
        yield from _of_date(row["Datum"])
        yield from self._of_links(row)
        yield from self._of_relations(row)

    def _of_id(self, row: Mapping[str, str]) -> Iterator[_Told]:
        known = row["ID"]
        told = {"id": known}
        if not _ID.fullmatch(known) or len(known) > self._limits["id"]:
            yield "E-W706", told
        elif not _STEM.fullmatch(known):
            yield "E-W707", told | {"stem": _stem(known)}
        elif _AS_NUMBER.fullmatch(known) and not known.isdecimal():
            yield "W-W708", told
        if self._ids[known.lower()] > 1:
            yield "E-W709", told
        number = "-".join(filter(None, (self._prefix, row["Matter"], known)))
        if len(number) > self._limits["number"]:
            yield "E-W710", told

    def _of_matter(self, row: Mapping[str, str]) -> Iterator[_Told]:
        matter, context = row["Matter"], row["Publicatiecontext"]
        if matter and context:
            yield "E-W711", {}
        elif not (matter or context):
            yield "E-W712", {}
        elif matter and not (
            _MATTER.fullmatch(matter) and 2 <= len(matter) <= self._limits["matter"]
        ):
            yield "E-W713", {"matter": matter}

    def _of_words(self, row: Mapping[str, str]) -> Iterator[_Told]:
        if not row["Document"]:
            yield "W-W714", {}
        elif len(row["Document"].encode()) > self._limits["document_bytes"]:
            yield "E-W715", {}
        if row["File Type"] and row["File Type"].lower() not in platform()["file_types"]:
            yield "W-W716", {"type": row["File Type"]}
        for column in ("Family", "Email Thread ID"):
            if row[column] and not _COUNT.fullmatch(row[column]):
                yield "E-W717", {"column": column, "value": row[column]}
        if len(row["Toelichting"]) > self._limits["remark"]:
            yield "E-W718", {}
        if row["Toelichting"].lower().startswith("http") and not row["Publieke Link"]:
            yield "W-W719", {}
        if row["Opgeschort"] and row["Opgeschort"].lower() not in platform()["suspended"]:
            yield "E-W720", {"value": row["Opgeschort"]}

    def _of_links(self, row: Mapping[str, str]) -> Iterator[_Told]:
        for link in filter(None, row["Publieke Link"].split("|")):
            parts = urlsplit(link) if link.isprintable() and " " not in link else urlsplit("")
            if parts.scheme not in ("http", "https") or not parts.netloc:
                yield "E-W721", {"link": link}
            elif len(link) > self._limits["link"]:
                yield "E-W721", {"link": link[:40]}
        if row["Beoordeling"].lower() == "reeds openbaar" and not row["Publieke Link"]:
            yield "W-W722", {}

    def _of_relations(self, row: Mapping[str, str]) -> Iterator[_Told]:
        for other in filter(None, map(str.strip, row["Gerelateerd ID"].split(";"))):
            if other.lower() == row["ID"].lower():
                yield "E-W724", {"id": other}
            elif "-" not in other and "_" not in other and other.lower() not in self._ids:
                yield "E-W723", {"id": other}
        for number in filter(None, map(str.strip, re.split("[;,]", row["Zaaknummer"]))):
            if not _CASE_NUMBER.fullmatch(number) or len(number) > self._limits["case_number"]:
                yield "E-W725", {"number": number}

    def _of_files(self, files: Collection[str]) -> Iterator[Fault]:
        stems = {_stem(name) for name in files}
        for number, row in enumerate(self._rows, 2):
            published = row["Beoordeling"].lower() in _PUBLISHED
            if published and not row["Opgeschort"] and row["ID"].lower() not in stems:
                yield Fault("E-W726", number, {"id": row["ID"]})
        for name in sorted(files):
            if _stem(name) not in self._ids:
                yield Fault("E-W727", 0, {"name": name})


_Told = tuple[str, dict[str, str]]


def _of_outcome(row: Mapping[str, str]) -> Iterator[_Told]:
    outcome = row["Beoordeling"].lower()
    if outcome not in platform()["outcomes"]:
        yield "E-W728", {"outcome": row["Beoordeling"]}
    grounds = [one for one in row["Beoordelingsgrond"].split(";") if one.strip()]
    for ground in grounds:
        if normal_ground(ground) not in platform()["grounds"]:
            yield "E-W729", {"ground": ground.strip()}
    if outcome in _REFUSED and not grounds:
        yield "W-W730", {"outcome": row["Beoordeling"]}


def _of_date(told: str) -> Iterator[_Told]:
    if not told:
        yield "W-W732", {}
        return
    try:
        is_iso = len(told) == len("2024-03-31") and bool(date.fromisoformat(told))
    except ValueError:
        is_iso = False
    if not is_iso:
        yield "E-W731", {"date": told}


def normal_ground(told: str) -> str:
    """Give a ground as the platform keeps it: small letters, no blanks, ``5.1.2.e`` as 5.1.2e."""
    return _GROUND_FORM.sub(r"\1\2", "".join(told.lower().split()))


def _column(header: str) -> str:
    """Give the platform's name for a header; it strips digits in front and knows other names."""
    wanted = header.strip().lower().lstrip("0123456789").strip()
    names: Iterable[tuple[str, Sequence[str]]] = platform()["headers"].items()
    return next((name for name, known in names if wanted in known), "")


def _stem(name: str) -> str:
    found = _STEM.match(name)
    return found[0].lower() if found else ""
