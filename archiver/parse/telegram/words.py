"""Words, people and places of a Telegram message, brought from segments into one text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST_NESTED = 8
_PEER = 32
"""Bits of a peer's number below its kind, in exports that wrote bare numbers (until 2021)."""
_KINDS = ("user", "chat", "channel")


def words(text: Any) -> str:
    """Join the segments of a text; markup goes, words stay."""
    return text if isinstance(text, str) else "".join(_segments(text, 0))


def links(text: Any) -> str:
    """List the addresses behind words of a text, one a line."""
    if not isinstance(text, list):
        return ""
    found = (each.get("href") for each in text if isinstance(each, dict))
    return "\n".join(each for each in found if isinstance(each, str))


def is_text(text: Any) -> bool:
    """Say whether a text is one that the program writes, so that `words` leaves nothing out."""
    if isinstance(text, list):
        return all(
            isinstance(each, str) or (isinstance(each, dict) and isinstance(each.get("text"), str))
            for each in text
        )
    return isinstance(text, str)


def typed(number: int | str | None) -> str:
    """Give a person's, group's or channel's number as a typed identifier; empty for none."""
    if number is None or number == "":
        return ""
    if isinstance(number, str):
        return f"tg:{number}"
    kind = number >> _PEER
    if 0 <= kind < len(_KINDS):
        return f"tg:{_KINDS[kind]}{number & ((1 << _PEER) - 1)}"
    return f"tg:{number}"


def _segments(text: Any, depth: int) -> Iterator[str]:
    if isinstance(text, str):
        yield text
    elif isinstance(text, dict):
        yield from _segments(text.get("text", ""), depth + 1)
    elif isinstance(text, list) and depth < _MOST_NESTED:
        for each in text:
            yield from _segments(each, depth + 1)
