"""Bates numbers: a prefix and a number for each document, and each file attached to it.

There is one sequence for the ministry, kept in the log, and no number is given out twice. It names
one content: what is produced again unchanged keeps its numbers, and what changed gets others. A
document and its files, a family, have numbers that follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from archiver.cases import case as cases
from archiver.cases import schema as case_schema
from archiver.cases.case import Case
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import schema
from archiver.produce import tables_bates as tables
from archiver.produce.tables_bates import Given
from archiver.register.accounts import new_id
from archiver.store.archive import Archive, Projector
from archiver.store.events import Event
from archiver.store.scribe import Scribe
from retention import dossier

GIVEN = "bates.given"
_ROLE = "numbers"
_WIDTH = 7
_PREFIX = re.compile(r"[A-Z][A-Z0-9-]{0,14}")


class BadPrefix(ArchiveError):
    """{prefix} is no prefix; it has up to 15 capitals, digits and hyphens, a capital first."""

    exit_code = ExitCode.USAGE


class Family(Struct, frozen=True):
    """What asks for numbers: the digest of its content, its slice, how many documents and files."""

    content: str
    slice: str
    count: int


def insist_prefix(prefix: str) -> None:
    """Insist that a prefix can stand in file names and load files.

    Raises:
        BadPrefix: It cannot.
    """
    if not _PREFIX.fullmatch(prefix):
        raise BadPrefix(prefix=prefix)


def number(prefix: str, value: int) -> str:
    """Write a number, with zeros in front."""
    return f"{prefix}{value:0{_WIDTH}d}"


def given(
    scribe: Scribe, case: Case, prefix: str, families: Sequence[Family]
) -> Mapping[str, Given]:
    """Give the numbers of families by their content; those that have none get the next ones.

    They are in force on return, also when nothing is produced with them after all.

    Raises:
        BadPrefix: The prefix cannot be used.
    """
    insist_prefix(prefix)
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        known = {one.content: one for one in tables.of_case(connection, case.id)
                 if one.prefix == prefix}  # fmt: skip
        made = _following(tables.last(connection), prefix, known, families)
        if made:
            dossier.keep(
                scribe,
                GIVEN,
                new_id("n"),
                {_ROLE: msgspec.json.encode(made)},
                case=case.id,
                counts={"first": made[0].first, "count": sum(one.count for one in made)},
                codes=(prefix,),
            )
    return known | {one.content: one for one in made}


def earlier(archive: Archive, case: Case, one: Given) -> tuple[str, ...]:
    """Give the numbers that the document of a family had before these, the oldest first."""
    return tuple(
        number(other.prefix, other.first)
        for other in tables.of_case(archive.catalogue.connection, case.id)
        if other.slice == one.slice and other.first < one.first
    )


def project(archive: Archive, event: Event) -> None:
    """Keep the numbers that were given out."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    case_schema.migrate(connection)
    made = msgspec.json.decode(dossier.read(archive, event, _ROLE), type=tuple[Given, ...])
    tables.put(connection, event.case, made)
    cases.step(archive, event, {"prefix": event.codes[0], **event.counts})


def _following(
    last: int, prefix: str, known: Mapping[str, Given], families: Sequence[Family]
) -> list[Given]:
    """Number the families that have no numbers, one behind the other."""
    made: list[Given] = []
    for one in families:
        if one.content not in known:
            made.append(Given(one.content, one.slice, prefix, last + 1, one.count))
            last += one.count
    return made


PROJECTORS: Mapping[str, Projector] = {GIVEN: project}
