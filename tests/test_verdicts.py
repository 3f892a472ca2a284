"""Decisions are written down as runs, and a rebuild reads the same decisions back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.deduplicate import Runs
from archiver.model import NEW, Decision, Verdict

HOMES = {record: ("dhome", record) for record in range(1, 40)}


def _verdicts(*batches: list[Decision]) -> list[Verdict]:
    runs, found, first = Runs(), [], 1
    for batch in batches:
        found += runs.add(first, batch, HOMES)
        first += len(batch)
    return [*found, *runs.close()]


def test_a_delivery_that_is_all_new_is_one_line() -> None:
    """Whatever its length, a delivery without anything known is one verdict."""
    assert _verdicts([NEW] * 300, [NEW] * 300) == [Verdict(1, 600)]


def test_a_run_of_known_items_is_one_line() -> None:
    """Items that meet the items of another delivery in order are one verdict."""
    known = [Decision(n, 3, "chat-3/1") for n in (4, 5, 6)]
    assert _verdicts([NEW, *known, NEW]) == [
        Verdict(1, 1), Verdict(2, 4, "dhome", 4, 3, "chat-3/1"), Verdict(5, 5)
    ]  # fmt: skip


def test_nothing_gives_no_verdict() -> None:
    """A delivery without items has no verdicts."""
    assert _verdicts([]) == []


_DECISIONS = st.lists(
    st.one_of(
        st.just(NEW),
        st.builds(
            Decision,
            record=st.integers(1, 39),
            level=st.just(3),
            rule=st.sampled_from(["chat-3/1", "same-file/1"]),
        ),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_DECISIONS, max_size=3))
def test_verdicts_say_what_was_decided(batches: list[list[Decision]]) -> None:
    """Read back item by item, the verdicts give every decision, without gap or overlap."""
    decisions = [decision for batch in batches for decision in batch]
    read = []
    for verdict in _verdicts(*batches):
        assert verdict.first == len(read) + 1
        for n in range(verdict.last - verdict.first + 1):
            record = verdict.item + n if verdict.record else 0
            read.append(Decision(record, verdict.level, verdict.rule))
    assert read == decisions
