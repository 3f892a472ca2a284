"""Wall clocks become UTC, with the two strange hours of the year marked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archiver.model import Precision
from archiver.normalise.clock import UnknownZone, clock


def _utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("order", "text", "utc"),
    [
        ("dmy", "02-05-2022 16:08", "2022-05-02T14:08:00"),
        ("dmy", "02-05-2022 16:08:13", "2022-05-02T14:08:13"),
        ("mdy", "5/2/22, 4:08\u202fPM", "2022-05-02T14:08:00"),
        ("mdy", "5/2/22, 12:08 AM", "2022-05-01T22:08:00"),
        ("mdy", "5/2/2022, 12:08 p. m.", "2022-05-02T10:08:00"),
        ("mdy", "06/20/2020, 00:08 a. m.", "2020-06-19T22:08:00"),
        ("ymd", "2022/05/02, 16:08", "2022-05-02T14:08:00"),
        ("dmy", "2. 1. 2019, 16.08", "2019-01-02T15:08:00"),
        ("mdy", "09/17/19, 8:30:52 AM", "2019-09-17T06:30:52"),
    ],
)
def test_a_time_is_read_in_dutch_time(order: str, text: str, utc: str) -> None:
    """Each way of writing a time gives its moment in UTC, the first and every further time."""
    read = clock(order)
    precision = Precision.SECOND if utc[-2:] != "00" else Precision.MINUTE
    assert [read(text) for _ in range(3)] == [(_utc(utc), precision, False)] * 3


def test_the_hour_that_occurs_twice_is_marked() -> None:
    """On the last Sunday of October the hour after two is read as summer time and marked."""
    read = clock("dmy")
    assert read("29-10-2023 01:59") == (_utc("2023-10-28T23:59:00"), Precision.MINUTE, False)
    assert read("29-10-2023 02:00") == (_utc("2023-10-29T00:00:00"), Precision.MINUTE, True)
    assert read("29-10-2023 02:59") == (_utc("2023-10-29T00:59:00"), Precision.MINUTE, True)
    assert read("29-10-2023 03:00") == (_utc("2023-10-29T02:00:00"), Precision.MINUTE, False)


def test_the_hour_that_does_not_exist_is_marked() -> None:
    """On the last Sunday of March the hour after two is read with the winter offset and marked."""
    read = clock("dmy")
    assert read("26-03-2023 01:59") == (_utc("2023-03-26T00:59:00"), Precision.MINUTE, False)
    assert read("26-03-2023 02:30") == (_utc("2023-03-26T01:30:00"), Precision.MINUTE, True)
    assert read("26-03-2023 03:00") == (_utc("2023-03-26T01:00:00"), Precision.MINUTE, False)


def test_an_officer_can_name_another_zone() -> None:
    """A phone that was read out on Curaçao has the time of Curaçao."""
    read = clock("dmy", "America/Curacao")
    assert read("02-05-2022 16:08")[0] == _utc("2022-05-02T20:08:00")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe", "europe amsterdam"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """A zone that the database does not know is an error that names it."""
    with pytest.raises(UnknownZone) as caught:
        clock("dmy", zone)
    assert zone in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "gisteren", "31-02-2022 10:00", "02-13-2022 10:00", "02-05-2022 24:00", "02-05-2022"],
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    """A date or hour that does not exist gives no moment at all."""
    assert clock("dmy")(text)[0] is None


def test_without_an_order_there_is_no_time_but_a_precision() -> None:
    """While the order of the date is unknown only the precision is."""
    read = clock("")
    assert read("02-05-2022 16:08") == (None, Precision.MINUTE, False)
    assert read("02-05-2022 16:08:13") == (None, Precision.SECOND, False)


@given(st.datetimes(datetime(2009, 1, 1), datetime(2037, 12, 31)), st.booleans())
@example(datetime(2023, 3, 26, 2, 0), True)
@example(datetime(2023, 10, 29, 2, 0), False)
def test_every_moment_equals_that_of_the_standard_library(moment: datetime, seconds: bool) -> None:
    """The short way for days without a change gives what the database itself says."""
    moment = moment.replace(microsecond=0, second=moment.second if seconds else 0)
    read, form = clock("dmy"), "%d-%m-%Y %H:%M:%S" if seconds else "%d-%m-%Y %H:%M"
    wanted = moment.replace(tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)
    for _ in range(2):
        sent_at, _, _ = read(moment.strftime(form))
        assert sent_at is not None
        assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=sent_at) == wanted
