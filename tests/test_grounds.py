"""The list of grounds: whole, written in one way, and refused when it has an error."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.grounds import (
    FaultyGrounds,
    Law,
    UnknownGround,
    Weight,
    ground,
    grounds,
    judge_file,
    law_of,
    normal,
    ordered,
    parsed,
)
from archiver.configuration import read

WOO = [f"5.1.1{one}" for one in "abcde"] + [f"5.1.2{one}" for one in "abcdefghi"]
WOB = [f"10.1{one}" for one in "abcd"] + [f"10.2{one}" for one in "abcdefg"]
WPE = [f"WPE-{number}" for number in range(19, 25)]
EVE, DAY = date(2022, 4, 30), date(2022, 5, 1)


def test_every_ground_of_the_three_acts_is_there() -> None:
    """The list has the grounds of Woo and Wob, the codes of the WPE and the word for doubles."""
    known = grounds().by_code
    assert list(known) == [*WOO, "5.1.5", "5.2", "5.4", *WOB, "11.1", "dubbel", *WPE]
    assert all(one.article and one.text for one in known.values() if one.law is not Law.NONE)
    absolute = {code for code, one in known.items() if one.weight is Weight.ABSOLUTE}
    assert {*WOO[:5], *WOB[:4]} <= absolute
    assert not absolute & {*WOO[5:], "5.1.5", "5.2", *WOB[4:], "11.1", "WPE-19", "WPE-23"}


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("5.1.2e", False, True),
        ("10.2e", True, False),
        ("dubbel", True, True),
        ("11.1", True, False),
    ],
)
def test_a_ground_holds_for_requests_of_its_time(code: str, before: bool, after: bool) -> None:
    """The Wob holds for requests up to 30 April 2022, the Woo from the day after on."""
    assert (ground(code).holds_on(EVE), ground(code).holds_on(DAY)) == (before, after)
    assert (law_of(EVE, inquiry=False), law_of(DAY, inquiry=False)) == (Law.WOB, Law.WOO)
    assert law_of(DAY, inquiry=True) is Law.WPE


@settings(max_examples=60)
@given(st.sampled_from([*WOO, "5.1.5", "5.2", *WOB, "11.1", "dubbel", *WPE]), st.data())
def test_a_code_is_read_however_it_is_written(code: str, data: st.DataObject) -> None:
    """Capitals, blanks and a point before the last letter make no difference."""
    written = code
    if code[-1].isalpha() and code[0].isdigit() and data.draw(st.booleans()):
        written = f"{code[:-1]}.{code[-1]}"
    if data.draw(st.booleans()):
        written = written.upper()
    place = data.draw(st.integers(0, len(written)))
    assert normal(f"{written[:place]} {written[place:]}") == code


def test_absolute_grounds_stand_first_and_each_once() -> None:
    """Codes are ordered by weight, then as in the acts, and doubles fall out."""
    assert ordered(["5.2", "5.1.2.e", "5.1.1c", "5.1.2e"]) == ("5.1.1c", "5.1.2e", "5.2")
    assert parsed("5.2; 5.1.1.d , 5.2") == ("5.1.1d", "5.2")
    assert parsed(" ") == ()
    with pytest.raises(UnknownGround):
        parsed("5.1.3")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file["grounds"][0].pop("text"),
        lambda file: file["grounds"][0].update(weight="zwaar"),
        lambda file: file["grounds"][0].update(law="AVG"),
        lambda file: file["grounds"][0].update(code="5.1.1.A"),
        lambda file: file["grounds"].append(file["grounds"][0]),
        lambda file: file["laws"].pop("Wob"),
        lambda file: file["laws"]["Woo"].update(private="9.9"),
        lambda file: file.update(more=1),
    ],
)
def test_a_list_with_an_error_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    """A field that lacks, of another kind, a code twice, an act that is not there: refused."""
    file = copy.deepcopy(read("grounds.toml"))
    spoil(file)
    with pytest.raises(FaultyGrounds):
        judge_file(file)
