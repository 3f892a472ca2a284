"""Give new records their positions: second << 10 | serial, so that their order is date order.

A second that is full spills into the next one. Records without a trustworthy time take numbers of
a reserved range, in the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import SERIAL_BITS, UNTIMED_END, UNTIMED_START

_DAY = 86_400


def allocate(connection: Connection, times: Sequence[int | None]) -> list[int]:
    """Give one unused position for each time, rising as they rise; equals keep their order.

    Args:
        connection: The catalogue's, inside a write transaction.
        times: Milliseconds since 1970, or None where no time can be trusted.
    """
    seconds = sorted({t // 1000 for t in times if t is not None})
    last = dict(_used(connection, seconds))
    untimed = _Untimed(connection)
    return [untimed.next() if t is None else _next(connection, last, t // 1000) for t in times]


def clusters(seconds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Split sorted seconds into stretches without a gap of a day, as (first, last)."""
    if not seconds:
        return
    start = previous = seconds[0]
    for second in seconds:
        if second - previous > _DAY:
            yield start, previous
            start = second
        previous = second
    yield start, previous


def _used(connection: Connection, seconds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give second → last position used, for those of these seconds that have one.

    One statement for all: beginning one costs more than what it looks up.
    """
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT second, last FROM (SELECT value AS second, (SELECT max(id) FROM record"
        f" WHERE id BETWEEN value << {SERIAL_BITS} AND (value + 1 << {SERIAL_BITS}) - 1)"
        " AS last FROM json_each(?)) WHERE last IS NOT NULL",
        (f"[{','.join(map(str, seconds))}]",),
    )


def _next(connection: Connection, last: dict[int, int], second: int) -> int:
    position = last.get(second, (second << SERIAL_BITS) - 1) + 1
    while position >> SERIAL_BITS != second:
        second += 1
        if second not in last:
            last.update(_used(connection, [second]))
        position = last.get(second, (second << SERIAL_BITS) - 1) + 1
    last[second] = position
    return position


class _Untimed:
    """Numbers for records without a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: int | None = None

    def next(self) -> int:
        """Give the next number of the reserved range."""
        if self._last is None:
            found = self._connection.execute(
                "SELECT max(id) FROM record WHERE id BETWEEN ? AND ?",
                (UNTIMED_START, UNTIMED_END),
            ).fetchone()[0]
            self._last = UNTIMED_START if found is None else found
        self._last += 1
        return self._last
