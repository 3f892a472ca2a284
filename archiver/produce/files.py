"""The files that stand beside what a case shows, and the form in which each may be given.

A file needs a judgement when a record that carries it is shown, wholly or in part, and its bytes
were handed in. It is given as its officer's clean copy, or else cleaned of what is not seen in it
(`archiver.cases.cleaning`); what has neither is not given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from archiver.cases.cleaning import clean
from archiver.cases.files import Standing, copy_of
from archiver.cases.judgement import Judgement
from archiver.produce import tables_lines as tables
from archiver.produce.attached import Originals, suffix_of
from archiver.produce.tables_lines import File
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection

LARGEST = 256 << 20
"""Bytes of a file that are cleaned at most."""

_HEADS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_PLAIN = ("", "txt", "csv", "md", "log")
"""Ends of names of plain text; other text may hold what is only seen when it is decoded."""

_NO_FORM = "no-clean-form"


class Form(Struct, frozen=True):
    """A file as it may be given, with the end of its name without the dot, or why it may not be.

    `gone` names what was taken out. `problem` is as of `clean`, or ``not-apart`` for what cannot
    be taken out of what was handed in, or is too large.
    """

    content: bytes = b""
    suffix: str = ""
    gone: tuple[str, ...] = ()
    problem: str = ""


class Carried(Struct, frozen=True):
    """A file as the first of these records names it; one that is missing has one record."""

    file: File
    records: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        """Whether its bytes were not handed in, so that there is nothing to judge."""
        return is_missing(self.file)


def shown(
    connection: Connection, judged: Mapping[str, Judgement]
) -> Iterator[tuple[str, tuple[File, ...]]]:
    """Give the records that are shown and carry files, in the order given, with those files."""
    names = [name for name, one in judged.items() if one.outcome.shows]
    told = tables.told(connection, names)
    files = tables.files(connection, [one.record for one in told.values()])
    for name in names:
        if name in told and (found := files.get(told[name].record)):
            yield name, tuple(found)


def carried(connection: Connection, judged: Mapping[str, Judgement]) -> list[Carried]:
    """Give each file of records that are shown once, and what is missing each time it is named."""
    found: dict[str, Carried] = {}
    for record, files in shown(connection, judged):
        for order, file in enumerate(files):
            key = f"{record}/{order}" if is_missing(file) else file.sha256
            before = found.get(key, Carried(file, ()))
            found[key] = Carried(before.file, tuple(dict.fromkeys((*before.records, record))))
    return [*found.values()]


def is_missing(file: File) -> bool:
    """Whether the bytes of a file were not handed in."""
    return bool(file.missing) or not file.sha256


def form(archive: Archive, originals: Originals, file: File, found: Standing | None) -> Form:
    """Give the form in which a file may be given, as it was judged.

    Raises:
        Damage: Its bytes, or those of its clean copy, are not what was handed in.
        KeyMissing: Their key is gone.
    """
    if found is not None and found.copy is not None:
        return _of_copy(copy_of(archive, found), found.copy.suffix)
    data = originals.content(file.sha256, LARGEST)
    return Form(problem="not-apart") if data is None else _of_file(data, suffix_of(file.name)[1:])


def _of_copy(data: bytes, suffix: str) -> Form:
    """Give a clean copy; an officer answers for one of a kind that is not cleaned."""
    cleaned = _of_file(data, suffix)
    return Form(data, suffix) if cleaned.problem == _NO_FORM else cleaned


def _of_file(data: bytes, suffix: str) -> Form:
    cleaned = clean(data)
    if cleaned.problem:
        return Form(problem=cleaned.problem)
    kind = next((kind for head, kind in _HEADS.items() if data.startswith(head)), "")
    if not kind and suffix not in _PLAIN:
        return Form(problem=_NO_FORM)
    return Form(cleaned.content, kind or suffix or "txt", cleaned.gone)
