"""Insist that a production has nothing of what was judged away, in any file and any way to read it.

What is found may be there all the same: words that an officer left public in another record, names
of those who stay named, and words that the pack has of itself (`archiver.produce.standing`), where
nothing that is shown of any record has them. What may be there is looked up only when words that
were judged away are found. All else refuses the pack: which of two judgements is right, the
officer says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from archiver.cases.leak import Checked, Needles, check
from archiver.cases.redaction import kept
from archiver.cases.tight import core
from archiver.errors import ArchiveError, ExitCode
from archiver.produce.document import Document, Line, Segments
from archiver.produce.documents import documents_of
from archiver.produce.naming import day_name, service_name
from archiver.produce.selection import Selection
from archiver.produce.slices import day_of
from archiver.produce.standing import standing
from archiver.produce.veil import Veil
from archiver.store.archive import Archive

_SMALL: Final = 5
"""Digits of a number that is a year, a size, a count or a place on paper in every pack."""

_Having = Mapping[str, Collection[str]]
"""Words that were judged away, with the public ids of the records in which they were."""

_NAMED: Final = 5
"""How many files and records an error names."""


class Leaks(ArchiveError):
    """{files} have words that were judged away in {records} and stand in {places}; nothing was
    produced. Judge them the same: take the words away there too, or leave them in both."""

    exit_code = ExitCode.FINDINGS


class NotSearched(ArchiveError):
    """{files} cannot be read to see what was judged away; nothing was produced."""

    exit_code = ExitCode.FINDINGS


def insist_clean(
    archive: Archive,
    selection: Selection,
    veil: Veil,
    folder: Path,
    told: Iterable[str] = (),
    own: Iterable[str] = (),
    handed: Collection[str] = (),
) -> None:
    """Insist that nothing that was judged away is left in a folder.

    `told` are texts that may be there whatever was judged: what was asked, who was asked. `own` are
    what the pack is called and whose it is, beside what every pack says. `handed` are the files in
    the folder that were not written here but handed in: they have no words of the pack itself.

    Raises:
        Leaks: Something is.
        NotSearched: A file could not be read.
    """
    found = check(veil.removed, folder)
    if found.unread:
        raise NotSearched(files=_listed(one.file for one in found.unread))
    if found.leaks:
        strict = {one.string for one in found.leaks if one.file in handed}
        strings = {one.string: veil.removed[one.string] for one in found.leaks}
        having = veil.having({*strings.values()})
        seen = _Seen(strings, strict)
        seen.left(told)
        seen.ours((*standing(), *own))
        _look(seen, documents_of(archive, selection, veil), having)
        _insist(seen.wrong(), found, {number: having[one] for number, one in strings.items()})


def _look(seen: _Seen, documents: Iterable[Document], having: _Having) -> None:
    for document in documents:
        for line in document.lines:
            seen.left_of(line.record, kept(line.body), having)
            seen.left(map(kept, _names(line)))
        seen.ours(_own(document))
        seen.not_judged(_not_judged(document))


def _insist(
    wrong: Mapping[int, Sequence[str]], found: Checked, judged: Mapping[int, Iterable[str]]
) -> None:
    if wrong:
        raise Leaks(
            files=_listed(one.file for one in found.leaks if one.string in wrong),
            records=_listed(record for number in wrong for record in judged[number]),
            places=_listed(place for places in wrong.values() for place in places),
        )


class _Seen:
    """Where else words that were judged away stand: by right, of the pack itself, or not judged."""

    def __init__(self, strings: Mapping[int, str], strict: Collection[int]) -> None:
        """Seek strings by their numbers; those that are `strict` are none of the pack itself."""
        self._numbers = [*strings]
        self._strings = [*strings.values()]
        self._needles = Needles(self._strings)
        self._left: set[int] = set()
        self._ours = {place for place, one in enumerate(strings.values()) if _is_small(one)}
        self._strict = {place for place, number in enumerate(strings) if number in strict}
        self._places: dict[int, dict[str, None]] = defaultdict(dict)

    def left(self, texts: Iterable[str]) -> None:
        """See texts in which words were left by an officer or by rule."""
        for text in texts:
            self._left |= self._needles.found(text)

    def left_of(self, record: str, text: str, having: _Having) -> None:
        """See what an officer left of a record: not by right what was judged away in it too."""
        for number in self._needles.found(text):
            if record in having[self._strings[number]]:
                self._places[number][record] = None
            else:
                self._left.add(number)

    def ours(self, texts: Iterable[str]) -> None:
        """See texts that the pack has of itself."""
        for text in texts:
            self._ours |= self._needles.found(text)

    def not_judged(self, texts: Iterable[tuple[str, str]]) -> None:
        """See texts, by where they stand, that nobody judged."""
        for place, text in texts:
            for number in self._needles.found(text):
                self._places[number][place] = None

    def wrong(self) -> dict[int, list[str]]:
        """Give the numbers of what may not be there, each with where nobody judged it."""
        allowed = self._left | (self._ours - self._places.keys() - self._strict)
        return {
            number: [*self._places[place]]
            for place, number in enumerate(self._numbers)
            if place not in allowed
        }


def _is_small(string: str) -> bool:
    number = core(string)
    return number.isdecimal() and len(number) <= _SMALL


def _own(document: Document) -> Iterator[str]:
    """Give what a pack says of a document and its lines: source, outcome, days, types of files."""
    yield f"{document.number} {service_name(document.service)} {document.outcome}"
    days = {day_of(line.sent_at) for line in document.lines if line.sent_at is not None}
    for day in sorted(days):
        yield f"{day}\n{day_name(day)}"
    for line in document.lines:
        yield from (one.media_type for one in line.attachments)


def _names(line: Line) -> Iterator[Segments]:
    """Give the names that a view sees."""
    yield line.sender
    yield from line.whom
    yield from (one.name for one in line.addressed)
    yield from (one.by for one in line.quoted)
    yield from (one.by for one in line.reactions)


def _not_judged(document: Document) -> Iterator[tuple[str, str]]:
    """Give what else is shown, by where it stands: nobody judged it for itself."""
    for words in (document.title, *document.reasons):
        yield document.number, kept(words)
    for line in document.lines:
        quoted = (one.words for one in line.quoted)
        files = (one.name for one in line.attachments)
        for words in (line.subject, *quoted, *line.edits, *files):
            yield line.record, kept(words)
        yield line.record, line.link


def _listed(names: Iterable[str]) -> str:
    """Name some, each once; a dash where there is none, dots where there are more."""
    found = [*dict.fromkeys(names)]
    return ", ".join([*found[:_NAMED], *(["…"] if len(found) > _NAMED else [])]) or "–"
