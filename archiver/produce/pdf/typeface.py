"""The typefaces of a PDF, and text made ready for them (Unicode 15, Standard Annex 9).

DejaVu Sans has Latin, Greek, Cyrillic, Hebrew and Arabic; Noto Emoji has the signs. A character
that neither has is written out as ``[U+1F9FF NAZAR AMULET]``: nothing is lost without a word. Signs
that only join others or choose their form take no place of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby

from msgspec import Struct

from archiver import configuration

TEXT, BOLD, SIGNS = "chatarchief-text", "chatarchief-bold", "chatarchief-signs"
_FILES = {
    TEXT: "DejaVuSans.ttf",
    BOLD: "DejaVuSans-Bold.ttf",
    SIGNS: "NotoEmoji-Regular.ttf",
}
_SIGNS_FROM = 0x1F000
_UNITS = 1000
_JOINING = "\u200d\ufe0e\ufe0f"
_NO_PLACE = re.compile(f"[{_JOINING}\u00ad\ufeff]")
_ORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNING = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_ARABIC = re.compile("[\u0621-\u064a]")


class Run(Struct, frozen=True, gc=False):
    """Characters in one typeface, in the order in which they are drawn."""

    face: str
    text: str


def load() -> None:
    """Make the typefaces known to the library; done once for a process."""
    for face in _FILES:
        _glyphs(face)


@lru_cache(65_536)
def prepared(text: str) -> str:
    """Give a text in which every character can be drawn."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_drawable(sign) for sign in _NO_PLACE.sub("", text))


def width(text: str, *, bold: bool, size: float) -> float:
    """Give how wide a prepared text is, in points."""
    widths = _widths(bold)
    return sum([widths[sign] for sign in text]) * size / _UNITS


def runs(text: str, *, bold: bool) -> Iterator[Run]:
    """Give one line of prepared text as it is drawn, from left to right."""
    if is_reordered(text):
        text = _visual(text)
    if text.isascii():
        yield Run(BOLD if bold else TEXT, text)
        return
    for face, signs in groupby(text, lambda sign: _face(sign, bold)):
        yield Run(face, "".join(signs))


def is_reordered(text: str) -> bool:
    """Whether what is drawn differs from the text, so that a reader must be told the text."""
    return bool(_TURNING.search(text))


@cache
def _glyphs(face: str) -> frozenset[str]:
    """Load a typeface; give the characters that it has."""
    from archiver.produce.pdf.embedded import characters

    return characters(face, configuration.folder() / "fonts" / _FILES[face])


@cache
def _face(sign: str, bold: bool) -> str:
    if ord(sign) >= _SIGNS_FROM and sign in _glyphs(SIGNS):
        return SIGNS
    if bold and sign in _glyphs(BOLD):
        return BOLD
    return TEXT if sign in _glyphs(TEXT) or sign not in _glyphs(SIGNS) else SIGNS


@cache
def _widths(bold: bool) -> _Widths:
    return _Widths(bold)


class _Widths(dict[str, float]):
    """The width of each character in thousandths of its size, asked of the typeface once."""

    def __init__(self, bold: bool) -> None:
        self._bold = bold

    def __missing__(self, sign: str) -> float:
        from archiver.produce.pdf.embedded import wide

        face = _face(sign, self._bold)
        _glyphs(face)
        self[sign] = found = 0.0 if _ORDERING.match(sign) else wide(sign, face, _UNITS)
        return found


@lru_cache(65_536)
def _drawable(sign: str) -> str:
    if sign in _glyphs(TEXT) or sign in _glyphs(SIGNS) or _ORDERING.match(sign):
        return sign
    if sign.isspace():
        return " "
    name = unicodedata.name(sign, "")
    return f"[U+{ord(sign):04X}{' ' if name else ''}{name}]"


def _visual(text: str) -> str:
    """Put a line in the order in which it is drawn, Arabic letters in the forms that they take."""
    from bidi import get_display

    return _ORDERING.sub("", str(get_display(_joined(text), base_dir="L")))


def _joined(text: str) -> str:
    """Give each Arabic letter the form of its place in the word."""
    if not _ARABIC.search(text):
        return text
    letters = list(_ligated(text))
    return "".join(_form(letters, place) for place in range(len(letters)))


def _ligated(text: str) -> Iterator[str]:
    """Give letters one by one, LAM with the ALEF after it as the one sign that they make."""
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        two = len(pair) == 2 and (pair, "isolated") in _forms()
        yield pair if two else text[place]
        place += 2 if two else 1


def _form(letters: list[str], place: int) -> str:
    letter = letters[place]
    if (letter, "isolated") not in _forms():
        return letter
    before = _neighbour(letters, place, -1)
    after = _neighbour(letters, place, 1)
    joins_before = (before, "initial") in _forms() and (letter, "final") in _forms()
    joins_after = (letter, "initial") in _forms() and (after, "final") in _forms()
    name = {
        (False, False): "isolated",
        (False, True): "initial",
        (True, False): "final",
        (True, True): "medial",
    }[joins_before, joins_after]
    return _forms().get((letter, name), letter)


def _neighbour(letters: list[str], place: int, step: int) -> str:
    """Give the next letter on one side; marks above and below a letter do not part two."""
    place += step
    while 0 <= place < len(letters) and unicodedata.combining(letters[place][0]):
        place += step
    return letters[place] if 0 <= place < len(letters) else ""


@cache
def _forms() -> dict[tuple[str, str], str]:
    """Give the sign of each (letter, place in the word), as Unicode's own table has them."""
    found: dict[tuple[str, str], str] = {}
    for code in range(0xFE80, 0xFEFD):
        kind, *letters = unicodedata.decomposition(chr(code)).split()
        found["".join(chr(int(one, 16)) for one in letters), kind.strip("<>")] = chr(code)
    return found
