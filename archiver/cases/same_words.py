"""Find the words of known messages inside others: quoted in a reply, forwarded, or said again.

It says which record the words are of, so that an officer can compare the judgements of both. Only
words are compared, in small letters: signs of quoting (``>``), line ends and marks between them do
not matter. What is too short to tell anything by is looked for nowhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from archiver.cases.judgement import normal

_WORD = re.compile(r"\w+")
_ANCHOR = 4
_TELLING = 16

Key = TypeVar("Key")


class Word(Struct, frozen=True, gc=False):
    """A word in small letters, and where it stands: code points of the text in normal form C."""

    folded: str
    start: int
    end: int


class Found(Struct, Generic[Key], frozen=True):
    """A known text inside another, and where."""

    key: Key
    start: int
    end: int


class Known(Generic[Key]):
    """Texts that are looked for, all at once; time grows with the text that is looked through."""

    def __init__(self, texts: Iterable[tuple[Key, str]]) -> None:
        """Learn texts, each with a key; those that tell nothing are passed over."""
        self._by_anchor: dict[tuple[str, ...], dict[tuple[str, ...], list[Key]]] = defaultdict(dict)
        for key, text in texts:
            told = folded(text)
            if is_telling(told):
                self._by_anchor[told[:_ANCHOR]].setdefault(told, []).append(key)

    def within(self, text: str) -> Iterator[Found[Key]]:
        """Give every known text that stands in this one as a whole."""
        found = words(text)
        told = tuple(word.folded for word in found)
        for place in range(len(told) - _ANCHOR + 1):
            for known, keys in self._by_anchor.get(told[place : place + _ANCHOR], {}).items():
                last = place + len(known)
                if told[place:last] == known:
                    for key in keys:
                        yield Found(key, found[place].start, found[last - 1].end)


def words(text: str) -> list[Word]:
    """Give the words of a text."""
    return [
        Word(match[0].casefold(), match.start(), match.end())
        for match in _WORD.finditer(normal(text))
    ]


def folded(text: str) -> tuple[str, ...]:
    """Give the words of a text in small letters."""
    return tuple(word.folded for word in words(text))


def is_telling(told: Sequence[str]) -> bool:
    """Whether words are enough to know a text by: four of them, with sixteen letters."""
    return len(told) >= _ANCHOR and sum(map(len, told)) >= _TELLING
