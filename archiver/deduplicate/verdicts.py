"""Write decisions down as runs: most deliveries are a few lines, whatever their length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archiver.model import NEW, Decision, Verdict

Homes = Mapping[int, tuple[str, int]]
"""Record → (delivery that first showed it, its item there)."""


class Runs:
    """Joins the decisions of consecutive items into verdicts, in the order of the items."""

    def __init__(self) -> None:
        self._current: Verdict | None = None

    def add(self, first: int, decisions: Sequence[Decision], homes: Homes) -> Iterator[Verdict]:
        """Take the decisions of items `first` and following; yield the runs that ended."""
        yield from self.put(runs(enumerate(decisions, first), homes))

    def put(self, parts: Iterable[Verdict]) -> Iterator[Verdict]:
        """Take runs in the order of the items; yield those that ended."""
        for part in parts:
            yield from self._append(part)

    def close(self) -> Iterator[Verdict]:
        """Yield the last run."""
        if self._current is not None:
            yield self._current
            self._current = None

    def _append(self, part: Verdict) -> Iterator[Verdict]:
        run = self._current
        if run is not None and _continues(run, part):
            part = Verdict(run.first, part.last, run.record, run.item, run.level, run.rule)
        elif run is not None:
            yield run
        self._current = part


def runs(decided: Iterable[tuple[int, Decision]], homes: Homes) -> Iterator[Verdict]:
    """Join decisions, given with their items, where one goes on as the one before."""
    first = beyond = there = 0
    home, before = "", NEW
    for item, decision in decided:
        where = homes[decision.record] if decision.record else ("", 0)
        if (
            item == beyond
            and where[0] == home
            and (not home or where[1] - there == item - first)
            and decision.rule == before.rule
            and decision.level == before.level
        ):
            beyond += 1
            continue
        if beyond > first:
            yield Verdict(first, beyond - 1, home, there, before.level, before.rule)
        first, beyond, before = item, item + 1, decision
        home, there = where
    if beyond > first:
        yield Verdict(first, beyond - 1, home, there, before.level, before.rule)


def _continues(run: Verdict, part: Verdict) -> bool:
    return (
        part.first == run.last + 1
        and (part.record, part.rule, part.level) == (run.record, run.rule, run.level)
        and (not run.record or part.item == run.item + part.first - run.first)
    )
