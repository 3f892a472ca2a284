"""A sketch of a strand: so few of its long texts that two strands which share many share some.

Of every month the 32 texts with the least digests: two exports of one conversation pick the same
ones, whatever else each lacks, and a long chat costs no more than a short one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from heapq import heappush, heappushpop

LONG = 20
"""Characters from which a text may be rare."""
A_MONTH = 32
_MONTH = 30 * 86_400_000


class Sketch:
    """Takes in the new texts of one delivery, thread by thread."""

    def __init__(self) -> None:
        self._least: dict[tuple[int, int], list[int]] = defaultdict(list)

    def add(self, texts: Iterable[tuple[int, int | None, str]]) -> None:
        """Take in (strand, time in milliseconds, text)."""
        for strand, time, text in texts:
            if time is not None and len(text) >= LONG:
                self._take(self._least[strand, time // _MONTH], digest(text))

    @staticmethod
    def _take(least: list[int], value: int) -> None:
        """Keep the least: a heap of their negatives has the greatest on top."""
        if len(least) < A_MONTH:
            if -value not in least:
                heappush(least, -value)
        elif value < -least[0] and -value not in least:
            heappushpop(least, -value)

    def entries(self) -> Iterator[tuple[int, int]]:
        """Give (digest, strand)."""
        for (strand, _), least in sorted(self._least.items()):
            for value in sorted(least):
                yield -value, strand


def digest(text: str) -> int:
    """Give 63 bits of a text, blanks folded and in small letters."""
    plain = text.lower()
    # What can be printed has no blank but the space, and most texts have single ones.
    if not plain.isprintable() or "  " in plain or plain[:1] == " " or plain[-1:] == " ":
        plain = " ".join(plain.split())
    octets = plain.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(octets, digest_size=8).digest()) >> 1
