"""What was judged away in one record is away in every quotation of it.

A quotation is known by a run of equal letters and digits, so that quotation signs, line breaks and
case make no difference. A run is long enough not to be chance; a number, a mail address or an
account that was judged away is away wherever it stands. A name that was judged away in one record
is proposed in others (`archiver.classify.personal`) and not taken away by itself: that is another
judgement. What a record says in words of its own, outside quoted lines, an officer judged there:
that is told (`archiver.cases.contradictions`) and not taken away either.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from archiver.cases.redaction import Cover, Covering, merged
from archiver.cases.tight import core, placed, tight

_RUN: Final = 20
"""Letters and digits in a row that are equal in a quotation and what it quotes."""

_PART: Final = 12
"""Those of a passage that a quotation must have when it does not have all of it."""

_BLOCK: Final = _RUN // 2
_STEP: Final = _BLOCK // 2
_OFTEN: Final = 256
"""Passages that one block is kept of: more have it only where they are signed alike."""

_TELLING: Final = 6
"""Digits that make a passage a number of its own."""

_QUOTED: Final = re.compile(r"(?:^[ \t]*>.*(?:\n|\Z))+", re.M)


class _Around(Struct, frozen=True, gc=False):
    """A passage's letters with those around it, as far as they count."""

    letters: str
    away: Cover


class Removed:
    """Everything that was judged away in a case, and where it stands in other texts."""

    def __init__(self, judged: Iterable[tuple[str, Iterable[Covering]]]) -> None:
        """Learn the judged records' texts, each with its passages."""
        self.strings: tuple[str, ...] = ()
        self._known: set[_Around] = set()
        self._blocks: dict[str, list[tuple[_Around, int]]] = {}
        self._whole: dict[str, tuple[Cover, ...]] = {}
        self._telling: dict[str, tuple[str, ...]] = {}
        strings: dict[str, None] = {}
        for text, passages in judged:
            covers = merged(text, passages)
            strings.update(dict.fromkeys(text[one.start : one.end] for one in covers))
            self._learn(text, covers)
        self.strings = tuple(strings)
        self._sorted = sorted(self._whole)

    def covers(self, text: str) -> tuple[Cover, ...]:
        """Give the stretches of another text that repeat what was judged away."""
        if not self._whole:
            return ()
        letters, places = placed(text)
        found = [*self._runs(letters), *self._numbers(letters)]
        covers = [_at(places, one) for one in found]
        return merged(text, [*covers, *self._short(text)])

    def follows(self, text: str) -> tuple[Cover, ...]:
        """Give those of them in a record that was judged itself: in quoted lines, and numbers."""
        if not self._whole:
            return ()
        letters, places = placed(text)
        runs = (_at(places, one) for one in self._runs(letters))
        lines = _quoted_lines(text)
        quoted = [part for one in runs for span in lines for part in _cut([one], *span)]
        numbers = [_at(places, one) for one in self._numbers(letters)]
        return merged(text, [*quoted, *numbers, *self._short(text)])

    def repeated(self, text: str, away: Iterable[Covering] = ()) -> Iterator[str]:
        """Give what a record repeats in words of its own, but for what is judged `away` there.

        As `letters_of`; a bit that is left of a longer run is no repetition.
        """
        letters, places = placed(text)
        others = [*_quoted_lines(text), *((one.start, one.end) for one in away)]
        for run in dict.fromkeys(_at(places, one) for one in self._runs(letters)):
            whole = run.start, run.end
            for part in _without([whole], others):
                found = letters_of(text[slice(*part)])
                if found and (part == whole or len(found) >= _PART):
                    yield found

    def quoted(self, text: str) -> tuple[Cover, ...]:
        """Give the same of what stands above an answer: a whole record, or how it begins.

        However short it is; chats quote in no other way, and cut off with dots.
        """
        letters, places = placed(text)
        found = [
            _at(places, one)
            for whole in self._beginning(letters)
            for one in _cut(self._whole[whole], 0, len(letters))
        ]
        return merged(text, [*found, *self.covers(text)])

    def _beginning(self, letters: str) -> Iterator[str]:
        """Give the judged texts that begin with these letters."""
        for whole in self._sorted[bisect_left(self._sorted, letters) :] if letters else ():
            if not whole.startswith(letters):
                return
            yield whole

    def _learn(self, text: str, covers: tuple[Cover, ...]) -> None:
        letters, places = placed(text)
        away = tuple(one for cover in covers if (one := _within(places, cover)))
        if not away:
            return
        self._whole.setdefault(letters, away)
        for one in away:
            self._keep(_around(letters, one))
        for cover in covers:
            if _is_telling(written := text[cover.start : cover.end]):
                self._telling[core(written)] = cover.grounds

    def _keep(self, around: _Around) -> None:
        if around in self._known:
            return
        self._known.add(around)
        for at in range(0, len(around.letters) - _BLOCK + 1, _STEP):
            having = self._blocks.setdefault(around.letters[at : at + _BLOCK], [])
            if len(having) < _OFTEN:
                having.append((around, at))

    def _runs(self, letters: str) -> Iterator[Cover]:
        """Find runs that some passage has around it, and give what of it they have."""
        seen: dict[tuple[int, int], int] = {}
        for at in range(len(letters) - _BLOCK + 1):
            for around, there in self._blocks.get(letters[at : at + _BLOCK], ()):
                line = (id(around), there - at)
                if seen.get(line, -1) > at:
                    continue
                start, end = _widened(letters, at, around.letters, there)
                seen[line] = end
                if end - start >= _RUN:
                    yield from _shifted(around.away, start, end, there - at)

    def _numbers(self, letters: str) -> Iterator[Cover]:
        for number, grounds in self._telling.items():
            at = letters.find(number)
            while at >= 0:
                yield Cover(at, at + len(number), grounds)
                at = letters.find(number, at + 1)

    def _short(self, text: str) -> Iterator[Cover]:
        """Find quoted lines that are the whole of a record, however short it is."""
        for match in _QUOTED.finditer(text):
            letters, places = placed(match[0])
            for one in self._whole.get(letters, ()):
                cover = _at(places, one)
                yield Cover(match.start() + cover.start, match.start() + cover.end, cover.grounds)


def _quoted_lines(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _QUOTED.finditer(text)]


def _without(
    stretches: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Give what is left of stretches without others."""
    left = [*stretches]
    for start, end in others:
        parts = [((first, min(last, start)), (max(first, end), last)) for first, last in left]
        left = [part for pair in parts for part in pair if part[0] < part[1]]
    return left


def letters_of(text: str) -> str:
    """Give the letters and digits of a text, character by character."""
    return placed(text)[0]


def quoted_by(text: str) -> str:
    """Give the letters and digits of the lines that a text quotes, each stretch apart."""
    return "\n".join(letters_of(text[slice(*span)]) for span in _quoted_lines(text))


def _within(places: list[int], cover: Cover) -> Cover | None:
    """Give a stretch of a text as one of its letters; None where it covers none."""
    start, end = bisect_left(places, cover.start), bisect_left(places, cover.end)
    return Cover(start, end, cover.grounds) if start < end else None


def _around(letters: str, cover: Cover) -> _Around:
    """Cut out a passage with as much around it as makes a run with it."""
    first = max(0, cover.start - _RUN)
    away = Cover(cover.start - first, cover.end - first, cover.grounds)
    return _Around(letters[first : cover.end + _RUN], away)


def _is_telling(written: str) -> bool:
    """Whether it is a number or an address that is nobody else's."""
    if "@" in written and len(tight(written)) >= _TELLING:
        return " " not in written.strip()
    digits = sum(one.isdigit() for one in written)
    return digits >= _TELLING and 2 * digits >= len(tight(written))


def _widened(letters: str, at: int, others: str, there: int) -> tuple[int, int]:
    """Widen a block that two texts share as far as they are equal."""
    start, end = at, at + _BLOCK
    shift = there - at
    while start > 0 and start + shift > 0 and letters[start - 1] == others[start + shift - 1]:
        start -= 1
    while end < len(letters) and end + shift < len(others) and letters[end] == others[end + shift]:
        end += 1
    return start, end


def _shifted(away: Cover, start: int, end: int, shift: int) -> Iterator[Cover]:
    """Give what of a passage lies in a run, as places of the text that repeats it."""
    first, last = max(away.start - shift, start), min(away.end - shift, end)
    if last - first >= min(_PART, away.end - away.start):
        yield Cover(first, last, away.grounds)


def _cut(covers: Iterable[Cover], start: int, end: int) -> Iterator[Cover]:
    for one in covers:
        if one.start < end and start < one.end:
            yield Cover(max(one.start, start), min(one.end, end), one.grounds)


def _at(places: list[int], cover: Cover) -> Cover:
    """Give a stretch of letters as the stretch of the text that they stand in."""
    return Cover(places[cover.start], places[cover.end - 1] + 1, cover.grounds)
