"""Earlier wordings and withdrawn parts of a message, as Messages keeps them since iOS 16.

``message_summary_info`` is a binary property list: ``ec`` holds, for every part that was edited,
its wordings from the first to the present one (``d`` seconds since 2001, ``t`` a typed stream);
``rp`` lists the parts that were withdrawn. Built from what imessage-exporter tells of it, November
2026.
"""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from archiver.parse.apple import typedstream


class Wording(NamedTuple):
    """One earlier wording of one part; `time_text` in seconds since 2001."""

    text: str
    time_text: str


class Summary(NamedTuple):
    """What became of a message: earlier wordings, oldest first, and how many parts are gone."""

    wordings: tuple[Wording, ...]
    withdrawn: int


def read(data: bytes) -> Summary:
    """Read a summary.

    Raises:
        ValueError: It is no such property list.
    """
    try:
        found = plistlib.loads(data, fmt=plistlib.FMT_BINARY)
    except (plistlib.InvalidFileException, RecursionError, LookupError, TypeError) as error:
        raise ValueError from error
    if not isinstance(found, dict):
        raise ValueError
    parts, withdrawn = found.get("ec", {}), found.get("rp", [])
    if not isinstance(parts, dict) or not isinstance(withdrawn, list):
        raise ValueError
    wordings = sorted(
        (wording for part in parts.values() for wording in _earlier(part)),
        key=lambda wording: float(wording.time_text),
    )
    return Summary(tuple(wordings), len(withdrawn))


def _earlier(part: object) -> Iterator[Wording]:
    """Give all wordings of a part but the present one."""
    if not isinstance(part, list):
        raise ValueError
    for entry in part[:-1]:
        if not isinstance(entry, dict) or not isinstance(entry.get("t"), bytes):
            raise ValueError
        taken = typedstream.text_of(entry["t"])
        if taken is None:
            raise ValueError
        yield Wording(taken.text, _seconds(entry.get("d")))


def _seconds(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1 << 40:
        raise ValueError
    return str(value)
