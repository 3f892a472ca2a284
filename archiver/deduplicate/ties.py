"""What was learned of pairs of strands, as the archive keeps it: a relation as JSON, either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from archiver.deduplicate.relation import Relation

_decode = msgspec.json.Decoder(Relation).decode


def relations(
    ties: Iterable[tuple[int, int, str, str]], place: Callable[[int], Any]
) -> dict[tuple[int, int], Relation]:
    """Give the relation of each pair, the strand that has the earlier place first.

    Args:
        ties: (One, two, verdict, relation as JSON) as one sees two.
        place: Where a strand stands in canonical order, to be compared.
    """
    found: dict[tuple[int, int], Relation] = {}
    for one, two, _, stored in ties:
        relation = _decode(stored)
        if place(one) <= place(two):
            found[one, two] = relation
        else:
            found[two, one] = relation.mirrored()
    return found
