"""What an inquiry is given, before anything has a number: documents, their files, what they answer.

A file goes with its message only where nothing of that message is withheld: nobody judged what of
the file could be given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from archiver.cases.candidates import candidates
from archiver.cases.case import Case
from archiver.cases.judgement import Outcome
from archiver.cases.searches import known, searches
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import bates, tables_lines
from archiver.produce.attached import Attached, Originals
from archiver.produce.document import Document
from archiver.produce.documents import documents_of
from archiver.produce.selection import Selection
from archiver.produce.veil import Veil
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection

_WHOLE = (Outcome.PUBLIC, Outcome.ALREADY)


class NoSuchQuestion(ArchiveError):
    """Case {case} has no question {number}."""

    exit_code = ExitCode.USAGE


class BadAnswer(ArchiveError):
    """{text} does not say which search answers which question; write it as 1=SEARCH."""

    exit_code = ExitCode.USAGE


class Planned(Struct, frozen=True):
    """What one slice becomes: the digest of all that it gives, and its files.

    `apart` counts the files that are here but do not stand by themselves.
    """

    slice: str
    content: str
    files: tuple[Attached, ...]
    apart: int

    @property
    def family(self) -> bates.Family:
        """What asks for its numbers."""
        return bates.Family(self.content, self.slice, 1 + len(self.files))


def given(archive: Archive, selection: Selection, veil: Veil) -> Iterator[Document]:
    """Give the documents that an inquiry gets, without what lies outside the order."""
    for document in documents_of(archive, selection, veil):
        lines = tuple(one for one in document.lines if one.outcome is not Outcome.OUT_OF_SCOPE)
        if lines:
            yield msgspec.structs.replace(document, lines=lines)


def planned(
    archive: Archive, selection: Selection, veil: Veil, folder: Path | None
) -> Iterator[Planned]:
    """Plan every document that is given; its files are written to a folder, where there is one."""
    connection, originals = archive.catalogue.connection, Originals(archive)
    keys = keys_of(connection, selection)
    for document in given(archive, selection, veil):
        files, apart = _files(connection, originals, document, keys, folder)
        yield Planned(document.number, _content(document, files), files, apart)


def keys_of(connection: Connection, selection: Selection) -> Mapping[str, int]:
    """Give the private keys of what was selected, by public ids."""
    told = tables_lines.told(connection, selection.names)
    return {name: one.record for name, one in told.items()}


def answers_of(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read (number of a question, id of a search), each written as ``1=q…``.

    Raises:
        BadAnswer: One is not written so.
    """
    found = []
    for text in texts:
        number, _, search = (part.strip() for part in text.partition("="))
        if not (number and search):
            raise BadAnswer(text=text)
        found.append((number, search))
    return tuple(found)


def answering(
    connection: Connection, case: Case, answers: Sequence[tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Give by public id which questions a candidate answers.

    `answers` says which search (its id) answers which question (its number). The only question of
    a case is answered by all of it.

    Raises:
        NoSuchQuestion: The case does not have it.
        NoSuchThing: The case has no such search.
    """
    numbers = [one.number for one in case.questions]
    among = searches(connection, case.id)
    for number, search in answers:
        if number not in numbers:
            raise NoSuchQuestion(case=case.id, number=number)
        known(search, among)
    found: dict[str, tuple[str, ...]] = {}
    for one in candidates(connection, case.id):
        asked = {number for number, search in answers if search in one.searches}
        if not answers and len(numbers) == 1:
            asked = set(numbers)
        found[one.record] = tuple(number for number in numbers if number in asked)
    return found


def _files(
    connection: Connection,
    originals: Originals,
    document: Document,
    keys: Mapping[str, int],
    folder: Path | None,
) -> tuple[tuple[Attached, ...], int]:
    among = [keys[line.record] for line in document.lines]
    named = tables_lines.files(connection, among)
    found: list[Attached] = []
    apart = 0
    for line, key in zip(document.lines, among, strict=True):
        if line.outcome not in _WHOLE:
            continue
        for order, file in enumerate(named.get(key, ())):
            one = originals.attached(line.record, order, file, folder)
            if one is not None:
                found.append(one)
            else:
                apart += not file.missing
    return tuple(found), apart


def _content(document: Document, files: Sequence[Attached]) -> str:
    """Give the digest of all that a document gives, with its files.

    The count of documents is left out: it changes when another one comes in.
    """
    counted = msgspec.structs.replace(document, family=0, thread=0)
    digest = hashlib.sha256(msgspec.json.encode(counted))
    for one in files:
        digest.update(f"\0{one.record}\0{one.order}\0{one.sha256}".encode())
    return digest.hexdigest()
