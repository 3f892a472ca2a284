"""Personal data in Dutch text, proposed to an officer who judges what may be published.

Recognisers of our own, each a pure function that says why it found what it found; no model, no
network. They propose and never decide. What they find, and what they miss, is measured on a
labelled list (``docs/redaction.md``). Woo articles 5.1.1e (identification numbers) and 5.1.2e
(private life).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from archiver.classify.personal.acquainted import known, stays
from archiver.classify.personal.address import addresses
from archiver.classify.personal.bare import Bare, bare
from archiver.classify.personal.birth import births
from archiver.classify.personal.names import names
from archiver.classify.personal.number import bsns, ibans
from archiver.classify.personal.online import online
from archiver.classify.personal.phone import phones
from archiver.classify.personal.plate import plates
from archiver.classify.personal.span import Confidence, Kind, People, Span

__all__ = ["Confidence", "Kind", "People", "Span", "personal", "stays"]

_FINDERS: Final = (ibans, online, bsns, phones, births, addresses, plates)
"""In the order in which one gives way to another at the same place; names come last."""

_TELLING: Final = ("behind-title", "behind-greeting-or-label", "initials")
"""Reasons so good that the same name is one wherever it stands in the text."""

_NOBODY: Final = People()


def personal(text: str, people: People = _NOBODY) -> tuple[Span, ...]:
    """Propose personal data in a text, in order of place; no two overlap.

    Offsets are code points of `text` as it was given.
    """
    seen = bare(text)
    found: list[Span] = []
    for span in _all(seen.text, people):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return tuple(_placed(seen, span) for span in sorted(found, key=lambda one: one.start))


def _all(text: str, people: People) -> Iterator[Span]:
    for find in _FINDERS:
        yield from find(text)
    named = [*names(text)]
    telling = (one for one in named if one.reason in _TELLING)
    again = People(known=tuple(text[one.start : one.end] for one in telling))
    for span in _longest([*known(text, people), *named, *_elsewhere(known(text, again))]):
        if not stays(text[span.start : span.end], people):
            yield span


def _elsewhere(spans: Iterable[Span]) -> Iterator[Span]:
    for span in spans:
        yield replace(span, confidence=Confidence.LIKELY, reason="name-elsewhere-in-text")


def _longest(spans: Iterable[Span]) -> list[Span]:
    """Order spans so that of those that overlap the longest is taken, of equals the surest."""
    order = list(Confidence)
    return sorted(spans, key=lambda one: (one.start - one.end, order.index(one.confidence)))


def _placed(seen: Bare, span: Span) -> Span:
    start, end = seen.origin(span.start, span.end)
    return replace(span, start=start, end=end)
