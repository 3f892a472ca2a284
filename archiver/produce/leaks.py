"""Insist that a production has nothing of what was judged away, in any file and any way to read it.

Words that an officer left public in another record may be there; those are looked up only when they
are found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from archiver.cases.leak import check
from archiver.cases.redaction import kept
from archiver.cases.tight import core, tight
from archiver.errors import ArchiveError, ExitCode
from archiver.produce.documents import documents_of
from archiver.produce.selection import Selection
from archiver.produce.veil import Veil
from archiver.store.archive import Archive


class Leaks(ArchiveError):
    """{files} still have what was judged away, or cannot be read; nothing was produced."""

    exit_code = ExitCode.FINDINGS


def insist_clean(
    archive: Archive,
    selection: Selection,
    veil: Veil,
    folder: Path,
    told: Iterable[str] = (),
) -> None:
    """Insist that nothing that was judged away is left in a folder.

    `told` are texts that may be there whatever was judged: what was asked, who was asked.

    Raises:
        Leaks: Something is, or a file could not be read.
    """
    found = check(veil.removed, folder)
    named = {veil.removed[one.string] for one in found.leaks}
    accepted = _left_public(archive, selection, veil, named, told) if named else set()
    leaks = [one for one in found.leaks if veil.removed[one.string] not in accepted]
    if leaks or found.unread:
        files = [*(one.file for one in leaks), *(one.file for one in found.unread)]
        raise Leaks(files=", ".join(dict.fromkeys(files)))


def _left_public(
    archive: Archive,
    selection: Selection,
    veil: Veil,
    strings: Collection[str],
    told: Iterable[str],
) -> set[str]:
    """Give those of these strings that stand in a record as it is shown, or in what is told.

    Of a record those are its words; its sender too, where the view is due every name.
    """
    sought = {one: core(one) for one in strings}
    found = {one for text in told for one in _within(sought, text)}
    for document in documents_of(archive, selection, veil):
        for line in document.lines:
            found |= _within(sought, kept(line.body))
            if veil.names_all:
                found |= _within(sought, kept(line.sender))
    return found


def _within(sought: Mapping[str, str], text: str) -> set[str]:
    letters = tight(text)
    return {one for one, form in sought.items() if form and form in letters}
