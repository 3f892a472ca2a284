"""The records of a conversation in the order of one clock, with what each export tells of them.

A record is kept under the time of the copy that is shown, by whatever clock that had. Here they
come in the order of the common clock, which the order of arrival does not change; a record waits
until none can come before it any more, so that memory does not grow with the conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush

from msgspec import Struct

from archiver.produce.differences.clocks import Clocks
from archiver.store.catalogue import compare
from archiver.store.catalogue.compare import Export, Told
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import SERIAL_BITS

_FINE = {"ms": 0, "s": 1, "min": 2}
_UNTIMED = -(1 << 62)
_MANY = 400

Place = tuple[int, int, int]
"""Where a record comes: its time, the first export that has it, its item there."""


class Moment(Struct, frozen=True, gc=False):
    """A record: `at` is its time on the common clock, None when no time can be trusted.

    `in_minutes` says that no export states it finer; `told` is by the number of the export.
    """

    place: Place
    at: int | None
    in_minutes: bool
    record: int
    event: bool
    told: Mapping[int, Told]


def moments(connection: Connection, exports: Sequence[Export], clocks: Clocks) -> Iterator[Moment]:
    """Give the records that exports have, in order of the common time."""
    spread = clocks.spread(exports)
    waiting: list[tuple[Place, Moment]] = []
    for moment in _kept(connection, exports, clocks):
        heappush(waiting, (moment.place, moment))
        settled = (moment.record >> SERIAL_BITS) * 1000 - spread
        while waiting and waiting[0][0][0] < settled:
            yield heappop(waiting)[1]
    while waiting:
        yield heappop(waiting)[1]


def precision(told: Told) -> str:
    """Give how fine a copy states its time."""
    return told.basis.partition("/")[0]


def sender(moment: Moment) -> str:
    """Name who said it, as the first export does that has it."""
    return next(iter(moment.told.values())).label


def _kept(connection: Connection, exports: Sequence[Export], clocks: Clocks) -> Iterator[Moment]:
    numbers = {(one.delivery, one.strand): n for n, one in enumerate(exports)}
    for part in _parts(compare.records(connection, exports)):
        found = compare.told(connection, part, exports)
        for record in part:
            told = {numbers[one.delivery, one.strand]: one for one in found.get(record, ())}
            if told:
                yield _moment(record, dict(sorted(told.items())), clocks)


def _parts(records: Iterable[int]) -> Iterator[list[int]]:
    part: list[int] = []
    for record in records:
        part.append(record)
        if len(part) == _MANY:
            yield part
            part = []
    if part:
        yield part


def _moment(record: int, told: Mapping[int, Told], clocks: Clocks) -> Moment:
    """Take the time from the export that states it finest, the first of those."""
    first = next(iter(told))
    timed = [one for one in told.values() if one.sent_at is not None]
    finest = min(timed, key=lambda one: _FINE.get(precision(one), 3), default=None)
    at = None
    if finest is not None and finest.sent_at is not None:
        at = clocks.at(finest.strand, finest.sent_at)
    return Moment(
        (_UNTIMED if at is None else at, first, told[first].item),
        at,
        finest is not None and precision(finest) == "min",
        record,
        told[first].event,
        told,
    )
