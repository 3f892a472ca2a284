"""Keys of records are coded by time: they rise as time does, and none is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.store.catalogue import Catalogue
from archiver.store.catalogue.allocate import allocate, clusters
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import SERIAL_BITS, UNTIMED_END, UNTIMED_START

A_SECOND_HOLDS = 1 << SERIAL_BITS
DAY = 86_400


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A catalogue without anything in it."""
    catalogue = Catalogue(tmp_path, bytes(32), create=True)
    yield catalogue.connection
    catalogue.close()


def _keep(connection: Connection, keys: list[int]) -> None:
    connection.executemany(
        "INSERT INTO record VALUES(?, 1, 0, 1, NULL, 1, 1, 1)",
        [(key,) for key in keys],
    )


def test_a_key_tells_the_second(connection: Connection) -> None:
    """The upper bits of a key are the second, also before 1970."""
    for time in (0, 1_652_425_200_000, -5_000):
        assert allocate(connection, [time])[0] >> SERIAL_BITS == time // 1000


def test_a_full_second_spills_into_the_next(connection: Connection) -> None:
    """More records in one second than it holds go into the next seconds, in order."""
    keys = allocate(connection, [0] * (2 * A_SECOND_HOLDS + 1))
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    assert keys[-1] >> SERIAL_BITS == 2
    _keep(connection, keys)
    assert allocate(connection, [0, 1000]) == [keys[-1] + 1, keys[-1] + 2]


def test_what_has_no_time_stands_apart(connection: Connection) -> None:
    """Records without a time that can be trusted take keys of a range of their own."""
    first = allocate(connection, [None, None])
    _keep(connection, first)
    more = allocate(connection, [None, 0])
    assert UNTIMED_START < first[0] < first[1] < more[0] < UNTIMED_END < more[1]


def test_distant_days_are_asked_for_apart() -> None:
    """Only stretches without a gap of a day are looked at together."""
    assert list(clusters([])) == []
    assert list(clusters([1, 2, DAY, 3 * DAY])) == [(1, DAY), (3 * DAY, 3 * DAY)]


_TIMES = st.lists(st.one_of(st.none(), st.integers(0, 5_000)), max_size=40)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_TIMES, min_size=1, max_size=4))
def test_no_key_is_given_twice(connection: Connection, batches: list[list[int | None]]) -> None:
    """Batch after batch: keys differ, and equal times keep the order in which they came."""
    connection.execute("DELETE FROM record")
    given_keys: list[int] = []
    for times in batches:
        keys = allocate(connection, times)
        for second in {time for time in times if time is not None}:
            same = [key for key, time in zip(keys, times, strict=True) if time == second]
            assert same == sorted(same)
        _keep(connection, keys)
        given_keys += keys
    assert len(set(given_keys)) == len(given_keys)
