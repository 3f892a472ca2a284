"""Make the documents of a case one by one, so that memory does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from archiver.cases import pseudonyms
from archiver.cases.case import Case
from archiver.cases.grounds import grounds, law_of
from archiver.cases.judgement import Outcome
from archiver.cases.proposed import people_of
from archiver.cases.redaction import Bar, Segment, Text
from archiver.classify.personal import People
from archiver.output import labels
from archiver.output.told import OWN, names_in, people_in
from archiver.produce import tables_lines as tables
from archiver.produce.document import (
    Addressed,
    Document,
    Line,
    Quoted,
    Reaction,
    Segments,
    Shown,
    outcome_of,
)
from archiver.produce.selection import Selection, selected
from archiver.produce.slices import Slice, Unit
from archiver.produce.tables_lines import File, Note
from archiver.produce.told import Telling
from archiver.produce.veil import Veil, View, covered, grounds_of
from archiver.store.archive import Archive
from archiver.store.catalogue import records
from archiver.store.catalogue.connection import Connection, parts

_AT_ONCE = 400
_PLAIN = ("text", "mail", "media")


def documents(archive: Archive, case: Case, unit: Unit, view: View) -> Iterator[Document]:
    """Give the documents of a case in order of time, in the language in use.

    Raises:
        NothingToProduce: It has no candidates.
        NotJudged: Some of them are not judged.
    """
    selection = selected(archive, case, unit)
    return documents_of(archive, selection, veil_of(archive, case, selection, view))


def documents_of(archive: Archive, selection: Selection, veil: Veil) -> Iterator[Document]:
    """Give the documents of what was selected."""
    maker = _Maker(archive, selection, veil)
    for part in _parts(selection.slices):
        yield from maker.of(part)


def veil_of(archive: Archive, case: Case, selection: Selection, view: View) -> Veil:
    """Learn what of a selection a view may not see."""
    connection = archive.catalogue.connection
    judged = selection.judged
    texts = _texts(connection, [name for name, one in judged.items() if one.outcome.refuses])
    shown = _texts(connection, [name for name, one in judged.items() if one.outcome.shows])
    people = people_of(archive, case) if view is View.PUBLIC else People()
    numbered = pseudonyms.labels(connection, case.id)
    private = (grounds().private[law_of(case.received, inquiry=False)],)
    return Veil(view, judged, texts, people, numbered, private, shown)


def _texts(connection: Connection, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for part, _ in parts(tables.told(connection, names).items()):
        shown = records.shown(connection, [one.record for _, one in part])
        yield from ((name, shown[one.record]["text"]) for name, one in part)


def _parts(slices: Sequence[Slice]) -> Iterator[list[Slice]]:
    """Give slices in parts of so many records that one question to the catalogue takes them."""
    part: list[Slice] = []
    held = 0
    for one in slices:
        part.append(one)
        held += len(one.records)
        if held >= _AT_ONCE:
            yield part
            part, held = [], 0
    if part:
        yield part


class _Maker:
    """Makes documents of slices; what the catalogue has is read for several at once."""

    def __init__(self, archive: Archive, selection: Selection, veil: Veil) -> None:
        self._connection = archive.catalogue.connection
        self._telling = Telling(archive)
        self._selection = selection
        self._veil = veil

    def of(self, slices: Sequence[Slice]) -> Iterator[Document]:
        keys = [key for one in slices for key in one.records]
        self._shown = records.shown(self._connection, keys)
        self._notes = tables.notes(self._connection, keys)
        self._files = tables.files(self._connection, keys)
        self._holders = tables.holders(self._connection, keys)
        self._fields = self._telling.of(self._shown, self._holders)
        self._recipients = tables.recipients(self._connection, keys)
        for one in slices:
            yield self._document(one)

    def _document(self, one: Slice) -> Document:
        lines = tuple(self._line(key) for key in one.records)
        head = self._shown[one.records[0]]
        times = [line.sent_at for line in lines if line.sent_at is not None]
        reasons = dict.fromkeys(self._selection.judged[line.record].reason for line in lines)
        related = dict.fromkeys(line.of for line in lines)
        title = self._title(head, lines)
        on = {ground for line in lines for ground in (*line.grounds, *line.barred)}
        outcome = outcome_of(line.outcome for line in lines)
        barred = any(isinstance(part, Bar) for part in title) or any(one.barred for one in lines)
        return Document(
            number=one.number,
            title=title,
            conversation=one.conversation,
            service=head["service"],
            family=one.family,
            thread=one.thread,
            since=min(times, default=None),
            until=max(times, default=None),
            lines=lines,
            outcome=Outcome.PARTLY if barred and outcome is Outcome.PUBLIC else outcome,
            grounds=tuple(sorted(on.union(*map(_of_bar, title)))),
            reasons=tuple(self._veil.title(reason) for reason in reasons if reason),
            links=tuple(dict.fromkeys(line.link for line in lines if line.link)),
            related=tuple(number for number in related if number not in ("", one.number)),
        )

    def _title(self, head: Mapping[str, Any], lines: Sequence[Line]) -> Segments:
        """Give a mail's subject, of chats the title; nothing where nothing of it may be seen."""
        visible = next((line for line in lines if line.sender or line.body or line.label), None)
        if visible is None or not self._is_told(visible.outcome):
            return ()
        return visible.subject or self._veil.title(head["title"])

    def _line(self, key: int) -> Line:
        found = self._shown[key]
        record = f"{found['delivery']}.{found['item']}"
        judgement = self._selection.judged[record]
        line = Line(
            record=record,
            sent_at=found["sent_at"],
            precision=found["basis"].partition("/")[0],
            kind="event" if found["event"] else "message",
            type=found["type"],
            outcome=judgement.outcome,
            grounds=grounds_of(judgement) if judgement.outcome.refuses else (),
            link=judgement.link if judgement.outcome is Outcome.ALREADY else "",
            of=self._selection.number_of(judgement.of),
        )
        if self._is_told(judgement.outcome):
            return self._told(line, key, found)
        if judgement.outcome is Outcome.WITHHELD:
            return msgspec.structs.replace(line, body=covered(grounds_of(judgement)))
        return line

    def _is_told(self, outcome: Outcome) -> bool:
        return self._veil.tells(outcome)

    def _told(self, line: Line, key: int, found: Mapping[str, Any]) -> Line:
        veil, told = self._veil, self._fields.get(key, {})
        marks = (found["marks"] or "").split()
        sender = _sender(found, told, marks, self._holders.get(key, ""))
        people = [name for field in people_in(line.type) for name in names_in(told, field)]
        noted = self._notes.get(key, ())
        return msgspec.structs.replace(
            line,
            sender=veil.name(sender),
            is_own="own" in marks,
            addressed=tuple(
                Addressed(role, veil.name(_bare(whom)))
                for role, whom in self._recipients.get(key, ())
            ),
            subject=veil.title(found["subject"] or ""),
            body=veil.body(line.record, found["text"], people if line.kind == "event" else None),
            label=() if _is_plain(found) else self._label(line, {} if found["text"] else told),
            whom=tuple(veil.name(name) for name in names_in(told, "object")),
            marks=tuple(labels.marks(mark) for mark in marks if mark != "own"),
            quoted=tuple(
                Quoted(veil.name(self._by(one, key)), veil.quotation(one.value))
                for one in noted
                if one.kind == "quote"
            ),
            edits=tuple(veil.former(line.record, one.value) for one in noted if one.kind == "edit"),
            reactions=tuple(
                Reaction(one.value, veil.name(self._by(one, key)))
                for one in noted
                if one.kind == "reaction"
            ),
            attachments=tuple(self._shown_file(one) for one in self._files.get(key, ())),
        )

    def _label(self, line: Line, told: Mapping[str, str]) -> Segments:
        """Say what a record is; where its own words say who did it to whom, nobody is named twice.

        Names in it are shown as senders are, what else the source wrote as titles.
        """
        found: list[Segment] = []
        for words, field in labels.pieces(line.kind, line.type, told):
            found += [Text(words)] if words else []
            if field in people_in(line.type):
                for place, name in enumerate(names_in(told, field)):
                    found += [*([Text(", ")] if place else []), *self._veil.name(name)]
            elif field:
                found += self._veil.title(told[field])
        return tuple(found)

    def _by(self, note: Note, key: int) -> str:
        """Name who did it; only the source's own mark makes it the holder of the account."""
        return self._holders.get(key, "") if note.by in OWN else _bare(note.by)

    def _shown_file(self, file: File) -> Shown:
        return Shown(self._veil.file_name(file.name), file.media_type, file.size, file.missing)


def _of_bar(segment: Segment) -> tuple[str, ...]:
    return segment.grounds if isinstance(segment, Bar) else ()


def _is_plain(found: Mapping[str, Any]) -> bool:
    """Whether the words of a record say enough."""
    return not found["event"] and found["type"] in _PLAIN and bool(found["text"])


def _sender(
    found: Mapping[str, Any], told: Mapping[str, str], marks: Sequence[str], holder: str
) -> str:
    """Name who sent it as the source writes the name; an identifier has it in small letters."""
    if written := found["label"] or told.get("actor"):
        return str(written)
    return holder if "own" in marks or found["author"] in OWN else _bare(found["author"])


def _bare(identifier: str) -> str:
    """Give an identifier without the word that says what it is."""
    kind, colon, rest = identifier.partition(":")
    return rest if colon and kind.isalnum() and kind.islower() else identifier
