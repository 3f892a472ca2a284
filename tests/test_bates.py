"""Bates numbers: given out once, in order, families together, the same after a rebuild."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.actor import Person
from archiver.cases.case import case
from archiver.produce import bates
from archiver.produce.bates import BadPrefix, Family, insist_prefix, number
from archiver.register import officers
from archiver.store.archive import Archive
from archiver.store.events import Tool
from archiver.store.scribe import Scribe
from tests.ministry import LIEN, Ministry, ministry
from tests.woo_office import RECEIVED

_ASKED = st.lists(
    st.tuples(
        st.sampled_from(["P-1", "P-2"]),
        st.sampled_from(["VWS", "FIN-"]),
        st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4)), unique_by=lambda one: one[0]),
    ),
    max_size=6,
)


@pytest.fixture
def office(tmp_path: Path) -> Ministry:
    """A ministry with two orders."""
    return _office(tmp_path)


def _office(folder: Path) -> Ministry:
    at = ministry(folder)
    at.officer(LIEN, "woo-jurist")
    for reference in ("P-1", "P-2"):
        given_ = ("--requester", "Commissie", "--received", RECEIVED, "--person", "Jan")
        at.json("case", "open", "--kind", "inquiry", "--reference", reference, *given_, login=LIEN)
    return at


def _scribe(archive: Archive) -> Scribe:
    person = Person(LIEN, int(LIEN.removeprefix("uid")), "sudo")
    return Scribe(archive, officers.acting(archive, person, "test"), Tool(version="0"))


def _given(
    archive: Archive, reference: str, prefix: str, asked: list[tuple[int, int]]
) -> dict[tuple[str, str, str], range]:
    """Ask for numbers; give them by case, prefix and content."""
    one = case(archive.catalogue.connection, reference)
    families = [Family(f"{content}/{count}", f"g{content}", count) for content, count in asked]
    found = bates.given(_scribe(archive), one, prefix, families)
    return {
        (reference, prefix, name): range(each.first, each.first + each.count)
        for name, each in found.items()
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ASKED)
def test_no_number_is_given_out_twice(
    tmp_path_factory: pytest.TempPathFactory,
    asked: list[tuple[str, str, list[tuple[int, int]]]],
) -> None:
    """In whatever cases, under whatever prefix, again or not: no value is two contents' number."""
    office = _office(tmp_path_factory.mktemp("bates"))
    known: dict[tuple[str, str, str], range] = {}
    with office.opened() as archive:
        for reference, prefix, families in asked:
            found = _given(archive, reference, prefix, families)
            assert {(reference, prefix, f"{content}/{count}") for content, count in families} <= (
                found.keys()
            )
            assert all(known.get(name, numbers) == numbers for name, numbers in found.items())
            known |= found
    values = [value for numbers in known.values() for value in numbers]
    assert sorted(values) == list(range(1, len(values) + 1))


def test_a_rebuild_goes_on_where_it_was(office: Ministry) -> None:
    """After a rebuild the same content has the same numbers and new content gets the next."""
    with office.opened() as archive:
        before = _given(archive, "P-1", "VWS", [(1, 3), (2, 1)])
        _given(archive, "P-2", "VWS", [(1, 1)])
    assert office.run("rebuild").code == 0
    with office.opened() as archive:
        assert _given(archive, "P-1", "VWS", [(1, 3), (2, 1)]) == before
        after = _given(archive, "P-1", "VWS", [(9, 1)])
    assert after["P-1", "VWS", "9/1"] == range(6, 7)
    assert all(one.stop <= two.start for one, two in pairwise(before.values()))


def test_the_log_says_which_numbers_without_saying_of_what(office: Ministry) -> None:
    """The event has prefix, first number and how many, in the clear, and no content."""
    with office.opened() as archive:
        _given(archive, "P-1", "VWS", [(1, 3), (2, 1)])
        before = archive.log.size
        _given(archive, "P-1", "VWS", [(2, 1)])
        assert archive.log.size == before
    event = office.events()[-1]
    assert (event["type"], event["codes"]) == ("bates.given", ["VWS"])
    assert event["counts"] == {"count": 4, "first": 1}


def test_a_number_is_written_so_that_numbers_stand_in_order() -> None:
    """Seven digits behind the prefix; a prefix that no load file can have is refused."""
    assert number("VWS-", 12) == "VWS-0000012"
    for prefix in ("", "vws", "1A", "A,B", "A" * 16, "É"):
        with pytest.raises(BadPrefix):
            insist_prefix(prefix)
