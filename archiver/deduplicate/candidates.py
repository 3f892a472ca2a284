"""What a strand has at some times, and who takes it: a multiset, each record at most once.

A record may stand there with several copies: other words under the same match key, or, once
aligned with another strand, under another one. An item takes the record; among its copies of the
same key the one that says what the item says goes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from archiver.model import Repeats

Candidate = tuple[bytes, int, int, int, int, int]
"""Match key, record, copy, checksum of what the copy says; and the record's name."""

Met = Candidate | None
"""What an item meets: the copy of the record that it takes, or nothing."""


class Candidates:
    """The copies of one strand that wait for items, oldest first."""

    def __init__(self, found: Sequence[Candidate]) -> None:
        # Most keys come once; only the others need a place in a row.
        self._once = {one[0]: one for one in found}
        self._often: dict[bytes, list[Candidate]] = {}
        if len(self._once) < len(found):
            self._line_up(found)
        self._shared = len({one[1] for one in found}) < len(found)
        self._taken: set[int] = set()

    def take_all(self, repeats: Repeats) -> list[Met]:
        """Give what each of these items takes, in their order."""
        pairs = zip(repeats.keys, repeats.said, strict=True)
        if self._shared:
            return [self.take(key, said) for key, said in pairs]
        pop, next_of = self._once.pop, self._next
        return [pop(key, None) or next_of(key, said) for key, said in pairs]

    def take(self, key: bytes, said: int) -> Met:
        """Give what an item takes, and keep it from the others."""
        found = self._once.pop(key, None) or self._next(key, said)
        while found is not None and self._shared:
            if found[1] not in self._taken:
                self._taken.add(found[1])
                return found
            found = self._next(key, said)
        return found

    def _line_up(self, found: Sequence[Candidate]) -> None:
        for one in found:
            if self._once[one[0]] is not one:
                self._often.setdefault(one[0], []).append(one)
        for key, earlier in self._often.items():
            earlier.append(self._once.pop(key))
            earlier.reverse()

    def _next(self, key: bytes, said: int) -> Met:
        """Take the oldest record of a key that comes more than once."""
        line = self._often.get(key)
        if not line:
            return None
        found = line.pop()
        while line and line[-1][1] == found[1]:
            other = line.pop()
            found = other if found[3] != said and other[3] == said else found
        return found
