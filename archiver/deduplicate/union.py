"""Find that a conversation under another title is a strand the account already has.

Evidence is a run: at least 20 items in a row that stand in the same order in the other strand, at
least 5 of them with a text that is rare (long, and said once in the run).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from archiver.model import Row

RULE = "title-run/1"
ITEMS_IN_A_ROW = 20
RARE_TEXTS = 5
RARE_LENGTH = 20


class Run(Struct, frozen=True):
    """The longest run of a delivery's items in one strand: its length and its rare texts."""

    strand: int
    length: int
    rare: int

    @property
    def unites(self) -> bool:
        """Whether the run is evidence enough without an officer."""
        return self.length >= ITEMS_IN_A_ROW and self.rare >= RARE_TEXTS


def find_run(rows: Sequence[Row], found: Iterable[tuple[int, bytes, int]]) -> Run | None:
    """Give the best run of the rows among (strand, match key, record), or None without any.

    Equal bests of two strands go to the older strand, so that the answer does not depend on order.
    """
    records: dict[int, dict[bytes, list[int]]] = {}
    for strand, key, record in found:
        records.setdefault(strand, {}).setdefault(key, []).append(record)
    candidates = [_longest(rows, strand, known) for strand, known in sorted(records.items())]
    return max(candidates, key=lambda run: (run.length, run.rare, -run.strand), default=None)


def _longest(rows: Sequence[Row], strand: int, known: dict[bytes, list[int]]) -> Run:
    start, last, best, used = 0, 0, (0, 0), Counter[bytes]()
    for index, row in enumerate(rows):
        key = row.keys[0] if row.keys else b""
        places = known.get(key, ())
        place = places[used[key]] if used[key] < len(places) else 0
        used[key] += 1
        # Records of one strand rise with time, so a falling one begins another run.
        if not place or place <= last or index == start:
            start = index if place else index + 1
        last = place
        best = max(best, (start, index + 1), key=lambda run: run[1] - run[0])
    return Run(strand, best[1] - best[0], _rare(rows[slice(*best)]))


def _rare(run: Sequence[Row]) -> int:
    texts = Counter(row.text for row in run if len(row.text) >= RARE_LENGTH)
    return sum(1 for count in texts.values() if count == 1)
