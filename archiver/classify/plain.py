"""A text as a marking is looked for in it: small letters without accents and invisible characters.

Every character knows its place in the text that it came from. Compatibility forms (wide, circled,
mathematical letters) are undone by NFKC and accents by NFD (Unicode Standard Annex 15). Between a
small letter and a capital stands U+0001, so that ``NotaStgGeheim`` has its words.
"""

from __future__ import annotations

import re
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
    making = _Making()
    for stretch in _STRETCH.finditer(text):
        if stretch.lastgroup:
            making.ascii(stretch[0], stretch.start())
        else:
            making.other(stretch[0], stretch.start())
    return Plain(text, "".join(making.letters), tuple(making.places))


_STRETCH = re.compile(r"(?P<ascii>[\x00-\x7f]+)|[^\x00-\x7f]+")
_ENDS = dict.fromkeys(map(ord, "\r\n\v\f\x85\u2028\u2029"), "\n")


class _Making:
    """A plain text while it is made, stretch by stretch; ASCII goes by the stretch."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.places: list[int] = []
        self._was_small = False

    def ascii(self, text: str, start: int) -> None:
        """Add a stretch of ASCII that stands at `start`; each sign of it is one sign."""
        breaks = [found.start() for found in _CAPITAL.finditer(text)]
        if self._was_small and text[0].isupper():
            breaks.insert(0, 0)
        small, done = text.lower().translate(_ENDS), 0
        for at in (*breaks, len(text)):
            self.letters.append(small[done:at])
            self.places += range(start + done, start + at)
            if at < len(text):
                self._break(start + at)
            done = at
        self._was_small = text[-1].islower()

    def other(self, text: str, start: int) -> None:
        """Add a stretch without ASCII; a sign of it is undone to none, one or several."""
        for place, character in enumerate(text, start):
            for one in _undone(character):
                if unicodedata.category(one) in _INVISIBLE:
                    continue
                if self._was_small and one.isupper():
                    self._break(place)
                self._was_small = one.islower()
                self.letters.append(one.lower()[:1].translate(_ENDS))
                self.places.append(place)

    def _break(self, place: int) -> None:
        self.letters.append(_BREAK)
        self.places.append(place)


_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _undone(character: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character))


def _wide(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
