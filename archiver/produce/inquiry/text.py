"""A document as plain text, for full text search by whoever receives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from archiver.language import say
from archiver.produce.document import Document, Line
from archiver.produce.naming import plain, title_of
from archiver.produce.slices import ZONE

_zone = ZoneInfo(ZONE)


def text(document: Document, lines: Iterable[Line]) -> str:
    """Give some lines of a document as text: its number and title, then line by line."""
    parts = [f"{document.number}\n{title_of(document)}\n"]
    parts += ["".join(f"{row}\n" for row in _rows(line)) for line in lines]
    return "\n".join(parts)


def _rows(line: Line) -> Iterator[str]:
    yield f"{_when(line)}  {plain(line.sender)}".rstrip()
    if line.of:
        yield say("Double: judged in document {number}.", number=line.of)
    for one in line.quoted:
        yield f"> {plain(one.by)}: {plain(one.words)}"
    if line.subject:
        yield plain(line.subject)
    if line.label:
        yield f"[{plain(line.label)}]"
    if line.body:
        yield plain(line.body)
    if line.marks:
        yield say("Marks: {marks}", marks=", ".join(line.marks))
    for words in line.edits:
        yield f"{say('Earlier wording:')} {plain(words)}"
    for sign in line.reactions:
        yield f"{say('Reaction {sign} –', sign=sign.sign)} {plain(sign.by)}"
    for file in line.attachments:
        yield f"{say('Attachment')} {plain(file.name)}"


def _when(line: Line) -> str:
    if line.sent_at is None:
        return say("(no time)")
    moment = datetime.fromtimestamp(line.sent_at // 1000, UTC).astimezone(_zone)
    return moment.isoformat(sep=" ", timespec="minutes" if line.precision == "min" else "seconds")
