"""The terms of a case: every day by hand, every holiday, suspension, extension and publication."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.case import CaseKind
from archiver.cases.holidays import (
    birthday,
    easter,
    equalled_days,
    holidays,
    is_working_day,
    next_working_day,
)
from archiver.cases.route import Via, routes
from archiver.cases.terms import Course, Suspension, What, deciding, is_old, plus_months, terms
from archiver.store.catalogue.functions import Function

DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))


def _day(what: What, **given: object) -> date:
    values = {"kind": CaseKind.WOO, **given}
    (found,) = (one for one in terms(Course(**values)) if one.what is what)  # type: ignore[arg-type]
    return found.day


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1961, date(1961, 4, 2)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2019, date(2019, 4, 21)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter(year: int, day: date) -> None:
    """Easter falls on the Sundays that the calendars of these years have."""
    assert easter(year) == day


@given(st.integers(1900, 2200))
@settings(max_examples=100)
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    """Easter is a Sunday from 22 March to 25 April, in every year."""
    day = easter(year)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)


def test_the_holidays_of_2026() -> None:
    """The holidays of 2026 are those of article 3, with Good Friday on a par with them."""
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 4, 27),
        date(2026, 5, 5),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


@pytest.mark.parametrize(
    ("year", "day"),
    [(2013, date(2013, 4, 30)), (2014, date(2014, 4, 26)), (2025, date(2025, 4, 26)),
     (2026, date(2026, 4, 27))],
)  # fmt: skip
def test_the_birthday_of_the_king(year: int, day: date) -> None:
    """On a Sunday it is celebrated the day before; until 2013 it was that of 30 April."""
    assert birthday(year) == day


def test_royal_decrees_are_read_as_days() -> None:
    """What a decree puts on a par with a holiday is no working day either."""
    monday = date(2026, 8, 3)
    assert is_working_day(monday)
    assert not is_working_day(monday, {monday})
    assert all(isinstance(day, date) for day in equalled_days())


@given(DAYS)
@settings(max_examples=200)
def test_the_next_working_day_is_one_and_is_near(day: date) -> None:
    """It is no weekend nor holiday, not before the day, and nothing between is a working day."""
    found = next_working_day(day)
    assert is_working_day(found)
    assert 0 <= (found - day).days <= 6
    between = (day + timedelta(days=n) for n in range((found - day).days))
    assert not any(map(is_working_day, between))


@pytest.mark.parametrize(
    ("received", "decide", "clarify"),
    [
        # Friday 6 November 2026: four weeks later is a Friday.
        (date(2026, 11, 6), date(2026, 12, 4), date(2026, 11, 20)),
        # A Saturday: the end moves to Monday.
        (date(2026, 11, 7), date(2026, 12, 7), date(2026, 11, 23)),
        # Ends on Christmas Day, Friday; Boxing Day and the weekend follow.
        (date(2026, 11, 27), date(2026, 12, 28), date(2026, 12, 11)),
        # Ends on Good Friday; Easter Monday follows.
        (date(2026, 3, 6), date(2026, 4, 7), date(2026, 3, 20)),
        # Ends on the King's birthday, a Monday.
        (date(2026, 3, 30), date(2026, 4, 28), date(2026, 4, 13)),
        # Ends on Liberation Day, a Tuesday.
        (date(2026, 4, 7), date(2026, 5, 6), date(2026, 4, 21)),
        # Ends on Ascension Day, a Thursday.
        (date(2026, 4, 16), date(2026, 5, 15), date(2026, 4, 30)),
    ],
)
def test_a_woo_request_has_four_weeks(received: date, decide: date, clarify: date) -> None:
    """Four weeks from the day after receipt, two to ask what is meant, moved to working days."""
    assert _day(What.DECIDE, received=received) == decide
    assert _day(What.CLARIFY, received=received) == clarify
    assert _day(What.EXTEND, received=received) == decide


def test_a_moved_term_names_the_act_that_moved_it() -> None:
    """A term that was moved says to what day it would have run, and by which act it does not."""
    course = Course(CaseKind.WOO, date(2026, 11, 7))
    moved = deciding(course)
    plain = deciding(Course(CaseKind.WOO, date(2026, 11, 6)))
    assert moved is not None
    assert plain is not None
    assert moved.unmoved == date(2026, 12, 5)
    assert [rule.partition(",")[0] for rule in moved.rules] == [
        "Wet open overheid",
        "Algemene termijnenwet",
    ]
    assert len(plain.rules) == 1


def test_an_extension_adds_two_weeks_to_what_was_not_moved() -> None:
    """Two weeks are added to the four; the end is moved once, not twice."""
    given = {"received": date(2026, 11, 7), "extended_on": date(2026, 12, 1)}
    assert _day(What.DECIDE, **given) == date(2026, 12, 21)
    assert _day(What.EXTEND, **given) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("suspension", "decide"),
    [
        # Told on the 10th, the view came on the 20th: the 11th to the 19th do not count.
        (Suspension(date(2026, 11, 10), date(2026, 11, 20)), date(2026, 12, 14)),
        # Told and answered the next day: no day passes.
        (Suspension(date(2026, 11, 10), date(2026, 11, 11)), date(2026, 12, 4)),
        # Told after the term had ended: nothing is suspended.
        (Suspension(date(2026, 12, 8), date(2026, 12, 20)), date(2026, 12, 4)),
        # Told on the last day of the term: it still had run out.
        (Suspension(date(2026, 12, 4), date(2026, 12, 20)), date(2026, 12, 4)),
    ],
)
def test_views_suspend_the_term(suspension: Suspension, decide: date) -> None:
    """The term stands still from the day after the notice until the day of the view."""
    found = _day(What.DECIDE, received=date(2026, 11, 6), suspensions=(suspension,))
    assert found == decide


def test_days_that_are_suspended_twice_count_once() -> None:
    """Clarification and views that overlap suspend each day once."""
    one = Suspension(date(2026, 11, 10), date(2026, 11, 20))
    two = Suspension(date(2026, 11, 12), date(2026, 11, 24))
    both = _day(What.DECIDE, received=date(2026, 11, 6), suspensions=(one, two))
    whole = Suspension(date(2026, 11, 10), date(2026, 11, 24))
    assert both == _day(What.DECIDE, received=date(2026, 11, 6), suspensions=(whole,))


def test_what_is_waited_for_makes_a_term_provisional() -> None:
    """While a view is waited for, the term is that of its last day, and may still be less."""
    waiting = Suspension(date(2026, 11, 10), date(2026, 11, 25), is_open=True)
    found = deciding(Course(CaseKind.WOO, date(2026, 11, 6), suspensions=(waiting,)))
    assert found is not None
    assert (found.is_provisional, found.day) == (True, date(2026, 12, 18))


@pytest.mark.parametrize(
    ("contested", "day"),
    [(False, date(2026, 12, 4)), (True, date(2026, 12, 18))],
)
def test_publication_waits_where_somebody_objects(contested: bool, day: date) -> None:
    """What is decided is published with the decision, or two weeks later when it is contested."""
    given = {"received": date(2026, 11, 6), "decided_on": date(2026, 12, 4)}
    assert _day(What.PUBLISH, **given, is_contested=contested) == day


@pytest.mark.parametrize(
    ("kind", "given", "day"),
    [
        (CaseKind.INQUIRY, {"due": date(2026, 12, 24)}, date(2026, 12, 24)),
        (CaseKind.OBJECTION, {"due": date(2026, 12, 5)}, date(2026, 12, 5)),
        (CaseKind.PARLIAMENT, {}, date(2026, 11, 28)),
        (CaseKind.ACCESS, {}, date(2026, 12, 7)),
        (CaseKind.ACCESS, {"extended_on": date(2026, 11, 20)}, date(2027, 2, 8)),
    ],
)
def test_other_kinds_have_their_own_terms(
    kind: CaseKind, given: dict[str, date], day: date
) -> None:
    """A committee's term is what it set; access has a month and two more; Parliament 3 weeks."""
    assert _day(What.DECIDE, kind=kind, received=date(2026, 11, 7), **given) == day


@pytest.mark.parametrize("kind", [CaseKind.INQUIRY, CaseKind.OBJECTION, CaseKind.INVESTIGATION])
def test_a_term_that_nobody_set_is_not_made_up(kind: CaseKind) -> None:
    """Without a term that was set, an inquiry, an objection and an investigation have none."""
    assert terms(Course(kind, date(2026, 11, 7))) == ()


@given(DAYS, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=4))
@settings(max_examples=150)
def test_suspending_never_shortens_a_term(received: date, spans: list[tuple[int, int]]) -> None:
    """Whatever is suspended, the term ends on a working day and never earlier than without."""
    held = tuple(
        Suspension(received + timedelta(days=after), received + timedelta(days=after + length))
        for after, length in spans
    )
    found = _day(What.DECIDE, received=received, suspensions=held)
    assert is_working_day(found)
    assert found >= _day(What.DECIDE, received=received)
    assert (found - received).days <= 28 + 6 + sum(length for _, length in spans)


def test_five_years() -> None:
    """Information is old when it was sent more than five years before the day."""
    assert is_old(date(2021, 11, 21), date(2026, 11, 22))
    assert not is_old(date(2021, 11, 22), date(2026, 11, 22))
    assert plus_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert plus_months(date(2026, 1, 31), 1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("held", "via"),
    [
        ([("minister", "2022-01-10", "")], Via.DIRECT),
        ([("minister", "2022-01-10", "2024-07-02")], Via.PRIME_MINISTER),
        ([("dg", "2018-01-01", "2022-01-09"), ("minister", "2022-01-10", "2024-07-02")],
         Via.PRIME_MINISTER),
        ([("dg", "2018-01-01", "")], Via.MINISTER),
        ([("dg", "2018-01-01", "2020-01-01")], Via.MINISTER),
        ([("minister", "2027-01-01", "")], Via.UNKNOWN),
        ([], Via.UNKNOWN),
    ],
)  # fmt: skip
def test_the_route_follows_from_functions(held: list[tuple[str, str, str]], via: Via) -> None:
    """Former ministers go through the Prime Minister, officials through the minister, none else."""
    functions = [
        Function(f"f{n}", "Jan  de Wit", code, code, True, since, until)
        for n, (code, since, until) in enumerate(held)
    ]
    (found,) = routes(["jan de wit"], functions, {"minister"}, date(2026, 11, 22))
    assert found.via is via
