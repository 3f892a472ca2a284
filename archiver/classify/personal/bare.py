"""A text without its invisible characters, so that none of them hides a number or a name.

Capitals and accents stay as they are, unlike in `archiver.classify.plain`: they tell a name.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BLANKS = frozenset(("Zs", "Zl", "Zp"))
_GONE = frozenset(("Cf", "Cs"))


@dataclass(frozen=True, slots=True)
class Bare:
    """The text to look in, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...] | None
    """None where nothing was taken out."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Give where a stretch of the bare text stands in the original."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def bare(text: str) -> Bare:
    """Take out what is invisible; blanks and digits of every kind become plain ones."""
    if text.isascii():
        return Bare(text, None)
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        category = unicodedata.category(character)
        if category not in _GONE:
            letters.append(_plain(character, category))
            places.append(place)
    return Bare("".join(letters), tuple(places))


def _plain(character: str, category: str) -> str:
    if category in _BLANKS:
        return " " if category == "Zs" else "\n"
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd":
        return "-"
    wide = unicodedata.normalize("NFKC", character)
    return wide if len(wide) == 1 else character
