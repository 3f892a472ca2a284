"""Find what a strand has again: spans of items that hold its copies one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from archiver.deduplicate import ladder
from archiver.deduplicate.candidates import Candidates, Met
from archiver.deduplicate.ladder import Threads, chat_decision, chat_rule
from archiver.model import Beside, Decision, Repeats, Span


class Known(ladder.Known, Protocol):
    """What the archive knows already, and whether a strand goes on as it did."""

    def in_step(self, strand: int, repeats: Repeats) -> tuple[int, int, int, int] | None:
        """Give the first copy, its name, and the last record, where a strand has just these items.

        None where what it has next at their times is anything else, in whatever respect.
        """
        ...


class Joined(NamedTuple):
    """What became of repeats of one strand.

    `spans` say what copies of the strand say, `apart` are decided one by one: new, or in other
    words than their record. `beside` is what the items in spans have besides their words, `highest`
    the last record they met.
    """

    strand: int
    spans: list[Span]
    apart: dict[int, Decision]
    beside: list[Beside]
    highest: int


def joined(known: Known, threads: Threads, repeats: Sequence[Repeats]) -> Iterator[Joined]:
    """Find again what seems to be known; an export made again mostly goes where it went before."""
    for strand, parts in _by_strand(threads, repeats).items():
        if strand and len(parts) == 1 and (stretch := known.in_step(strand, parts[0])):
            yield _straight(strand, parts[0], *stretch)
            continue
        times = {time for part in parts for time in part.times}
        candidates = Candidates(known.in_strand(strand, times) if strand else ())
        for part in parts:
            yield _apart(strand, part, candidates.take_all(part))


def _by_strand(threads: Threads, repeats: Sequence[Repeats]) -> dict[int, list[Repeats]]:
    found: dict[int, list[Repeats]] = {}
    for one in repeats:
        strand = threads.find(one.thread)
        found.setdefault(strand[0] if strand else 0, []).append(one)
    return found


def _straight(
    strand: int, repeats: Repeats, copy: int, home: int, item: int, highest: int
) -> Joined:
    first, last = repeats.numbers[0], repeats.numbers[-1]
    span = Span(first, last, copy, home, item, *chat_rule(native=repeats.native))
    return Joined(strand, [span], {}, repeats.beside, highest)


def _apart(strand: int, repeats: Repeats, met: Sequence[Met]) -> Joined:
    spans, apart = _join(repeats, met)
    beside = [one for one in repeats.beside if one.number not in apart]
    highest = max([one[1] for one in met if one is not None], default=0)
    return Joined(strand, spans, apart, beside, highest)


def _join(repeats: Repeats, met: Sequence[Met]) -> tuple[list[Span], dict[int, Decision]]:
    """Give the spans of items that say what a copy says, and what is decided on the others.

    Items come in the order of their numbers. An item apart is new, or says in other words what
    its record says.
    """
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


def _span(
    first: int, beyond: int, copy_shift: int, home: int, item_shift: int, *, native: bool
) -> Span:
    copy, item = first + copy_shift, first + item_shift
    return Span(first, beyond - 1, copy, home, item, *chat_rule(native=native))
