"""A text as a marking is looked for in it: small letters without accents and invisible characters.

Every character knows its place in the text that it came from. Compatibility forms (wide, circled,
mathematical letters) are undone by NFKC and accents by NFD (Unicode Standard Annex 15). Between a
small letter and a capital stands U+0001, so that ``NotaStgGeheim`` has its words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_INVISIBLE = frozenset(("Cf", "Mn", "Me", "Cs"))
_BREAK = "\x01"


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain text, and for each of its characters the place in the original."""

    original: str
    folded: str
    places: tuple[int, ...]

    def origin(self, at: int) -> int:
        """Give the place in the original of a place in the plain text, its end included."""
        return self.places[at] if at < len(self.places) else len(self.original)

    def shown(self, start: int, end: int) -> str:
        """Give a stretch of the plain text as the original has it, up to its last character."""
        last = self.places[min(end, len(self.places)) - 1] + 1 if end > start else 0
        return _wide(self.original[self.origin(start) : max(last, self.origin(start))])

    def line(self, start: int, end: int) -> tuple[str, str]:
        """Give what stands on the line before a stretch, and what behind it."""
        first = self.folded.rfind("\n", 0, start) + 1
        last = self.folded.find("\n", end)
        return self.folded[first:start], self.folded[end : last if last >= 0 else None]


def plain(text: str) -> Plain:
    """Make a text plain."""
    letters: list[str] = []
    places: list[int] = []
    was_small = False
    for place, character in enumerate(text):
        for one in _undone(character):
            if unicodedata.category(one) in _INVISIBLE:
                continue
            if was_small and one.isupper():
                letters.append(_BREAK)
                places.append(place)
            was_small = one.islower()
            letters.append("\n" if one in "\r\n\v\f\x85\u2028\u2029" else one.lower()[:1])
            places.append(place)
    return Plain(text, "".join(letters), tuple(places))


def _undone(character: str) -> str:
    if character.isascii():
        return character
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character))


def _wide(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
