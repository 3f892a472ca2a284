"""How much of a container is unpacked before it is refused.

The defaults follow what large extractors accept, widened for chat exports (a JSON of a chat packs
10 to 20 : 1) and narrowed for what a phone can hand over. A limit never loses anything: the
container itself is kept, only its content stays unread until an officer decides.
"""

from __future__ import annotations

from msgspec import Struct

from archiver.intake.refusal import Refused

_GIB = 1 << 30


class Limits(Struct, frozen=True):
    """Sizes in bytes; ratios are unpacked to packed.

    `depth` counts containers inside each other, the outermost included. `total_ratio` holds for
    the whole container once `total_ratio_from` bytes came out; `small_entry_ratio` for one entry
    while it gave at most `small_entry_bytes`, after that `total_ratio` holds for it too.
    """

    delivery_bytes: int = 20 * _GIB
    entries: int = 200_000
    depth: int = 5
    folder_depth: int = 20
    name_bytes: int = 1_024
    total_bytes: int = 50 * _GIB
    total_ratio: int = 100
    total_ratio_from: int = 100_000_000
    small_entry_ratio: int = 1_000
    small_entry_bytes: int = 10_000_000


class Meter:
    """Counts what really comes out of one container and what it holds, whatever headers say."""

    __slots__ = ("_limits", "_packed", "_total")

    def __init__(self, limits: Limits, packed: int) -> None:
        """Start at nothing; `packed` is the size of the outermost container in bytes."""
        self._limits = limits
        self._packed = packed
        self._total = 0

    def add(self, name: str, *, fresh: int, out: int, packed: int) -> None:
        """Count `fresh` bytes; the entry gave `out` in all, from `packed` bytes.

        Raises:
            Refused: E-I005, more came out than the limits allow.
        """
        self._total += fresh
        if self._total > self._limits.total_bytes:
            raise Refused("E-I005", name=name, limit="total_bytes", bytes=self._total)
        if self._total > max(
            self._limits.total_ratio_from, self._limits.total_ratio * self._packed
        ):
            raise Refused("E-I005", name=name, limit="total_ratio", bytes=self._total)
        if out > self._allowed(out) * max(packed, 1):
            raise Refused("E-I005", name=name, limit="entry_ratio", bytes=out)

    def _allowed(self, out: int) -> int:
        small = out <= self._limits.small_entry_bytes
        return self._limits.small_entry_ratio if small else self._limits.total_ratio
