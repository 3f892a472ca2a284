"""Find that a conversation under another title is a strand the account already has.

Evidence is a run: at least 20 items in a row that stand in a row in the other strand too, at least
5 of them with a text that is rare (long, and said once in the run).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from archiver.model import Row

RULE = "title-run/1"
ITEMS_IN_A_ROW = 20
RARE_TEXTS = 5
RARE_LENGTH = 20
_NOWHERE = -1


class Run(Struct, frozen=True):
    """The longest run of a delivery's items in one strand: its length and its rare texts."""

    strand: int
    length: int
    rare: int

    @property
    def unites(self) -> bool:
        """Whether the run is evidence enough without an officer."""
        return self.length >= ITEMS_IN_A_ROW and self.rare >= RARE_TEXTS


def find_run(rows: Sequence[Row], found: Iterable[tuple[int, int, bytes]]) -> Run | None:
    """Give the best run of the rows among (strand, place in it, match key), or None without any.

    Items and strand are both taken in the order of time and may leave nothing out, so that it does
    not matter which of the two came first. Equal bests of two strands go to the older strand.
    """
    places: dict[int, dict[bytes, list[int]]] = {}
    for strand, place, key in found:
        places.setdefault(strand, {}).setdefault(key, []).append(place)
    ordered = sorted(rows, key=lambda row: (row.sent_at is not None, row.sent_at or 0))
    runs = (run for strand, known in places.items() for run in _runs(ordered, strand, known))
    return max(runs, key=lambda run: (run.unites, run.length, run.rare, -run.strand), default=None)


def samples(rows: Sequence[Row]) -> Iterator[tuple[bytes, int]]:
    """Give (match key, time) of so many items that every run worth knowing of has one of them.

    In the order of time a run has `ITEMS_IN_A_ROW` items next to each other, or `RARE_TEXTS` long
    texts with no other long text between them.
    """
    timed = sorted(
        ((row.sent_at, row.keys[0], len(row.text)) for row in rows if row.sent_at and row.keys),
        key=lambda one: one[0],
    )
    long = [(time, key) for time, key, length in timed if length >= RARE_LENGTH]
    for time, key, _ in timed[::ITEMS_IN_A_ROW]:
        yield key, time
    for time, key in long[::RARE_TEXTS]:
        yield key, time


def _runs(rows: Sequence[Row], strand: int, known: dict[bytes, list[int]]) -> Iterator[Run]:
    used: Counter[bytes] = Counter()
    run: list[Row] = []
    following = _NOWHERE
    for row in rows:
        key = row.keys[0] if row.keys else b""
        places = known.get(key, ())
        place = places[used[key]] if used[key] < len(places) else _NOWHERE
        used[key] += 1
        if run and place != following:
            yield Run(strand, len(run), _rare(run))
            run = []
        if place != _NOWHERE:
            run.append(row)
        following = _NOWHERE if place == _NOWHERE else place + 1
    if run:
        yield Run(strand, len(run), _rare(run))


def _rare(run: Sequence[Row]) -> int:
    texts = Counter(row.text for row in run if len(row.text) >= RARE_LENGTH)
    return sum(1 for count in texts.values() if count == 1)
