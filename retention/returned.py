"""What was destroyed before and was handed in again, as the gate needs to know of it.

No record was made of such an item, so that neither a search nor a hold finds it in the catalogue.
Who finds it is handed in (`archiver.pipeline.returned`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from archiver.store.archive import Archive


class Item(Struct, frozen=True):
    """An item that was left out; the same thing was destroyed on `proposals`.

    `sent_at` is in milliseconds since 1970. The text is for the proof, and is stored nowhere.
    """

    number: int
    sent_at: int | None
    text: str
    proposals: tuple[str, ...]


class Returned(Struct, frozen=True):
    """What of one delivery was destroyed before; `is_all` says that it holds nothing else."""

    delivery: str
    items: tuple[Item, ...]
    is_all: bool


Find = Callable[[Archive, Collection[str]], Sequence[Returned]]
"""Gives what returned in these deliveries, in any when none is named."""


def nothing(archive: Archive, deliveries: Collection[str]) -> Sequence[Returned]:
    """Find nothing, where nobody can tell."""
    return ()
