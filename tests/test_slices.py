"""Slices: how a conversation is cut into documents, and that their numbers stand still."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cases.replies import beginnings
from archiver.produce.numbering import Known
from archiver.produce.slices import HOUR, Numbering, Piece, Slice, Unit, slices

START = int(datetime(2024, 3, 30, 22, 0, tzinfo=UTC).timestamp() * 1000)
NUMBERING = Numbering(b"k" * 32, "z1")


def piece(number: int, hours: float | None, talk: str = "a", parent: int | None = None) -> Piece:
    """Give a piece so many hours after the start."""
    at = None if hours is None else START + int(hours * HOUR)
    return Piece(number, f"d.{number}", talk, at, parent)


def records(cut: list[Slice]) -> list[tuple[int, ...]]:
    """Give the records of each slice."""
    return [one.records for one in cut]


def test_a_day_is_one_in_the_netherlands() -> None:
    """Midnight is that of Amsterdam, also in the night in which summer time begins."""
    day = [piece(1, 0.9), piece(2, 1.1), piece(3, 23.9), piece(4, 24.1)]
    assert records(slices(day, Unit.DAY, NUMBERING)) == [(1,), (2, 3), (4,)]


def test_a_silence_ends_a_slice() -> None:
    """A slice goes on until nobody said anything for longer than the gap."""
    talk = [piece(1, 0), piece(2, 4), piece(3, 8.5), piece(4, None)]
    assert records(slices(talk, Unit.SILENCE, NUMBERING)) == [(1, 2), (3,), (4,)]
    assert records(slices(talk, Unit.SILENCE, NUMBERING, gap=5 * HOUR)) == [(1, 2, 3), (4,)]


def test_messages_and_conversations() -> None:
    """A message is a slice by itself, and so is a whole conversation; two are never mixed."""
    talk = [piece(1, 0), piece(2, 1, "b"), piece(3, 2)]
    assert records(slices(talk, Unit.MESSAGE, NUMBERING)) == [(1,), (2,), (3,)]
    whole = slices(talk, Unit.CONVERSATION, NUMBERING)
    assert records(whole) == [(1, 3), (2,)]
    assert [(one.family, one.thread) for one in whole] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("unit", [Unit.MESSAGE, Unit.DAY, Unit.SILENCE])
def test_a_reply_stands_with_what_it_answers(unit: Unit) -> None:
    """An answer of the next day, and the answer to that, are in the slice of the question."""
    talk = [piece(1, 0), piece(2, 30), piece(3, 31, parent=1), piece(4, 60, parent=3)]
    assert (1, 3, 4) in records(slices(talk, unit, NUMBERING))


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.SILENCE, Unit.CONVERSATION])
def test_a_reply_of_another_thread_stands_with_what_it_answers(unit: Unit) -> None:
    """A reply whose own thread or clock says otherwise is in the conversation of its question."""
    mails = [piece(1, 40, "a"), piece(2, 60, "b", parent=1), piece(3, 2, "c", parent=2)]
    cut = slices(mails, unit, NUMBERING)
    assert records(cut) == [(3, 1, 2)]
    assert (cut[0].conversation, cut[0].thread) == ("a", 1)


def test_messages_that_answer_each_other_are_one_slice() -> None:
    """A circle of replies, and one that answers itself, are each shown once."""
    talk = [piece(1, 0, parent=3), piece(2, 30, parent=1), piece(3, 60, parent=2)]
    cut = slices([*talk, piece(4, 90, parent=4)], Unit.DAY, NUMBERING)
    assert records(cut) == [(1, 2, 3), (4,)]


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
def test_whatever_answers_whatever_every_reply_begins_where_its_question_does(
    above: dict[int, int],
) -> None:
    """Lines, forks and circles of replies each have one beginning."""
    found = beginnings(above)
    assert found.keys() == above.keys()
    assert all(found[record] == found.get(parent, parent) for record, parent in above.items())


def test_a_number_is_letters_and_digits_that_no_spreadsheet_changes() -> None:
    """It begins with a letter and holds no sign at which the platform cuts a file's name."""
    for number in range(200):
        found = NUMBERING.number(Unit.DAY, f"d.{number}")
        assert re.fullmatch(r"g[a-z2-7]{11}", found)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 200), min_size=1, max_size=30, unique=True),
    st.lists(st.integers(0, 200), max_size=30, unique=True),
    st.sampled_from(list(Unit)),
)
def test_a_longer_export_keeps_the_numbers(first: list[int], more: list[int], unit: Unit) -> None:
    """What was produced keeps its number when more comes in, before, between and after it."""
    before = slices([piece(one, one) for one in first], unit, NUMBERING)
    known = {one.named: one.number for one in before}
    shown = tuple(Known(one.number, (one.named, *one.records)) for one in before)
    numbering = Numbering(b"k" * 32, "z1", (shown,))
    after = slices([piece(one, one) for one in {*first, *more}], unit, numbering)
    numbers = {record: one.number for one in after for record in one.records}
    assert len({one.number for one in after}) == len(after)
    if unit is not Unit.SILENCE:  # Two stretches may become one; it keeps the first one's number.
        assert all(numbers[one.named] == one.number for one in before)
    else:
        assert all(numbers[one.named] in known.values() for one in before)


def test_another_case_has_other_numbers() -> None:
    """The same message has another number in another case, for it may be shown otherwise there."""
    other = Numbering(b"k" * 32, "z2")
    assert other.number(Unit.DAY, "d.1") != NUMBERING.number(Unit.DAY, "d.1")
