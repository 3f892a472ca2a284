"""The markings on a text, as they go from the process that reads to the one that writes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from archiver.classify.suspicion import is_suspect


class Mark(Struct, frozen=True, array_like=True):
    """An item that carries a marking: its number, and the highest level of each system on it.

    Number 0 is no item but what was noticed between them.
    """

    item: int
    level: int
    system: str


def marks_of(item: int, text: str) -> Iterator[Mark]:
    """Give one mark for each system on a text, of its highest level there."""
    if is_suspect(text):
        yield from marks_of_suspect(item, text)


def marks_of_suspect(item: int, text: str) -> Iterator[Mark]:
    """Give the marks of a text that is known to be suspect."""
    from archiver.classify.markings import markings_of_suspect  # which most deliveries never need

    highest: dict[str, int] = {}
    for one in markings_of_suspect(text):
        highest[one.system] = max(highest.get(one.system, 0), one.level)
    for system, level in highest.items():
        yield Mark(item, level, system)
