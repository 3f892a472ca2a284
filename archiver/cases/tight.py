"""A text as words are sought in it that must be gone: letters and digits, small, unaccented.

So that case, blanks, hyphens, line breaks and quotation signs hide nothing: ``06-12 34`` and
``0612 34`` are one, and so are a name and the same name broken over two quoted lines.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache, lru_cache
from typing import Final

_BETWEEN: Final = re.compile(r"[\W_]+")

_PHONE: Final = re.compile(r"(?:0031|31|0)0?([1-9]\d{8})")


def tight(text: str) -> str:
    """Give the letters and digits of a text, folded, without what stands between."""
    return _BETWEEN.sub("", _folded(text))


def spaced(text: str) -> str:
    """Give them with one blank between words, and one at each end."""
    folded = _folded(text)
    if not folded.isascii():
        folded = folded.translate(_marks())
    return f" {_BETWEEN.sub(' ', folded)} ".replace("  ", " ")


def core(text: str) -> str:
    """Give what all ways to write a thing share: of a telephone number its last nine digits.

    What stands before those is 0, 31, +31 or 0031, as one likes.
    """
    letters = tight(text)
    found = _PHONE.fullmatch(letters)
    return found[1] if found else letters


def placed(text: str) -> tuple[str, list[int]]:
    """Give what `tight` gives, and for each character the place in the text that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _letters(character):
            letters.append(one)
            places.append(place)
    return "".join(letters), places


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold())


@cache
def _marks() -> dict[int, None]:
    """Give every mark that joins a letter, to be left out."""
    places = range(sys.maxunicode + 1)
    return dict.fromkeys(one for one in places if unicodedata.combining(chr(one)))


@lru_cache(4096)
def _letters(character: str) -> str:
    return tight(character)
