"""Which share of one text's words stands in another one, in the same order.

Words are runs of letters and digits, case folded, so that rewrapping, quoting and punctuation do
not count. A word counts only within a run of `RUN` words that both texts have: single words such as
"de" stand in every text. The longest common subsequence is found by bits (Hyyrö 2004), exactly, in
time proportional to both lengths over the machine's word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

RUN = 3
"""Words in a row that both texts must have; a shorter text must be there whole."""

MOST = 50_000
"""Words of a text that are looked at; what stands beyond counts as not covered."""

_WORD = re.compile(r"\w+")

Words = tuple[str, ...]


def words(text: str) -> Words:
    """Give the words of a text to compare by."""
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def share(original: Words, other: Words) -> int:
    """Give the percentage of the original's words that the other has in order, rounded down.

    It is 100 only when all of them are there; of an original without words nothing can lack.
    """
    if not original:
        return 100
    if holds(other, original):
        return 100
    common = _in_order(original[:MOST], other[:MOST])
    return min(100 * common // len(original), 99 if common < len(original) else 100)


def holds(other: Words, original: Words) -> bool:
    """Whether all words of the original stand in the other one, with none between them."""
    return f" {' '.join(original)} " in f" {' '.join(other)} "


def _in_order(original: Words, other: Words) -> int:
    """Count the words of the original that can be told from the other one, in order."""
    places: dict[str, int] = defaultdict(int)
    for place in _told(original, other):
        places[original[place]] |= 1 << place
    every = (1 << len(original)) - 1
    left = every
    for word in other:
        if found := left & places.get(word, 0):
            left = ((left + found) | (left - found)) & every
    return len(original) - left.bit_count()


def _told(original: Words, other: Words) -> set[int]:
    """Give the places of the original's words that stand in a run that the other has too."""
    size = min(RUN, len(original))
    runs = {other[at : at + size] for at in range(len(other) - size + 1)}
    return {
        place
        for at in range(len(original) - size + 1)
        if original[at : at + size] in runs
        for place in range(at, at + size)
    }
