"""What stands in the way of producing the files of a case: another case, another reader.

The same bytes have one judgement in a case, so that they contradict only what another case judged
of them. It is computed from what stands, of the files beside messages that are shown, as
`archiver.cases.contradictions` does for records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import msgspec

from archiver.cases import judgement as records
from archiver.cases import tables_files as tables
from archiver.cases.files import Kept, Standing, standing
from archiver.cases.judgement import Outcome, Reader
from archiver.cases.obstacle import Code, Need, Obstacle, key_of
from archiver.store.catalogue.connection import Connection


def of_files(
    connection: Connection, case: str, judged: Mapping[str, records.Standing], need: Need
) -> Iterator[Obstacle]:
    """Give what stands in the way of a case's files (its id), by what was judged of its records."""
    found = standing(connection, case)
    if not found:
        return
    shown = {name for name, one in judged.items() if not one.stale and one.judgement.outcome.shows}
    beside = {file for file, record in tables.beside(connection, case) if record in shown}
    for name in sorted(found.keys() & beside):
        yield from _reading(name, found[name], need)
    yield from _elsewhere(connection, case, found, beside)


def _reading(name: str, one: Standing, need: Need) -> Iterator[Obstacle]:
    """Say whether a file was judged in vain, otherwise by a second reader, or waits for one."""
    if one.stale:
        yield Obstacle(Code.FILE_STALE, file=name)
    elif one.second is not None and one.second.decision != one.decision:
        yield Obstacle(Code.FILE_READERS_DIFFER, file=name)
    elif one.second is None and one.judgement.outcome.refuses and need.has(one.judgement):
        yield Obstacle(Code.FILE_SECOND_READER, file=name)


def _elsewhere(
    connection: Connection, case: str, found: Mapping[str, Standing], beside: Set[str]
) -> Iterator[Obstacle]:
    """Give what other cases last judged otherwise of the same bytes."""
    latest = {
        (of, row.sha256): row
        for of, row in tables.elsewhere(connection, case)
        if row.reader == Reader.FIRST and row.sha256 in beside
    }
    for (of, name), row in latest.items():
        one, other = found.get(name), msgspec.json.decode(row.content, type=Kept)
        if one is not None and not one.stale and _differs(one, other):
            sides = (name, one.decision), (f"{of}/{name}", other.decision)
            key = key_of(Code.FILE_OTHER_CASE, *sides)
            yield Obstacle(Code.FILE_OTHER_CASE, case=of, key=key, file=name)


def _differs(one: Kept, other: Kept) -> bool:
    """Whether two judgements of the same bytes hide something else, on whatever ground."""
    if not (one.judgement.outcome.decides and other.judgement.outcome.decides):
        return False
    return _hidden(one) != _hidden(other)


def _hidden(one: Kept) -> tuple[Outcome, str]:
    return one.judgement.outcome, one.left_out
