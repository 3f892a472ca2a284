"""Pseudonyms: in one case the same person is the same ``[Medewerker 1]``, so that a reader follows.

They are given on request. Which name has which number is known under the case's key only, and in
another case the same person has another number, so that no two productions can be laid side by
side. A pseudonym is no anonymity: the key to it exists (AVG article 4, point 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from archiver.cases import case as cases
from archiver.cases import schema
from archiver.cases import tables_pseudonym as tables
from archiver.cases.tables_judgement import said as told
from archiver.classify.terms import fold
from archiver.errors import ArchiveError, ExitCode
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.events import Event
from archiver.store.scribe import Scribe, unseal

ASSIGNED = "case.pseudonym-assigned"
_LABEL: Final = "[Medewerker {number}]"


class TwoPeople(ArchiveError):
    """Names that are given as one person have the pseudonyms of {count} people already."""

    exit_code = ExitCode.USAGE


def assign(scribe: Scribe, case: str, people: Iterable[Sequence[str]]) -> Mapping[str, str]:
    """Number people, each given by all their names; who has a number keeps it.

    Numbers follow the order given, on from the last one. Gives what `labels` gives then.

    Raises:
        NoSuchThing: There is no such case.
        ClosedCase: It is closed.
        TwoPeople: Names of one person have two numbers.
    """
    with scribe.archive.writing():
        connection = schema.ready(scribe.archive)
        asked = cases.opened(connection, case)
        known = tables.numbers(connection, asked.id)
        if fresh := _numbered(known, people):
            ordered = [[name, number] for name, number in fresh.items()]
            cases.record(
                scribe, asked.id, ASSIGNED, {"names": ordered}, counts={"names": len(fresh)}
            )
        return labels(schema.ready(scribe.archive), asked.id)


def labels(connection: Connection, case: str) -> Mapping[str, str]:
    """Give the pseudonym of each folded name of a case, by the case's id."""
    if not schema.is_ready(connection):
        return {}
    numbered = tables.numbers(connection, case)
    return {name: _LABEL.format(number=number) for name, number in numbered.items()}


def unmet(connection: Connection, case: str, people: Iterable[Sequence[str]]) -> list[str]:
    """Give the first name of each of these people of whom no candidate has any name or sign."""
    said = [
        fold(f"{one.sender}\n{one.subject or ''}\n{one.words}") for one in told(connection, case)
    ]
    return [
        names[0]
        for names in people
        if not any(name in text for name in map(fold, names) if name for text in said)
    ]


def project(archive: Archive, event: Event) -> None:
    """Bring numbered names into the tables."""
    connection = archive.catalogue.connection
    schema.migrate(connection)
    numbered = [(str(name), int(number)) for name, number in unseal(archive, event)["names"]]
    tables.put(connection, event.case, numbered)
    cases.step(archive, event, {"names": len(numbered)})


def _numbered(known: Mapping[str, int], people: Iterable[Sequence[str]]) -> dict[str, int]:
    """Give the names that have no number yet, with the number that they get."""
    numbers = dict(known)
    for names in people:
        folded = [name for name in map(fold, names) if name]
        had = {numbers[name] for name in folded if name in numbers}
        if len(had) > 1:
            raise TwoPeople(count=len(had))
        number = had.pop() if had else max(numbers.values(), default=0) + 1
        numbers |= dict.fromkeys(folded, number)
    return {name: number for name, number in numbers.items() if name not in known}
