"""Pages of a PDF: A4, with what stands above and below, and paragraphs that run over to the next.

A line that is drawn in another order than it is read carries its text beside it (ActualText, ISO
32000-1 14.9.4), so that searching and reading aloud find the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from msgspec import Struct

from archiver.language import current, say
from archiver.produce.pdf import flow, typeface
from archiver.produce.pdf.flow import Row, Style

WIDTH, HEIGHT, MARGIN = 595.28, 841.89, 56.0
ROOM = WIDTH - 2 * MARGIN
_TOP, _BOTTOM = HEIGHT - 64.0, 60.0
_SMALL = Style(size=7, leading=9, grey=0.25)
_TOGETHER = 2


class Paragraph(Struct, frozen=True):
    """Lines of one look, `x` points from the left margin, `space` points below what is above."""

    rows: Sequence[Row]
    style: Style
    x: float = 0.0
    space: float = 0.0


class Paper:
    """Draws paragraphs page after page; `close` writes the file."""

    def __init__(self, target: BinaryIO, title: str, *, above: str, below: str) -> None:
        """Begin a document; `above` and `below` stand on every page."""
        from reportlab.pdfgen.canvas import Canvas

        typeface.load()
        self._canvas: Any = Canvas(
            target,
            (WIDTH, HEIGHT),
            invariant=1,
            pageCompression=1,
            initialFontName=typeface.TEXT,
            lang=_LANGUAGES[current()],
        )
        self._canvas.setTitle(title)
        self._canvas.setProducer("chatarchief")
        self._canvas.setCreator("chatarchief")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._canvas.begin_span = self._begin_span
        self._canvas.end_span = self._end_span
        self._above, self._below = above, below
        self._y = _TOP
        self.pages = 1

    def put(self, paragraph: Paragraph, *, beneath: float = 0.0) -> None:
        """Draw a paragraph; its first lines are not left alone at the end of a page.

        It goes to the next page too when `beneath` points would not be left under it.
        """
        style = paragraph.style
        self._y -= paragraph.space
        rows = paragraph.rows
        if self._y - style.leading * min(len(rows), _TOGETHER) - beneath < _BOTTOM:
            self._turn()
        for row in rows:
            if self._y - style.leading < _BOTTOM:
                self._turn()
            self._y -= style.leading
            flow.draw(self._canvas, row, MARGIN + paragraph.x, self._y, style)

    def box(self, paragraphs: Sequence[Paragraph], *, x: float, width: float, grey: float) -> None:
        """Draw paragraphs on a ground of their own, one for each page that they run over."""
        waiting = [(one, row, number == 0) for one in paragraphs for number, row in _numbered(one)]
        while waiting:
            fitting = self._fitting(waiting)
            if not fitting:
                self._turn()
                continue
            self._ground(waiting[:fitting], x, width, grey)
            for one, row, is_first in waiting[:fitting]:
                self._y -= one.style.leading + (one.space if is_first else 0)
                flow.draw(self._canvas, row, MARGIN + one.x, self._y, one.style)
            self._y -= _PADDING + _DESCENT
            waiting = waiting[fitting:]

    def close(self) -> None:
        """Write the last page and the file."""
        self._furnish()
        self._canvas.showPage()
        self._canvas.save()

    def _turn(self) -> None:
        self._furnish()
        self._canvas.showPage()
        self._y = _TOP
        self.pages += 1

    def _furnish(self) -> None:
        """Write what stands above and below every page."""
        number = say("page {number}", number=self.pages)
        for text, x, y in (
            (self._above, MARGIN, HEIGHT - 40),
            (self._below, MARGIN, 36),
            (number, WIDTH - MARGIN - _wide(number), 36),
        ):
            row = (flow.Word(typeface.prepared(text), 0.0),)
            flow.draw(self._canvas, row, x, y, _SMALL)

    def _fitting(self, waiting: Sequence[tuple[Paragraph, Row, bool]]) -> int:
        """Count the lines that this page has room for."""
        y, count = self._y - 2 * _PADDING - _DESCENT, 0
        for one, _, is_first in waiting:
            y -= one.style.leading + (one.space if is_first else 0)
            if y < _BOTTOM:
                break
            count += 1
        alone = count < min(len(waiting), _TOGETHER)
        return 0 if alone and self._y < _TOP else max(count, 1)

    def _ground(
        self, lines: Sequence[tuple[Paragraph, Row, bool]], x: float, width: float, grey: float
    ) -> None:
        self._y -= _PADDING
        height = sum(one.style.leading + (one.space if first else 0) for one, _, first in lines)
        self._canvas.setFillGray(grey)
        self._canvas.roundRect(
            MARGIN + x, self._y - height - _PADDING - _DESCENT, width, height + 2 * _PADDING, 4,
            stroke=0, fill=1,
        )  # fmt: skip

    def _begin_span(self, text: str) -> None:
        told = ("\ufeff" + text).encode("utf-16-be").hex().upper()
        self._canvas._code.append(f"/Span <</ActualText <{told}>>> BDC")

    def _end_span(self) -> None:
        self._canvas._code.append("EMC")


_PADDING, _DESCENT = 4.0, 2.5
_LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}


def _numbered(paragraph: Paragraph) -> Sequence[tuple[int, Row]]:
    return list(enumerate(paragraph.rows))


def _wide(text: str) -> float:
    return typeface.width(typeface.prepared(text), bold=False, size=_SMALL.size)
