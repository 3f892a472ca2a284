"""What a run of `archiver.pipeline.reconcile` did."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import astuple


class Reconciled(Struct, frozen=True):
    """How many conversations were solved, copies moved, doubts left, and strands made one."""

    conversations: int = 0
    moved: int = 0
    doubts: int = 0
    united: int = 0

    def __add__(self, other: Reconciled) -> Reconciled:
        """Count what both did."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Reconciled(*(one + two for one, two in pairs))
