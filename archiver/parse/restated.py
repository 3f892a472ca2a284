"""What a format learns whose times need more than a clock: how to restate them as ISO 8601."""

from __future__ import annotations

from collections.abc import Callable

from archiver.format import Learnt


def _as_written(text: str) -> str:
    return text


class Restated(Learnt, frozen=True):
    """`restate` gives a time as ISO 8601, or nothing when it cannot be read."""

    restate: Callable[[str], str] = _as_written
