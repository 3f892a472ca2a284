"""Normalise a source that writes its times as sentences, which its own format can restate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from archiver.format import Learnt, Source
from archiver.model import Finding, Item, Normal
from archiver.normalise.native import native_normaliser


class Restating(Protocol):
    """A survey that can give a time as ISO 8601, or nothing."""

    @property
    def clocks(self) -> tuple[str, ...]:
        """How the restated times are written."""
        ...

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What only an officer can answer."""
        ...

    @property
    def restate(self) -> Callable[[str], str]:
        """Restate one time."""
        ...


def restated_normaliser(source: Source, survey: Restating) -> Callable[[Item], Normal]:
    """Give the function that normalises the items of one source.

    Raises:
        UnknownZone: An officer's answer names no time zone.
    """
    normalise = native_normaliser(source, Learnt(survey.clocks, "UTC", survey.questions))
    restate = survey.restate
    return lambda item: normalise(replace(item, time_text=restate(item.time_text)))
