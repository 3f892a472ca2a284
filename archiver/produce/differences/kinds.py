"""The kinds of difference, what each proves and what it does not, as ``config/differences.toml``.

A report that goes to a reader outside says with every kind what may be concluded from it, because
a message that somebody does not have is seldom a message that somebody removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from archiver.configuration import read
from archiver.language import current

_FILE = "differences.toml"


class Kind(StrEnum):
    """In what the exports of one conversation differ."""

    ABSENT = "absent"
    UNSURE = "unsure"
    GAP = "gap"
    BEFORE_START = "before-start"
    AFTER_END = "after-end"
    NOT_MEMBER = "not-member"
    DELETED = "deleted"
    DELETED_ALL = "deleted-all"
    HIDDEN = "hidden"
    MEDIA_ONE = "media-one"
    MEDIA_NAMES = "media-names"
    MEDIA_OTHER = "media-other"
    CAPTION = "caption"
    WORDING = "wording"
    WORDING_UNMARKED = "wording-unmarked"
    TIME = "time"
    ZONE = "zone"
    ORDER = "order"
    SENDER = "sender"


class Meaning(Struct, frozen=True):
    """A kind in words, in the language of the moment."""

    name: str
    proves: str
    proves_not: str


def meaning(kind: Kind) -> Meaning:
    """Say what a kind is called, what it proves and what it does not prove."""
    entry = read(_FILE)["kind"][kind]
    return Meaning(*(entry[f"{part}_{current()}"] for part in ("name", "proves", "not")))


def wording(code: str) -> str:
    """Say in words how an export has a message, or why it may lack it; an unknown code as it is."""
    entry: Mapping[str, str] = read(_FILE)["how"].get(code, {})
    return entry.get(current(), code)


def limits(service: str) -> Sequence[tuple[int, int]]:
    """Give how many items an export has that may have been cut off by the service, from and to."""
    entry: Mapping[str, Any] = read(_FILE)["limits"]
    return [(since, until) for since, until in entry.get(service, ())]
