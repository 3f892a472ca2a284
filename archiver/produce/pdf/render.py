"""Write a document as PDF: as a list, or as bubbles as on a phone.

Everything that a line has is visible: that it was deleted, changed or forwarded, who reacted, what
it quotes, which attachment is missing, and what was judged away, with its ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import BinaryIO, assert_never
from zoneinfo import ZoneInfo

import msgspec

from archiver.cases.judgement import Outcome
from archiver.cases.redaction import Bar, Text
from archiver.language import say
from archiver.produce.document import Document, Line, Segments, Shown
from archiver.produce.naming import day_name, missing_name, service_name, size_name, title_of
from archiver.produce.pdf.flow import Style, flowed, widest
from archiver.produce.pdf.paper import ROOM, Paper, Paragraph
from archiver.produce.slices import ZONE, day_of

_TITLE = Style(size=14, leading=18, bold=True)
_FACTS = Style(size=8.5, leading=11.5)
_DAY = Style(size=9.5, leading=13, bold=True)
_HEAD = Style(size=8.5, leading=11.5, bold=True)
_BODY = Style(size=9.5, leading=12.5)
_SIDE = Style(size=8, leading=10.5, grey=0.3)
_INDENT, _INSET = 14.0, 6.0
_BUBBLE, _KEPT = 360.0, 28.0
_OWN_GREY, _OTHER_GREY = 0.9, 0.95
_zone = ZoneInfo(ZONE)


class Layout(StrEnum):
    """How a conversation looks."""

    LIST = "list"
    BUBBLES = "bubbles"


def render(
    document: Document,
    reference: str,
    target: BinaryIO,
    layout: Layout,
    told: str = "",
) -> int:
    """Write one document of the case with this reference; give the number of its pages.

    `told` stands at its head where the judgement would.
    """
    title = title_of(document)
    paper = Paper(
        target,
        title,
        above=say("Case {case} – document {number}", case=reference, number=document.number),
        below=title,
    )
    for paragraph in _top(document, reference, title, told):
        paper.put(paragraph)
    day = ""
    for line in document.lines:
        if line.sent_at is not None and day != (day := day_of(line.sent_at)):
            paper.put(_paragraph((Text(day_name(day)),), _DAY, space=8), beneath=_KEPT)
        _put(paper, line, layout)
    paper.close()
    return paper.pages


def _put(paper: Paper, line: Line, layout: Layout) -> None:
    if layout is Layout.LIST or line.kind == "event":
        head, *rest = _paragraphs(line, room=ROOM)
        paper.put(msgspec.structs.replace(head, space=5.0), beneath=_KEPT if rest else 0.0)
        for paragraph in rest:
            paper.put(paragraph)
        return
    inner = [*_paragraphs(line, room=_BUBBLE - 2 * _INSET)]
    width = max(one.x + widest(one.rows) for one in inner) + 2 * _INSET
    x = ROOM - width if line.is_own else 0.0
    paper.put(Paragraph((), _BODY, space=6))
    paper.box(
        [msgspec.structs.replace(one, x=one.x + x + _INSET) for one in inner],
        x=x,
        width=width,
        grey=_OWN_GREY if line.is_own else _OTHER_GREY,
    )


def _top(document: Document, reference: str, title: str, told: str) -> Iterator[Paragraph]:
    yield _paragraph((Text(title),), _TITLE)
    yield Paragraph((), _FACTS, space=3)
    facts = [
        say("Case: {case}", case=reference),
        say("Document: {number}", number=document.number),
        say("Source: {service}", service=service_name(document.service)),
        told or say("Judgement: {outcome}", outcome=str(document.outcome)),
    ]
    if document.grounds:
        facts.append(say("Grounds: {grounds}", grounds="; ".join(document.grounds)))
    facts.append(say("Times are those of the Netherlands."))
    for fact in facts:
        yield _paragraph((Text(fact),), _FACTS)


def _paragraphs(line: Line, *, room: float) -> Iterator[Paragraph]:
    """Give what a line has to say, from its head to its attachments."""
    yield _paragraph((*_when(line), *line.sender), _HEAD, room=room)
    inner, room = _INDENT, room - _INDENT
    for segments in (*_remarks(line), *_addressed(line)):
        yield _paragraph(segments, _SIDE, inner, room)
    for quoted in line.quoted:
        words: Segments = (Text("> "), *quoted.by, Text(": "), *quoted.words)
        yield _paragraph(words, _SIDE, inner + _INDENT, room - _INDENT)
    if line.subject:
        yield _paragraph(line.subject, _HEAD, inner, room)
    if line.label:
        yield _paragraph((Text("["), *line.label, Text("]")), _SIDE, inner, room)
    if line.body:
        yield _paragraph(line.body, _BODY, inner, room)
    for segments in _beside(line):
        yield _paragraph(segments, _SIDE, inner, room)


def _remarks(line: Line) -> Iterator[Segments]:
    """Say what became of a line that is not shown."""
    match line.outcome:
        case Outcome.OUT_OF_SCOPE:
            yield (Text(say("Outside the request.")),)
        case Outcome.DUPLICATE if line.of:
            yield (Text(say("Double: judged in document {number}.", number=line.of)),)
        case Outcome.DUPLICATE:
            yield (Text(say("Double: judged elsewhere.")),)
        case Outcome.ALREADY:
            yield (Text(say("Already public: {link}", link=line.link or "–")),)


def _addressed(line: Line) -> Iterator[Segments]:
    """Name to whom a mail went, each role on a line of its own."""
    for role, name in (("to", say("To:")), ("cc", say("Copy to:")), ("bcc", say("Blind copy to:"))):
        people = [one.name for one in line.addressed if one.role == role]
        if people:
            listed = (part for one in people for part in (Text(", "), *one))
            yield (Text(name + " "), *[*listed][1:])


def _beside(line: Line) -> Iterator[Segments]:
    if line.marks:
        yield (Text(say("Marks: {marks}", marks=", ".join(line.marks))),)
    for words in line.edits:
        yield (Text(say("Earlier wording:") + " "), *words)
    for one in line.reactions:
        yield (Text(say("Reaction {sign} –", sign=one.sign) + " "), *one.by)
    for file in line.attachments:
        yield _attachment(file)


def _attachment(file: Shown) -> Segments:
    parts = [file.media_type, size_name(file.size)]
    told = ", ".join(part for part in parts if part)
    return (
        Text(say("Attachment") + " "),
        *(file.name or (Text("–"),)),
        Text(f" ({told + '; ' if told else ''}{_state(file)})"),
    )


def _state(file: Shown) -> str:
    """Say what became of a file."""
    if file.missing:
        return missing_name(file.missing)
    match file.outcome:
        case None:
            if not file.number:
                return say("not included here")
            return say("file {number}", number=file.number)
        case Outcome.ALREADY:
            return say("already public: {link}", link=file.link)
        case Outcome.DUPLICATE:
            return say("double of file {number}", number=file.of or "–")
        case Outcome.OUT_OF_SCOPE:
            return say("outside the request")
        case Outcome.PUBLIC | Outcome.PARTLY | Outcome.WITHHELD:
            return say("{outcome}, file {number}", outcome=file.outcome, number=file.number)
        case _:
            assert_never(file.outcome)


def _when(line: Line) -> Segments:
    if line.sent_at is None:
        return (Text(say("(no time)") + "   "),)
    moment = datetime.fromtimestamp(line.sent_at / 1000, UTC).astimezone(_zone)
    return (Text(moment.strftime("%H:%M" if line.precision == "min" else "%H:%M:%S") + "   "),)


def _paragraph(
    segments: Sequence[Text | Bar], style: Style, x: float = 0.0, room: float = ROOM,
    space: float = 0.0,
) -> Paragraph:  # fmt: skip
    return Paragraph(flowed(segments, style, room), style, x, space)
