"""Cabinets and their periods, which reports to parliament are made by.

The list is ``config/cabinets.toml``; the days are those on which ministers were sworn in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from archiver.configuration import read


@dataclass(frozen=True, slots=True)
class Cabinet:
    """A cabinet with its first and last day; no last day is known while `until` is None."""

    code: str
    name: str
    since: date
    until: date | None


def cabinets() -> tuple[Cabinet, ...]:
    """Give the cabinets, the oldest first."""
    found = (
        Cabinet(code, entry["name"], entry["from"], entry.get("to"))
        for code, entry in read("cabinets.toml").items()
    )
    return tuple(sorted(found, key=lambda one: one.since))


def in_office(day: date) -> tuple[Cabinet, ...]:
    """Give the cabinets in office on a day: two on the day on which one follows the other."""
    return tuple(
        one for one in cabinets() if one.since <= day and (one.until is None or day <= one.until)
    )
