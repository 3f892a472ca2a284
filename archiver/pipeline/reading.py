"""Read one main member: survey, parse, normalise, analyse, into batches ready to keep.

This is the half of an ingest that needs no archive. It runs in a process of its own
(`archiver.pipeline.child`), or in this one when the setting ``parse.process`` is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct
from zstandard import ZstdCompressor

from archiver.model import ITEMS_A_FRAME, Finding, Format, Item, Normal, Repeat, Row, Source
from archiver.pipeline.rows import Analyse, repeat, row
from archiver.pipeline.sieve import NO_SIEVE, Ask, Sieve, nothing

FRAMES_A_BATCH = 8
BATCHES_BEFORE_ASKING = 6
"""Batches of a member that are read before it is asked what the archive has of it."""

_LEVEL = 3


class Batch(Struct, array_like=True):
    """Some items in the order of the source: stored frames, rows to index, and findings.

    `asked` holds for the first batch only: questions that only an officer can answer. `repeats`
    are the items that a sieve let pass as known, `rows` all others.
    """

    asked: tuple[Finding, ...]
    items: list[bytes]
    normals: list[bytes]
    rows: list[Row]
    findings: list[Finding]
    repeats: list[Repeat] = []


def batches(form: Format, source: Source, analyse: Analyse, ask: Ask = nothing) -> Iterator[Batch]:
    """Yield the batches of a member; the first one always comes, even when there is no item.

    After `BATCHES_BEFORE_ASKING` the archive is asked for a sieve: what that lets pass as known is
    not analysed. Memory is bounded: at most `FRAMES_A_BATCH` frames of items are alive at once.
    """
    survey = form.survey(source)
    normalise = form.normaliser(source, survey)
    asked = survey.questions
    frames = _Frames()
    batch = Batch(asked, [], [], [], [])
    sieve, unasked = NO_SIEVE, BATCHES_BEFORE_ASKING
    for entry in form.parse(source, survey):
        if isinstance(entry, Finding):
            batch.findings.append(entry)
            continue
        normal = normalise(entry)
        if sieve is not NO_SIEVE and sieve.has(normal):
            batch.repeats.append(repeat(entry, normal))
        else:
            batch.rows.append(row(entry, normal, analyse))
        if frames.add(entry, normal):
            frames.flush(batch)
            if len(batch.items) == FRAMES_A_BATCH:
                yield batch
                batch = Batch((), [], [], [], [])
                unasked -= 1
                if not unasked:
                    sieve = Sieve.of(ask())
    frames.flush(batch)
    yield batch


class _Frames:
    """Collects items and their normal forms into compressed frames of canonical JSON lines."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder(order="deterministic").encode_lines
        self._compress = ZstdCompressor(level=_LEVEL).compress
        self._items: list[Item] = []
        self._normals: list[Normal] = []

    def add(self, item: Item, normal: Normal) -> bool:
        """Take one item; True when the frame is full."""
        self._items.append(item)
        self._normals.append(normal)
        return len(self._items) == ITEMS_A_FRAME

    def flush(self, batch: Batch) -> None:
        """Move what was collected into the batch as one frame each."""
        if self._items:
            batch.items.append(self._frame(self._items))
            batch.normals.append(self._frame(self._normals))
            self._items, self._normals = [], []

    def _frame(self, lines: Sequence[Item] | Sequence[Normal]) -> bytes:
        """Write a frame: lines with a line feed between them and none behind the last."""
        return self._compress(self._encode(lines)[:-1])
