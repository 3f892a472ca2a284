"""Join repeats that follow one another as the copies do that they meet."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.deduplicate.candidates import Met
from archiver.deduplicate.ladder import chat_decision, chat_rule
from archiver.model import Decision, Repeats, Span


def join(repeats: Repeats, met: Sequence[Met]) -> tuple[list[Span], dict[int, Decision]]:
    """Give the spans of items that say what a copy says, and what is decided on the others.

    Items come in the order of their numbers. An item apart is new, or says in other words what
    its record says.
    """
    if straight := _straight(repeats, met):
        return [straight], {}
    spans: list[Span] = []
    apart: dict[int, Decision] = {}
    first = beyond = copy_shift = item_shift = home = 0
    native = repeats.native
    for number, said, found in zip(repeats.numbers, repeats.said, met, strict=True):
        if found is None or found[3] != said:
            apart[number] = chat_decision(found, native=native)
            continue
        _, _, copy, _, delivery, item = found
        if (
            number == beyond
            and copy - number == copy_shift
            and item - number == item_shift
            and delivery == home
        ):
            beyond += 1
            continue
        if beyond > first:
            spans.append(_span(first, beyond, copy_shift, home, item_shift, native=native))
        first, beyond, home = number, number + 1, delivery
        copy_shift, item_shift = copy - number, item - number
    if beyond > first:
        spans.append(_span(first, beyond, copy_shift, home, item_shift, native=native))
    return spans, apart


def _straight(repeats: Repeats, met: Sequence[Met]) -> Span | None:
    """Give the one span of all items where they follow one another as what they meet does."""
    if not met or not all(met):
        return None
    _, _, copies, said, deliveries, items = zip(*met, strict=True)
    count, first = len(met), repeats.numbers[0]
    if not (
        list(said) == repeats.said
        and repeats.numbers == [*range(first, first + count)]
        and copies == (*range(copies[0], copies[0] + count),)
        and items == (*range(items[0], items[0] + count),)
        and deliveries.count(deliveries[0]) == count
    ):
        return None
    shifts = copies[0] - first, deliveries[0], items[0] - first
    return _span(first, first + count, *shifts, native=repeats.native)


def _span(
    first: int, beyond: int, copy_shift: int, home: int, item_shift: int, *, native: bool
) -> Span:
    copy, item = first + copy_shift, first + item_shift
    return Span(first, beyond - 1, copy, home, item, *chat_rule(native=native))
