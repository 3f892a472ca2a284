"""Times as other sources write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Precision, Zone
from archiver.normalise.clock import UnknownZone
from archiver.normalise.clocks import clocks

MAY = 1_651_500_981_000
"""2 May 2022, 16:16:21 in the Netherlands."""


@pytest.mark.parametrize(
    ("clock", "text", "sent_at", "precision", "zone"),
    [
        ("epoch-s", "1651500981", MAY, Precision.SECOND, Zone.EPOCH),
        ("epoch-ms", "1651500981042", MAY + 42, Precision.MILLISECOND, Zone.EPOCH),
        ("epoch-us", "1651500981042999", MAY + 42, Precision.MILLISECOND, Zone.EPOCH),
        ("apple", "673193781", MAY, Precision.SECOND, Zone.EPOCH),
        ("apple", "673193781.5", MAY + 500, Precision.MILLISECOND, Zone.EPOCH),
        ("apple", "673193781042000000", MAY + 42, Precision.MILLISECOND, Zone.EPOCH),
        ("webkit-us", "13295974581000000", MAY, Precision.MILLISECOND, Zone.EPOCH),
        ("iso", "2022-05-02T16:16:21", MAY, Precision.SECOND, Zone.ASSUMED),
        ("iso", "2022-05-02 16:16", MAY - 21_000, Precision.MINUTE, Zone.ASSUMED),
        ("iso", "2022-05-02T14:16:21Z", MAY, Precision.SECOND, Zone.STATED),
        ("iso", "2022-05-02T14:16:21.042Z", MAY + 42, Precision.MILLISECOND, Zone.STATED),
        ("iso", "2022-05-02T19:46:21+05:30", MAY, Precision.SECOND, Zone.STATED),
        ("iso", "2022-05-02 14:16:21 +0000", MAY, Precision.SECOND, Zone.STATED),
        ("%d.%m.%Y %H:%M:%S", "02.05.2022 16:16:21", MAY, Precision.SECOND, Zone.ASSUMED),
        ("%d/%m/%Y %H:%M", "02/05/2022 16:16", MAY - 21_000, Precision.MINUTE, Zone.ASSUMED),
        ("%Y%m%dT%H%M%S%z", "20220502T161621+0200", MAY, Precision.SECOND, Zone.STATED),
    ],
)
def test_each_clock_reads_its_own_times(
    clock: str, text: str, sent_at: int, precision: Precision, zone: Zone
) -> None:
    """A time comes with how fine it is and on what its zone rests."""
    assert clocks((clock,))(text) == (sent_at, precision, zone, False)


def test_the_first_clock_that_fits_counts() -> None:
    """A source may write times in more than one way; what fits none has no time."""
    read = clocks(("epoch-s", "iso"))
    assert read("1651500981") is not None
    assert read("2022-05-02T16:16:21") is not None
    assert read("gisteren") is None


def test_the_hour_that_comes_twice_is_marked() -> None:
    """A wall clock in the last night of October is ambiguous, a time with an offset is not."""
    read = clocks(("iso",))
    first, second = read("2022-10-30T02:30:00"), read("2022-10-30T02:30:00+01:00")
    assert first is not None
    assert first.ambiguous
    assert second is not None
    assert not second.ambiguous


def test_a_zone_that_was_answered_is_stated() -> None:
    """What an officer says of the zone is no assumption."""
    found = clocks(("iso",), "Asia/Jakarta", answered=True)("2022-05-02T21:16:21")
    assert found == (MAY, Precision.SECOND, Zone.STATED, False)


def test_an_unknown_zone_is_an_error() -> None:
    """A zone that does not exist is refused before anything is read."""
    with pytest.raises(UnknownZone):
        clocks(("iso",), "Europe/Atlantis")


@given(
    st.sampled_from(
        ("epoch-s", "epoch-ms", "epoch-us", "apple", "webkit-us", "iso", "%d/%m/%y %H:%M")
    ),
    st.text(max_size=40) | st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,14})?", fullmatch=True),
)
def test_nothing_makes_a_clock_fail(clock: str, text: str) -> None:
    """Whatever stands where a time should be, a clock gives a calendar time or none."""
    found = clocks((clock,))(text)
    assert found is None or found.sent_at is None or found.sent_at < 253_402_300_800_000
