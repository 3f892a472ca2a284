"""The public inventory (inventarislijst) of a decision: every document, its judgement and grounds.

The columns are those that the publication platform shows to the public; what is withheld stands in
it by number and day, with its grounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from archiver.cases.redaction import Text
from archiver.language import say
from archiver.produce.pdf.flow import Style, flowed
from archiver.produce.pdf.paper import ROOM, Paper, Paragraph
from archiver.produce.woo.report import Row

_TITLE = Style(size=14, leading=18, bold=True)
_HEAD = Style(size=9, leading=12, bold=True)
_BODY = Style(size=8.5, leading=11.5)
_INDENT = 12.0


def header() -> tuple[str, ...]:
    """Give the columns, in the language in use."""
    return (
        say("Document ID"),
        say("Document number"),
        say("File name"),
        say("Name"),
        say("Date"),
        say("Judgement"),
        say("Ground"),
        say("Remark"),
        say("Public link"),
        say("Suspended"),
        say("Related document number"),
    )


def cells(row: Row, prefix: str, file: str) -> tuple[str, ...]:
    """Give a row of the report as the public sees it; `prefix` is the ministry's there.

    `file` is the name of what is given, empty where nothing is.
    """
    return (
        row.id,
        _number(prefix, row.matter, row.id),
        file,
        row.document,
        row.date,
        row.outcome,
        row.grounds,
        row.remark,
        row.link,
        row.suspended,
        "; ".join(_number(prefix, row.matter, one) for one in filter(None, row.related.split(";"))),
    )


def write_pdf(target: BinaryIO, reference: str, rows: Iterable[Sequence[str]]) -> None:
    """Write the inventory for reading; every row is a heading with what is told of it."""
    title = say("Inventory of case {case}", case=reference)
    paper = Paper(target, title, above=say("Case {case}", case=reference), below=title)
    paper.put(_paragraph(title, _TITLE, 0.0))
    names = header()
    for row in rows:
        told = dict(zip(names, row, strict=True))
        paper.put(_paragraph(f"{row[0]}   {row[4]}   {row[3]}", _HEAD, 0.0, space=6))
        for name in (*names[5:], names[1]):
            if told[name]:
                paper.put(_paragraph(f"{name}: {told[name]}", _BODY, _INDENT))
    paper.close()


def _number(prefix: str, matter: str, number: str) -> str:
    return "-".join(filter(None, (prefix, matter, number)))


def _paragraph(text: str, style: Style, x: float, space: float = 0.0) -> Paragraph:
    return Paragraph(flowed((Text(text),), style, ROOM - x), style, x, space)
