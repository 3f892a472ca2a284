"""A case's candidates: records that have to be judged, each with the searches that brought it.

A search's hits are taken with what stands around them; an officer adds and drops by hand. Each is
an event. A candidate is named by the item that it was named for then, so that it stays the same
message whatever is joined or split later; what was taken is held by the holds of its case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from archiver.cases import schema
from archiver.cases import tables_candidate as tables
from archiver.store.catalogue.connection import Connection


class How(StrEnum):
    """How a record became a candidate."""

    HIT = "hit"
    CONTEXT = "context"
    ADDED = "added"


class Candidate(Struct, frozen=True):
    """A record to judge, by its public id; `searches` are those that brought it, oldest first.

    `how` is the strongest: a hit before what an officer added, and that before context.
    """

    record: str
    how: How
    searches: tuple[str, ...] = ()


def candidates(connection: Connection, case: str, *, sealed: bool = False) -> list[Candidate]:
    """Give the candidates of a case (its id), in order of time.

    Left out is what was destroyed or sealed since (`gone` has it); with `sealed` what is sealed is
    given too, for a sorter.
    """
    if not schema.is_ready(connection):
        return []
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record, is_open, how, search in tables.standing(connection, case):
        if is_open or sealed:
            found[record].append((how, search))
    return [_candidate(record, known) for record, known in found.items()]


def gone(connection: Connection, case: str) -> list[str]:
    """Name the candidates that were open when taken and were destroyed or sealed since."""
    return tables.gone(connection, case) if schema.is_ready(connection) else []


def older(connection: Connection, case: str, than: int) -> int:
    """Count the open candidates that were sent before an instant (ms since 1970)."""
    return tables.older(connection, case, than) if schema.is_ready(connection) else 0


_RANK = How.HIT, How.ADDED, How.CONTEXT


def _candidate(record: str, known: Sequence[tuple[str, str]]) -> Candidate:
    hows = {How(how) for how, _ in known}
    strongest = next(how for how in _RANK if how in hows)
    searches = dict.fromkeys(search for _, search in known if search)
    return Candidate(record, strongest, tuple(searches))
