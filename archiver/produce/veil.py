"""What may be shown of a case's records: words that were judged away are gone wherever they stand.

A passage that was judged away in one message is taken out of the names of senders, conversations
and files too, and out of quotations. What a bar covers is never part of what is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from archiver.cases.judgement import Judgement, Outcome
from archiver.cases.redaction import Cover, Segment, Text, bar, redacted

_SHORTEST, _TELLING = 3, 12
"""Letters below which words are looked for nowhere else, or are no quotation by themselves."""


class View(StrEnum):
    """Who a production is for: the public, or somebody who is due everything."""

    PUBLIC = "public"
    FULL = "full"


class Veil:
    """Gives texts of a case as segments, as far as a view may see them."""

    def __init__(
        self, view: View, judged: Mapping[str, Judgement], texts: Iterable[tuple[str, str]]
    ) -> None:
        """Learn what was judged away: `texts` gives (public id, text) of the judged records."""
        self.is_full = view is View.FULL
        self._judged = judged
        self._removed = {} if self.is_full else dict(self._gather(texts))
        self._pattern = _pattern(self._removed)
        self.aside = lru_cache(4096)(self._aside)

    def body(self, record: str, text: str) -> tuple[Segment, ...]:
        """Give the words of a record."""
        text = shown(text)
        judgement = self._judged[record]
        if self.is_full:
            return _plain(text)
        if judgement.outcome in (Outcome.PUBLIC, Outcome.PARTLY):
            return redacted(text, judgement.passages)
        return covered(judgement.grounds)

    def former(self, record: str, text: str) -> tuple[Segment, ...]:
        """Give an earlier wording, which nobody judged: shown only where all of the last one is."""
        judgement = self._judged[record]
        if self.is_full:
            return _plain(shown(text))
        if judgement.outcome is Outcome.PUBLIC:
            return self.aside(text)
        return covered(grounds_of(judgement))

    def quotation(self, text: str) -> tuple[Segment, ...]:
        """Give a quotation: nothing of it where it is a stretch of words that were judged away."""
        folded = _folded(shown(text))[0].strip()
        if len(folded) >= _TELLING:
            for words, grounds in self._removed.items():
                if folded in words:
                    return covered(grounds)
        return self.aside(text)

    def _aside(self, text: str) -> tuple[Segment, ...]:
        """Give a name, title or quotation without the words that were judged away elsewhere."""
        text = shown(text)
        if self.is_full or self._pattern is None:
            return _plain(text)
        return redacted(text, [*self._passages(text)])

    def _passages(self, text: str) -> Iterator[Cover]:
        folded, places = _folded(text)
        pattern = self._pattern
        for match in pattern.finditer(folded) if pattern else ():
            start, end = places[match.start()], places[match.end() - 1] + 1
            yield Cover(start, end, self._removed[match[0]])

    def _gather(self, texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for record, text in texts:
            text, judgement = shown(text), self._judged[record]
            if judgement.outcome is Outcome.WITHHELD:
                yield from _words(text, judgement.grounds)
            for one in judgement.passages:
                yield from _words(text[one.start : one.end], one.grounds)


def covered(grounds: Sequence[str]) -> tuple[Segment, ...]:
    """Give a bar that says nothing of what it covers."""
    return (bar(grounds),)


def grounds_of(judgement: Judgement) -> tuple[str, ...]:
    """Give every ground of a judgement, of its passages too, each once."""
    passages = (ground for one in judgement.passages for ground in one.grounds)
    return tuple(dict.fromkeys((*judgement.grounds, *passages)))


def shown(text: str) -> str:
    """Give a text as an officer judged it: in normal form C, on which passages are counted."""
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> tuple[Segment, ...]:
    return (Text(text),) if text else ()


def _words(text: str, grounds: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    folded = _folded(text)[0].strip()
    if len(folded) >= _SHORTEST:
        yield folded, tuple(grounds)


def _folded(text: str) -> tuple[str, list[int]]:
    """Give a text in small letters with single blanks, and where each of its letters stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for small in " " if letter.isspace() else letter.casefold():
            if small != " " or not letters or letters[-1] != " ":
                letters.append(small)
                places.append(place)
    return "".join(letters), places


def _pattern(removed: Mapping[str, object]) -> re.Pattern[str] | None:
    if not removed:
        return None
    ordered = sorted(removed, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in ordered))
