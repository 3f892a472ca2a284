"""What an inquiry is given, before anything has a number: documents, their files, what they answer.

A file goes with its message only where nothing of that message is withheld: nobody judged what of
the file could be given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from archiver.cases.candidates import candidates
from archiver.cases.case import Case
from archiver.cases.judgement import Outcome
from archiver.cases.searches import known, searches
from archiver.errors import ArchiveError, ExitCode
from archiver.produce import bates, tables_lines
from archiver.produce.document import Document
from archiver.produce.documents import documents_of
from archiver.produce.inquiry.attached import Attached, attached
from archiver.produce.selection import Selection
from archiver.produce.veil import Veil
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection

_WHOLE = (Outcome.PUBLIC, Outcome.ALREADY)


class NoSuchQuestion(ArchiveError):
    """Case {case} has no question {number}."""

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
    """Give the documents that an inquiry gets: those of which not all lies outside the order."""
    for document in documents_of(archive, selection, veil):
        if document.outcome is not Outcome.OUT_OF_SCOPE:
            yield document


def planned(archive: Archive, selection: Selection, veil: Veil, folder: Path) -> Iterator[Planned]:
    """Plan every document that is given; its files are written to a folder."""
    keys = keys_of(selection)
    for document in given(archive, selection, veil):
        files, apart = _files(archive, document, keys[document.number], folder)
        yield Planned(document.number, _content(document, files), files, apart)


def keys_of(selection: Selection) -> Mapping[str, tuple[int, ...]]:
    """Give the private keys of the records of each slice, in the order of its lines."""
    return {one.number: one.records for one in selection.slices}


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
    archive: Archive, document: Document, keys: Sequence[int], folder: Path
) -> tuple[tuple[Attached, ...], int]:
    named = tables_lines.files(archive.catalogue.connection, keys)
    found: list[Attached] = []
    apart = 0
    for line, key in zip(document.lines, keys, strict=True):
        if line.outcome not in _WHOLE:
            continue
        for order, file in enumerate(named.get(key, ())):
            one = attached(archive, line.record, order, file, folder)
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
