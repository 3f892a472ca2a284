"""Whether a conversation under a known title is the known one: a title is no identity.

Two groups may have one name, and one phone's export may be written by another clock. Both show in
the first items: they lie in a time that the known strand covers and are not in it; or their long
texts are in it, at other times. Then they are a strand of their own, and aligning finds out what
the two have in common.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

RULE = "namesake/1"
APART = "\x1f"
"""Stands between a title and what tells its strands apart."""

ENOUGH = 20
"""So many must lie in a common time on both sides before their absence says anything."""
_TEXTS = 5


class Meeting(Struct, frozen=True):
    """How the first items of a thread meet one strand of the same title.

    `covered` of them lie in the time of the strand, `there` of the strand lie in theirs, `matched`
    are in it. Of their long texts `shared` are in the strand, `misplaced` of these at other times
    or by others.
    """

    strand: int
    covered: int
    there: int
    matched: int
    shared: int
    misplaced: int

    @property
    def contradicts(self) -> bool:
        """Whether the items show that they are not of this strand."""
        common = min(self.covered, self.there)
        absent = common >= ENOUGH and self.matched * 10 < common
        other_clock = self.misplaced >= _TEXTS and self.misplaced * 2 > self.shared
        return absent or other_clock


def choose(meetings: Sequence[Meeting]) -> int | None:
    """Give the strand that a thread belongs to, or None when it is one of its own.

    With a single strand of that title nothing need be shared: what follows in time shares nothing.
    """
    fitting = [one for one in meetings if not one.contradicts]
    known = [one for one in fitting if one.matched]
    if known:
        return max(known, key=lambda one: (one.matched, -one.strand)).strand
    return fitting[0].strand if len(meetings) == len(fitting) == 1 else None
