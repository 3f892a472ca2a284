"""Redaction: what an officer judged away is gone from a text, and a bar with its ground is there.

The letters under a bar are in nothing that is given, nor can their number be told from it: a bar
knows only whether it covers some words, a longer stretch of a line, or several lines. Whole
characters are covered as a reader sees them, and what is kept keeps its writing direction. The
ground is told on the bar, as the Woo (articles 5.1 and 5.2, reasons per part) is carried out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from archiver.cases.bidi import closed
from archiver.cases.grapheme import around
from archiver.classify.terms import fold
from archiver.errors import ArchiveError, ExitCode

_WORDS: Final = 40
"""Characters up to which a bar is a short one: longer than nearly any name, number or address."""


class OutsideText(ArchiveError):
    """A passage from {start} to {end} does not lie in a text of {length} characters."""

    exit_code = ExitCode.USAGE


class Covering(Protocol):
    """A stretch of a text that may not be shown, and why; an officer's passage is one."""

    @property
    def start(self) -> int:
        """Its first character, counted in code points."""

    @property
    def end(self) -> int:
        """The character behind its last one."""

    @property
    def grounds(self) -> tuple[str, ...]:
        """The codes of ``config/grounds.toml``."""


class Cover(Struct, frozen=True):
    """A stretch that the program covers because an officer judged the same words away elsewhere."""

    start: int
    end: int
    grounds: tuple[str, ...] = ()


class Length(StrEnum):
    """All that a bar says of how much it covers."""

    WORDS = "words"
    LINE = "line"
    LINES = "lines"


class Text(Struct, frozen=True, tag="text"):
    """A stretch that is shown as it is."""

    text: str


class Bar(Struct, frozen=True, tag="bar", omit_defaults=True):
    """What stands where something was taken away; `label` is a pseudonym, where one was asked."""

    grounds: tuple[str, ...]
    length_class: Length
    label: str = ""


Segment: TypeAlias = Text | Bar


def redacted(
    text: str, passages: Iterable[Covering], labels: Mapping[str, str] | None = None
) -> tuple[Segment, ...]:
    """Give a text as what is shown of it; without passages that is the text itself.

    Passages that overlap or touch become one bar with the grounds of both. `labels` are pseudonyms
    by the folded name (`archiver.cases.pseudonyms`); a bar that covers more than a name has none.

    Raises:
        OutsideText: A passage ends before it begins, or lies outside the text.
    """
    covers = merged(text, passages)
    if not covers:
        return (Text(text),) if text else ()
    pieces = list(_pieces(text, covers))
    kept = closed((text[start:end], cover is None) for start, end, cover in pieces)
    segments: list[Segment] = []
    for shown, (start, end, cover) in zip(kept, pieces, strict=True):
        if cover is not None:
            segments.append(_bar(text[start:end], cover.grounds, labels or {}))
        elif shown:
            segments.append(Text(shown))
    return tuple(segments)


def merged(text: str, passages: Iterable[Covering]) -> tuple[Cover, ...]:
    """Give passages in order, widened to whole characters, those that overlap or touch as one.

    Raises:
        OutsideText: A passage ends before it begins, or lies outside the text.
    """
    found: list[Cover] = []
    for start, end, grounds in sorted(_whole(text, one) for one in passages):
        if start == end:
            continue
        if found and start <= found[-1].end:
            last = found.pop()
            grounds = tuple(dict.fromkeys((*last.grounds, *grounds)))
            start, end = last.start, max(end, last.end)
        found.append(Cover(start, end, grounds))
    return tuple(found)


def bar(grounds: Sequence[str], label: str = "") -> Bar:
    """Give a bar over a name or another whole thing, which says nothing of its length."""
    return Bar(tuple(grounds), Length.WORDS, label)


def kept(segments: Iterable[Segment]) -> str:
    """Give the text that is shown, without the bars."""
    return "".join(one.text for one in segments if isinstance(one, Text))


def _whole(text: str, passage: Covering) -> tuple[int, int, tuple[str, ...]]:
    start, end = passage.start, passage.end
    if not 0 <= start <= end <= len(text):
        raise OutsideText(start=start, end=end, length=len(text))
    if start == end:
        return start, end, ()
    return *around(text, start, end), tuple(passage.grounds)


def _pieces(text: str, covers: Iterable[Cover]) -> Iterator[tuple[int, int, Cover | None]]:
    at = 0
    for cover in covers:
        yield at, cover.start, None
        yield cover.start, cover.end, cover
        at = cover.end
    yield at, len(text), None


def _bar(covered: str, grounds: tuple[str, ...], labels: Mapping[str, str]) -> Bar:
    lines = covered.strip().splitlines()
    if len(lines) > 1:
        return Bar(grounds, Length.LINES)
    length = Length.WORDS if len(covered) <= _WORDS else Length.LINE
    return Bar(grounds, length, labels.get(fold(covered), ""))
