"""Numbers of slices: what was published under a number keeps it, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from archiver.produce import production, schema
from archiver.produce.numbering import Known, kept
from archiver.produce.slices import HOUR, Numbering, Piece, Slice, Unit, slices
from archiver.store.scribe import Scribe
from tests.ministry import LIEN
from tests.test_woo_pack import _days
from tests.woo_office import Office, office

SECRET = b"k" * 32
_Shown = dict[str, tuple[int, ...]]
"""What one production showed: the records by the number of their slice."""


def pieces(hours: Sequence[int]) -> list[Piece]:
    """Give a record for each hour; every seventh answers the one of six hours before."""
    answered = {one: one - 6 for one in hours if one % 7 == 6 and one - 6 in hours}
    return [Piece(one, f"d.{one}", "a", one * HOUR, answered.get(one)) for one in hours]


def produced(hours: Sequence[int], unit: Unit, earlier: list[tuple[Known, ...]]) -> list[Slice]:
    """Give the slices of a production, which is one of the earlier ones from then on."""
    found = slices(pieces(hours), unit, Numbering(SECRET, "z1", tuple(earlier)))
    earlier.append(
        tuple(Known(one.number, tuple(dict.fromkeys((one.named, *one.records)))) for one in found)
    )
    return found


def numbers(*productions: tuple[Sequence[int], ...]) -> list[list[str]]:
    """Give the numbers of parts that were produced one after the other, ``a`` for the first."""
    earlier: list[tuple[Known, ...]] = []
    given_out: dict[str, str] = {}
    found: list[list[str]] = []
    for parts in productions:
        known = kept(parts, earlier)
        row = []
        for place in range(len(parts)):
            number = known[place].number if place in known else chr(ord("a") + len(given_out))
            given_out[number] = number
            row.append(number)
        earlier.append(tuple(Known(*pair) for pair in zip(row, map(tuple, parts), strict=True)))
        found.append(row)
    return found


def test_a_slice_keeps_its_number_without_the_record_that_named_it() -> None:
    """When the first message of a day is withdrawn, the day keeps its published number."""
    assert numbers(([1, 2, 3],), ([2, 3],), ([3],), ([1, 3],)) == [["a"]] * 4


def test_of_two_slices_that_unite_the_number_given_first_stays() -> None:
    """The other number names nothing else, and comes back when the slices are apart again."""
    found = numbers(([1], [2]), ([1, 2], [3]), ([1], [2], [3]))
    assert found == [["a", "b"], ["a", "c"], ["a", "b", "c"]]


def test_of_a_slice_that_falls_apart_the_part_with_its_name_giver_keeps_the_number() -> None:
    """Else the first part does; the other gets a number of its own, which it keeps from then on."""
    assert numbers(([2, 1, 3],), ([1], [2, 3])) == [["a"], ["b", "a"]]
    assert numbers(([2, 1, 3],), ([1], [3])) == [["a"], ["a", "b"]]
    assert numbers(([1, 2],), ([1], [2]), ([2],)) == [["a"], ["a", "b"], ["b"]]


def test_a_record_that_comes_back_takes_no_number_from_one_that_stayed() -> None:
    """A number goes with what was shown last under it; who named it long ago gets another."""
    assert numbers(([1, 2],), ([2],), ([1], [2])) == [["a"], ["a"], ["b", "a"]]


def test_a_new_number_is_never_one_that_was_given_out() -> None:
    """A record that once named another slice names its new one otherwise."""
    earlier: list[tuple[Known, ...]] = []
    first = produced([1, 5], Unit.SILENCE, earlier)[0].number
    assert produced([5], Unit.SILENCE, earlier)[0].number == first
    cut = produced([1, 9], Unit.SILENCE, [*earlier])
    assert len({first, *(one.number for one in cut)}) == 2
    again = produced([1, 6], Unit.SILENCE, earlier)
    assert first not in {one.number for one in again if 5 in one.records}
    assert len({one.number for one in again}) == len(again)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 90), min_size=1, max_size=14), min_size=2, max_size=6),
    st.sampled_from([Unit.DAY, Unit.SILENCE, Unit.MESSAGE]),
)
def test_whatever_is_dropped_added_and_produced_again(
    productions: list[set[int]], unit: Unit
) -> None:
    """A number names one slice, keeps to what it showed, and stays while that is one slice.

    It stays unless the slice was joined with another that is produced, or fell apart.
    """
    earlier: list[tuple[Known, ...]] = []
    ever: dict[str, set[int]] = {}
    before: _Shown = {}
    for chosen in productions:
        found = produced(sorted(chosen), unit, earlier)
        now = {one.number: one.records for one in found}
        assert len(now) == len(found)
        for number, records in now.items():
            assert number not in ever or ever[number] & {*records}
        _insist_stayed(before, now)
        for number, records in now.items():
            ever.setdefault(number, set()).update(records)
        assert [one.number for one in produced(sorted(chosen), unit, [*earlier])] == [*now]
        before = now


def _insist_stayed(before: _Shown, now: _Shown) -> None:
    """Insist that what is one slice before and after has one number."""
    for number, records in before.items():
        having = [other for other, there in now.items() if {*records} & {*there}]
        if len(having) == 1:
            others = [one for one, each in before.items() if {*each} & {*now[having[0]]}]
            assert having[0] in others
            assert having == [number] or len(others) > 1


def test_a_day_keeps_its_number_when_its_first_message_is_dropped(tmp_path: Path) -> None:
    """Dropped, produced, taken back and after a rebuild: the day's document has one number."""
    made = office(tmp_path)
    made.judge({})
    made.produce(tmp_path / "one")
    first = made.named("stuk over stikstof")
    _case(made, "drop", first)
    made.produce(tmp_path / "two")
    assert made.at.run("rebuild").code == 0
    made.produce(tmp_path / "three")
    _case(made, "add", first)
    made.produce(tmp_path / "four")
    found = [_days(tmp_path / name) for name in ("one", "two", "three", "four")]
    assert found == [found[0]] * 4
    assert len(found[0]) == 2


def _case(made: Office, verb: str, record: str) -> None:
    ran = made.at.run("case", verb, made.case, record, "--reason", "Toch anders", login=LIEN)
    assert ran.code == 0, ran.err


def test_numbers_of_the_first_form_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that says only which record named a number is read, after a rebuild too."""
    keep = production.dossier.keep

    def old(scribe: Scribe, type_: str, public: str, roles: dict[str, bytes], **more: Any) -> Any:
        slices = msgspec.json.decode(roles.pop("slices"), type=list[production.Numbered])
        named = {one.records[0]: one.number for one in slices}
        return keep(scribe, type_, public, roles | {"numbers": msgspec.json.encode(named)}, **more)

    made = office(tmp_path)
    made.judge({})
    with monkeypatch.context() as patched:
        patched.setattr(production.dossier, "keep", old)
        made.produce(tmp_path / "one")
    before = _days(tmp_path / "one")
    for _ in range(2):
        with made.at.opened() as archive:
            (found,) = production.numbers_of(archive.catalogue.connection, made.case, "day")
        assert {one.number for one in found} == {*before.values()}
        assert all(len(one.records) == 1 for one in found)
        assert made.at.run("rebuild").code == 0
    made.produce(tmp_path / "two")
    assert _days(tmp_path / "two") == before


def test_tables_of_the_first_form_are_carried_over() -> None:
    """A catalogue that knew who named a number knows what was shown under it, as far as it goes."""
    db = Database(memory=True)
    schema.m001_productions(db)
    db.execute("INSERT INTO production_number VALUES('z1', 'day', 'd1.5', 'gabc')")
    schema.m003_slices(db)
    assert db.execute(
        "SELECT case_file, unit, number, records FROM production_slice"
    ).fetchall() == [("z1", "day", "gabc", '["d1.5"]')]
    assert "production_number" not in db.table_names()
