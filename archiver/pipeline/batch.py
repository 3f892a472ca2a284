"""What the process that reads gives to the one that writes: items, some at a time."""

from __future__ import annotations

from msgspec import Struct

from archiver.model import Finding, Repeats, Row
from archiver.pipeline.marking import Mark

FRAMES_A_BATCH = 8
TEXT_A_BATCH = 8 << 20
"""Characters of text after which a batch is closed, and its last frame with it."""
BATCHES_BEFORE_ASKING = 2
"""Batches of a member that are read before it is asked what the archive has of it."""


class Batch(Struct, array_like=True):
    """Some items in the order of the source: stored frames, rows to index, and findings.

    `asked` holds for the first batch only: questions that only an officer can answer. `repeats`
    are the items that a sieve let pass as known, `rows` all others. `marks` name what carries a
    marking. All frames but the last are full.
    """

    asked: tuple[Finding, ...]
    items: list[bytes]
    normals: list[bytes]
    rows: list[Row]
    findings: list[Finding]
    repeats: list[Repeats] = []
    marks: list[Mark] = []

    @property
    def first(self) -> int:
        """The number of the first item."""
        firsts = [one.numbers[0] for one in self.repeats]
        return min([*firsts, self.rows[0].number] if self.rows else firsts)

    @property
    def count(self) -> int:
        """How many items it has."""
        return len(self.rows) + sum(len(one.numbers) for one in self.repeats)
