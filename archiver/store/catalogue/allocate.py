"""Give new records their time-coded keys: second << 10 | serial, so that key order is date order.

A second that is full spills into the next one. Records without a trustworthy time take numbers of
a reserved range, in the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import SERIAL_BITS, UNTIMED_END, UNTIMED_START

_DAY = 86_400
_READ_RATHER = 8
"""Records for each second asked after that are read in one go rather than second by second."""


def allocate(connection: Connection, times: Sequence[int | None]) -> list[int]:
    """Give one unused key for each time, rising where the times rise; order is kept among equals.

    Args:
        connection: The catalogue's, inside a write transaction.
        times: Milliseconds since 1970, or None where no time can be trusted.
    """
    seconds = sorted({t // 1000 for t in times if t is not None})
    last = dict(_used(connection, seconds)) if seconds else {}
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
    """Give second → last key used, for these seconds at least.

    Where little lies between the first and the last, all of that is read; in an archive that is
    full of other records each second is looked up by itself.
    """
    start, end = seconds[0] << SERIAL_BITS, (seconds[-1] + 1 << SERIAL_BITS) - 1
    limit = _READ_RATHER * len(seconds)
    within = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM record WHERE id BETWEEN ? AND ? LIMIT ?)",
        (start, end, limit),
    ).fetchone()[0]
    if within < limit:
        yield from _last_used(connection, seconds[0], seconds[-1])
        return
    for second in seconds:
        yield from _last_used(connection, second, second)


def _last_used(connection: Connection, start: int, end: int) -> Iterator[tuple[int, int]]:
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT id >> {SERIAL_BITS}, max(id) FROM record WHERE id BETWEEN ? AND ? GROUP BY 1",
        (start << SERIAL_BITS, (end + 1 << SERIAL_BITS) - 1),
    )


def _next(connection: Connection, last: dict[int, int], second: int) -> int:
    key = last.get(second, (second << SERIAL_BITS) - 1) + 1
    while key >> SERIAL_BITS != second:
        second += 1
        if second not in last:
            last.update(_last_used(connection, second, second))
        key = last.get(second, (second << SERIAL_BITS) - 1) + 1
    last[second] = key
    return key


class _Untimed:
    """Numbers for records without a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: int | None = None

    def next(self) -> int:
        """Give the next number of the reserved range."""
        if self._last is None:
            found = self._connection.execute(
                "SELECT max(id) FROM record WHERE id BETWEEN ? AND ?", (UNTIMED_START, UNTIMED_END)
            ).fetchone()[0]
            self._last = UNTIMED_START if found is None else found
        self._last += 1
        return self._last
