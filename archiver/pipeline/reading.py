"""Read one main member: survey, parse, normalise, analyse, into batches ready to keep.

This is the half of an ingest that needs no archive. It runs in a process of its own
(`archiver.pipeline.child`), or in this one when the setting ``parse.process`` is off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from zstandard import ZstdCompressor

from archiver.format import Check, Format, Source
from archiver.model import ITEMS_A_FRAME, Finding, Item, Normal
from archiver.pipeline.batch import (
    BATCHES_BEFORE_ASKING,
    FRAMES_A_BATCH,
    TEXT_A_BATCH,
    Batch,
)
from archiver.pipeline.rows import Analyse, Found, gather, row
from archiver.pipeline.seen import Seen
from archiver.pipeline.sieve import NO_SIEVE, Ask, Sieve, nothing

_LEVEL = 1
"""How hard is packed: level 3 takes half as long again and saves a twentieth."""


def batches(form: Format, source: Source, analyse: Analyse, ask: Ask = nothing) -> Iterator[Batch]:
    """Yield the batches of a member; the first one always comes, even when there is no item.

    After `BATCHES_BEFORE_ASKING` the archive is asked for a sieve: what that lets pass as known is
    not analysed. Memory is bounded: at most `FRAMES_A_BATCH` frames of items are alive at once, and
    little more than `TEXT_A_BATCH` characters of text.
    """
    survey = form.survey(source)
    checks = tuple(check(source) for check in form.checks)
    frames = _Frames(form.normaliser(source, survey), analyse, checks, Seen(source))
    batch = Batch(survey.questions, [], [], [], [])
    items: list[Item] = []
    held = 0
    unasked = BATCHES_BEFORE_ASKING
    for entry in form.parse(source, survey):
        if isinstance(entry, Finding):
            batch.findings.append(entry)
            continue
        items.append(entry)
        held += len(entry.text)
        if len(items) == ITEMS_A_FRAME or held > TEXT_A_BATCH:
            frames.add(items, batch)
            items = []
            if len(batch.items) == FRAMES_A_BATCH or held > TEXT_A_BATCH:
                yield frames.close(batch)
                batch = Batch((), [], [], [], [])
                held = 0
                unasked -= 1
                if not unasked:
                    frames.sieve = Sieve.of(ask())
    if items:
        frames.add(items, batch)
    for check in checks:
        batch.findings += check.findings()
    yield frames.close(batch)


class _Frames:
    """Puts a frame of items into a batch: stored as compressed canonical JSON lines, and as rows.

    A frame is done at one go because a call for every item costs as much as what it does.
    """

    def __init__(
        self,
        normalise: Callable[[Item], Normal],
        analyse: Analyse,
        checks: Sequence[Check],
        seen: Seen,
    ) -> None:
        self._normalise = normalise
        self._analyse = analyse
        self._checks = checks
        self._seen = seen
        self._encode = msgspec.json.Encoder(order="deterministic").encode_lines
        self._compress = ZstdCompressor(level=_LEVEL).compress
        self._repeats: Found = {}
        self.sieve = NO_SIEVE

    def add(self, items: Sequence[Item], batch: Batch) -> None:
        """Put in the items of one frame, with their normal forms."""
        batch.marks += self._seen.marks(items)
        normals = [self._normalise(item) for item in items]
        for check in self._checks:
            check.see(items, normals)
        batch.items.append(self._frame(items))
        batch.normals.append(self._frame(normals))
        analyse = self._analyse
        if self.sieve is NO_SIEVE:
            batch.rows += [row(*pair, analyse) for pair in zip(items, normals, strict=True)]
            return
        known: list[tuple[Item, Normal]] = []
        for item, normal, is_known in zip(items, normals, self.sieve.have(normals), strict=True):
            if is_known:
                known.append((item, normal))
            else:
                batch.rows.append(row(item, normal, analyse))
        gather(self._repeats, known)

    def close(self, batch: Batch) -> Batch:
        """Put in what the sieve let pass as known, once all of a batch's frames are in."""
        batch.marks += self._seen.noticed(batch.findings)
        batch.repeats += self._repeats.values()
        self._repeats.clear()
        return batch

    def _frame(self, lines: Sequence[Item] | Sequence[Normal]) -> bytes:
        """Write a frame: lines with a line feed between them and none behind the last."""
        return self._compress(self._encode(lines)[:-1])
