"""Read back what a delivery's objects hold beside its items: rows for the catalogue, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from archiver.model import ITEMS_A_FRAME, Item, Normal, Row, Verdict
from archiver.pipeline.batch import FRAMES_A_BATCH, TEXT_A_BATCH
from archiver.pipeline.blank import DESTROYED
from archiver.pipeline.rows import row
from archiver.search.analyse import Analysis
from archiver.store.archive import Archive
from archiver.store.events import Event
from archiver.store.items import frames_of, lines_of, part_of
from archiver.store.manifest import Manifest

_ITEM = msgspec.json.Decoder(Item).decode
_NORMAL = msgspec.json.Decoder(Normal).decode
_VERDICT = msgspec.json.Decoder(Verdict).decode


def verdicts_of(archive: Archive, event: Event) -> Iterator[Verdict]:
    """Yield the verdicts that an event names, in the order of the items."""
    with part_of(archive, event, "verdicts") as stream:
        for line in stream:
            yield _VERDICT(line)


def rows_of(archive: Archive, event: Event, manifest: Manifest) -> Iterator[list[Row]]:
    """Yield the rows of a delivery again, in batches, without what is gone."""
    pairs = zip(
        frames_of(archive, event, "items", manifest.item_frames),
        frames_of(archive, event, "normals", manifest.normal_frames),
        strict=True,
    )
    extra = Analysis.dutch().extra
    rows: list[Row] = []
    held = 0
    for items, normals in pairs:
        frame = [
            row(item, _NORMAL(normal), extra)
            for item, normal in zip(map(_ITEM, items), normals, strict=True)
            if item.type != DESTROYED
        ]
        rows += frame
        held += sum(len(one.text) for one in frame)
        if len(rows) >= FRAMES_A_BATCH * ITEMS_A_FRAME or held > TEXT_A_BATCH:
            yield rows
            rows, held = [], 0
    if rows:
        yield rows


def rows_at(items: bytes, normals: bytes, places: Sequence[int]) -> Iterator[Row]:
    """Give the rows at these places of one frame."""
    extra = Analysis.dutch().extra
    item_lines, normal_lines = lines_of(items), lines_of(normals)
    for place in places:
        yield row(_ITEM(item_lines[place]), _NORMAL(normal_lines[place]), extra)
