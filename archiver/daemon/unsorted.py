"""What asks to be sorted: sealed messages of which nothing was decided when their term ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archiver.language import say
from archiver.sorting.queue import overdue
from archiver.store.archive import Archive


def due(archive: Archive, now: datetime) -> Iterator[tuple[str, int, str, str]]:
    """Yield the sentence, how many, the command that helps, and whose turn it is."""
    number = overdue(archive, int(now.timestamp() * 1000))
    if number:
        sentence = say("Sealed messages that were not sorted in time: {n}.", n=number)
        yield sentence, number, "chatarchief sort list", "sorter"
