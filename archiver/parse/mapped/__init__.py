"""Any message service at all: rows of CSV or JSON, read as a mapping file says.

For services that no other module reads: what the operator hands over when it closes, or an export
of a system of one's own. It never claims a file by itself; an officer chooses it and gives the
mapping (`archiver.parse.mapped.mapping`, version 1). Built from RFC 4180 (October 2005) and
RFC 8259 (December 2017); there is no one source program.

The identifier of a message is unique within its conversation as the mapping defines it. Rows and
those findings that have a length and no item cover the file but for its header line, blank lines
and, of JSON, the punctuation.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.mapped import mapping
from archiver.parse.mapped.check import misfits, rows
from archiver.parse.mapped.mapping import MappingError, load
from archiver.parse.mapped.message import Messages
from archiver.parse.mapped.table import Mapping
from archiver.parse.row import Refused

__all__ = [
    "GAPS",
    "NAME",
    "SERVICE",
    "VERSION",
    "MappingError",
    "claims",
    "load",
    "parse",
    "survey",
]

NAME = "mapped"
SERVICE = "other"
VERSION = 1
GAPS = ("W-F090",)

NO_ROW = {
    "cells": "E-F004",
    "quotes": "E-F005",
    "too-long": "E-F006",
    "no-object": "E-F007",
    "broken": "E-F008",
    "extra": "W-F009",
}
PROVENANCE = "W-F010"


def claims(head: bytes, name: str) -> bool:
    """Say no: nothing in a file of rows says what its columns mean."""
    return False


def survey(source: Source) -> Learnt:
    """Compare the file with the mapping; whatever does not fit is a question.

    Raises:
        MappingError: There is no mapping, or it cannot be used.
    """
    found = load(source.mapping)
    questions = tuple(misfits(source, found))
    return Learnt(() if questions else found.time.formats, found.time.zone, questions)


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every row as an item, what is no row as a finding, and whose export it is."""
    found = load(source.mapping)
    messages = Messages(source, found)
    number = source.first_number
    for row in rows(source.stream, found):
        if isinstance(row, Refused):
            values = dict(row.values)
            yield Finding(NO_ROW[row.reason], values, source.main, row.offset, row.length)
            continue
        item, findings = messages.read(row, number)
        yield item
        yield from findings
        number += 1
    yield Finding(PROVENANCE, _provenance(found), source.main)


def _provenance(found: Mapping) -> dict[str, str | int]:
    export = found.export
    return {"owner": export.owner, "basis": export.basis, "since": mapping.unchanged_since(found)}
