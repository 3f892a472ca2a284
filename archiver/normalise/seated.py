"""Normalise the items of a source that says whose its conversations are."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from archiver.format import Learnt, Source
from archiver.model import Item, Normal
from archiver.normalise.native import native_normaliser, typed
from archiver.normalise.seat import LEAD, Seat


def seated_normaliser(source: Source, survey: Learnt) -> Callable[[Item], Normal]:
    """Give the function that normalises the items of a source that says whose they are.

    Raises:
        UnknownZone: An officer's answer, or the source, names no time zone.
    """
    normalise = native_normaliser(source, survey)

    def seated(item: Item) -> Normal:
        normal = normalise(item)
        service, owner = (item.values.get(name, "") for name in ("service", "owner"))
        plain = typed(owner).replace(LEAD, " ") if owner else ""
        return replace(normal, thread=Seat(service, plain, normal.thread).led)

    return seated
