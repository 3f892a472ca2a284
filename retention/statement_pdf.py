"""Write headings and paragraphs as PDF (ISO 32000-1), the typeface embedded.

The typeface has the letters of Latin scripts. A character that it lacks is written as its number,
``[U+1F600]``, so that nothing is lost without a word; the JSON has all of them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

_REGULAR, _BOLD = "Vera", "VeraBd"
_MARGIN = 62


def pdf(title: str, footer: str, sections: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """Make the document; `footer` has the field {number} for the page's."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    known = _known_characters()
    body = ParagraphStyle("body", fontName=_REGULAR, fontSize=9, leading=12.5, spaceAfter=4)
    head = ParagraphStyle("head", body, fontName=_BOLD, fontSize=11, leading=15, spaceBefore=9)
    top = ParagraphStyle("top", head, fontSize=16, leading=22)
    story: list[Any] = [Paragraph(_text(title, known), top)]
    for heading, paragraphs in sections:
        story.append(Paragraph(_text(heading, known), head))
        story += [Paragraph(_text(each, known), body) for each in paragraphs]
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target, pagesize=A4, title=title, lang="nl-NL", invariant=1, leftMargin=_MARGIN,
        rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
    )  # fmt: skip

    def numbered(canvas: Any, _: object) -> None:
        canvas.setFont(_REGULAR, 7)
        canvas.drawString(_MARGIN, _MARGIN / 2, footer.format(number=canvas.getPageNumber()))

    document.build(story, onFirstPage=numbered, onLaterPages=numbered)
    return target.getvalue()


def _known_characters() -> frozenset[int]:
    """Load the typeface; give the characters that it has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (_REGULAR, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return frozenset(pdfmetrics.getFont(_REGULAR).face.charToGlyph)


def _text(text: str, known: frozenset[int]) -> str:
    shown = (c if ord(c) in known else f"[U+{ord(c):04X}]" for c in " ".join(text.split()))
    return escape("".join(shown))
