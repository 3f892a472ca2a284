"""Make whole rows of repeats that turned out to be no plain repeats, from the frames they stand in.

A rebuild makes its rows the same way, so that what is written does not depend on any sieve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.model import ITEMS_A_FRAME, Row
from archiver.pipeline.batch import Batch


def recall(batch: Batch, numbers: Sequence[int]) -> Iterator[Row]:
    """Give the rows of these items of a batch, rising as they do."""
    if not numbers:
        return
    # Else only the reading process makes rows, and loads what analyses words.
    from archiver.pipeline.kept import rows_at

    first = batch.first
    places: dict[int, list[int]] = {}
    for number in numbers:
        frame, place = divmod(number - first, ITEMS_A_FRAME)
        places.setdefault(frame, []).append(place)
    for frame, wanted in places.items():
        yield from rows_at(batch.items[frame], batch.normals[frame], wanted)
