"""Kept pieces of a text each with the writing direction that they had, closed within themselves.

A control such as U+202E turns round all that follows up to its end. Where a bar covers one of the
two, what stands on the other side would be turned round, or the bar itself would be shown between
other words than those it stands for. So each piece begins what is in force there, and ends it.
Unicode Standard Annex 9, revision 48: embeddings, overrides and isolates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_POP, _POP_ISOLATE = "\u202c", "\u2069"
_ENDS: Final = dict.fromkeys("\u202a\u202b\u202d\u202e", _POP) | dict.fromkeys(
    "\u2066\u2067\u2068", _POP_ISOLATE
)
_CONTROLS: Final = frozenset((*_ENDS, _POP, _POP_ISOLATE))


def closed(pieces: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Give each piece (text, kept) of one text as it stands by itself; nothing for what is covered.

    A control that a bar covers is in force on neither side of it.
    """
    open_: list[tuple[str, bool]] = []
    for text, kept in pieces:
        if not open_ and _CONTROLS.isdisjoint(text):
            yield text if kept else ""
            continue
        given = [begun for begun, was_kept in open_ if was_kept]
        given += [_following(one, open_, kept) for one in text]
        given += [_ENDS[begun] for begun, was_kept in reversed(open_) if was_kept]
        yield "".join(given) if kept else ""


def _following(character: str, open_: list[tuple[str, bool]], kept: bool) -> str:
    """Follow what is in force, and give what a kept piece has in a character's place."""
    if character in _ENDS:
        open_.append((character, kept))
    elif character == _POP:
        if not open_ or _ENDS[open_[-1][0]] != _POP:
            return ""
        return _POP if open_.pop()[1] else ""
    elif character == _POP_ISOLATE:
        return _isolate_ended(open_)
    return character


def _isolate_ended(open_: list[tuple[str, bool]]) -> str:
    """End the last isolate, and with it every embedding that began inside it."""
    isolates = [at for at, (begun, _) in enumerate(open_) if _ENDS[begun] == _POP_ISOLATE]
    if not isolates:
        return ""
    (_, was_kept), *inner = open_[isolates[-1] :]
    del open_[isolates[-1] :]
    return _POP_ISOLATE if was_kept else _POP * sum(kept for _, kept in inner)
