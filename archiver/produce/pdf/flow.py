"""Break text and bars into lines of a width, and draw them.

A bar is one thing in the flow and takes no letters: it is drawn black, with its ground in white.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from archiver.cases.redaction import Bar, Length, Segment
from archiver.produce.pdf import typeface

_WIDEST = {Length.WORDS: 0.0, Length.LINE: 220.0, Length.LINES: 340.0}
_PADDING, _SMALLER = 3.0, 0.8
_PIECES = re.compile(r"\S+|[^\S\n]+|\n")
_BREAK = "\n"


class Style(Struct, frozen=True):
    """How a paragraph looks; `size` and `leading` are in points, `grey` from 0 (black) to 1."""

    size: float = 9.0
    leading: float = 12.0
    bold: bool = False
    grey: float = 0.0


class Word(Struct, frozen=True, gc=False):
    """Letters that stay together, or blanks between such."""

    text: str
    width: float


class Block(Struct, frozen=True, gc=False):
    """A bar on the page: what stands on it, and its width in points."""

    label: str
    width: float


Atom = Word | Block
Row = tuple[Atom, ...]


def flowed(segments: Iterable[Segment], style: Style, room: float) -> list[Row]:
    """Give segments as lines no wider than `room` points; a line that was empty stays one."""
    rows: list[Row] = []
    row: list[Atom] = []
    used = 0.0
    for atom in _atoms(segments, style, room):
        if isinstance(atom, Word) and atom.text == _BREAK:
            rows.append(_trimmed(row))
            row, used = [], 0.0
            continue
        if row and used + atom.width > room:
            rows.append(_trimmed(row))
            row, used = [], 0.0
        if row or not _is_blank(atom) or not rows:
            row.append(atom)
            used += atom.width
    if row:
        rows.append(_trimmed(row))
    return rows


def widest(rows: Iterable[Row]) -> float:
    """Give the width of the widest of these lines, in points."""
    return max((sum(atom.width for atom in row) for row in rows), default=0.0)


def draw(canvas: Any, row: Row, x: float, y: float, style: Style) -> None:
    """Draw one line with its base line at `y`."""
    for text, block, width in _stretches(row):
        if block is None:
            _draw_text(canvas, text, x, y, style)
        else:
            _draw_bar(canvas, block, x, y, style)
        x += width


def _atoms(segments: Iterable[Segment], style: Style, room: float) -> Iterator[Atom]:
    for segment in segments:
        if isinstance(segment, Bar):
            yield _block(segment, style, room)
            continue
        for piece in _PIECES.findall(_lines(segment.text)):
            if piece == _BREAK:
                yield Word(_BREAK, 0.0)
            else:
                yield from _words(typeface.prepared(piece), style, room)


def _lines(text: str) -> str:
    """Give a text with one sign for every way in which a line may end."""
    if text.isascii() and "\r" not in text:
        return text
    return "\n".join(text.splitlines()) + ("\n" if text.endswith("\n") else "")


def _words(text: str, style: Style, room: float) -> Iterator[Word]:
    """Give a word, in pieces where it is wider than a line."""
    width = typeface.width(text, bold=style.bold, size=style.size)
    if width <= room:
        yield Word(text, width)
        return
    start, used = 0, 0.0
    for place, sign in enumerate(text):
        step = typeface.width(sign, bold=style.bold, size=style.size)
        if used + step > room and place > start:
            yield Word(text[start:place], used)
            start, used = place, 0.0
        used += step
    yield Word(text[start:], used)


def _block(segment: Bar, style: Style, room: float) -> Block:
    label = typeface.prepared(_label(segment))
    own = typeface.width(label, bold=False, size=style.size * _SMALLER) + 2 * _PADDING
    return Block(label, min(max(own, _WIDEST[segment.length_class]), room))


def _label(segment: Bar) -> str:
    return segment.label or " ".join(segment.grounds) or "–"


def _is_blank(atom: Atom) -> bool:
    return isinstance(atom, Word) and atom.text.isspace()


def _trimmed(row: Sequence[Atom]) -> Row:
    end = len(row)
    while end and _is_blank(row[end - 1]):
        end -= 1
    return tuple(row[:end])


def _stretches(row: Row) -> Iterator[tuple[str, Block | None, float]]:
    """Give a line as stretches of text and bars; what is read from the right is turned whole."""
    words: list[str] = []
    width = 0.0
    for atom in row:
        if isinstance(atom, Word):
            words.append(atom.text)
            width += atom.width
            continue
        if words:
            yield "".join(words), None, width
            words, width = [], 0.0
        yield "", atom, atom.width
    if words:
        yield "".join(words), None, width


def _draw_text(canvas: Any, text: str, x: float, y: float, style: Style) -> None:
    if typeface.is_reordered(text):
        canvas.begin_span(text)
    drawn = canvas.beginText(x, y)
    drawn.setFillGray(style.grey)
    for run in typeface.runs(text, bold=style.bold):
        drawn.setFont(run.face, style.size, style.leading)
        drawn.textOut(run.text)
    canvas.drawText(drawn)
    if typeface.is_reordered(text):
        canvas.end_span()


def _draw_bar(canvas: Any, block: Block, x: float, y: float, style: Style) -> None:
    size = style.size * _SMALLER
    canvas.setFillGray(0)
    canvas.rect(x, y - 0.25 * style.size, block.width, 1.15 * style.size, stroke=0, fill=1)
    label = block.label
    while label and typeface.width(label, bold=False, size=size) > block.width - _PADDING:
        label = label[:-1]
    drawn = canvas.beginText(x + _PADDING, y)
    drawn.setFillGray(1)
    for run in typeface.runs(label, bold=False):
        drawn.setFont(run.face, size)
        drawn.textOut(run.text)
    canvas.drawText(drawn)
