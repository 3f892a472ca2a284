"""Which number a slice keeps: the one under which anything of it was produced before.

A published number goes on naming what was shown under it, whatever is withdrawn, destroyed, added
or answered since. The last production counts most, those before it where it says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Known(Struct, frozen=True):
    """A number, and the keys of the records that one production showed under it.

    The record that named it stands first, the others in order of time. It may have none that are
    here still; then nothing else is named by it.
    """

    number: str
    records: tuple[int, ...]


class Kept(Struct, frozen=True):
    """The number that a slice keeps, and the key of the record by which it does."""

    number: str
    named: int


def kept(parts: Sequence[Sequence[int]], productions: Sequence[Sequence[Known]]) -> dict[int, Kept]:
    """Give by its place the number of each slice that has one, from `productions`, oldest first.

    A slice gets one number and a number one slice. Where slices united, the number that was given
    first stays. Where one fell apart, the part with the record that named it keeps the number, else
    the part with the first of what was shown.
    """
    place = {record: at for at, part in enumerate(parts) for record in part}
    order = {number: at for at, number in enumerate(given(productions))}
    found: dict[int, Kept] = {}
    used: set[str] = set()
    for production in reversed(productions):
        for one in sorted(production, key=lambda known: order[known.number]):
            free = (key for key in one.records if key in place and place[key] not in found)
            if one.number not in used and (named := next(free, None)) is not None:
                found[place[named]] = Kept(one.number, named)
                used.add(one.number)
    return found


def given(productions: Sequence[Sequence[Known]]) -> dict[str, None]:
    """Give every number that was given out, in the order of giving."""
    return dict.fromkeys(one.number for production in productions for one in production)
