"""Where a text may be cut: between what a reader sees as characters, never inside one.

Extended grapheme clusters after Unicode Standard Annex 29, revision 43 (Unicode 15.1), as far as
chats need them: combining marks, variation selectors, skin tones, emoji joined by U+200D, flags of
two letters or of tags, Hangul of separate letters, CR before LF. What it is not sure of it keeps
together, so that more is covered and never less.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_MARKS: Final = frozenset(("Mn", "Me", "Mc"))


def around(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the smallest stretch of whole characters that holds `start` to `end`."""
    while start > 0 and not is_boundary(text, start):
        start -= 1
    while end < len(text) and not is_boundary(text, end):
        end += 1
    return start, end


def is_boundary(text: str, at: int) -> bool:
    """Whether a reader sees one character end and another begin at a place."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isascii() and after.isascii():
        return not (before == "\r" and after == "\n")
    if _extends(after) or before == _JOINER or (_is_jamo(before) and _is_jamo(after)):
        return False
    return not (_is_flag(before) and _is_flag(after)) or _flags_before(text, at) % 2 == 0


def _extends(character: str) -> bool:
    """Whether it belongs to what stands before it."""
    if character == _JOINER or unicodedata.category(character) in _MARKS:
        return True
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\ua960" <= character <= "\ua97f"


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return at - start
