"""Write decisions down as runs: most deliveries are a few lines, whatever their length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archiver.model import NEW, Decision, Verdict

Homes = Mapping[int, tuple[str, int]]
"""Record → (delivery that first showed it, its item there)."""


class Runs:
    """Joins the decisions of consecutive items into verdicts, in the order of the items."""

    def __init__(self) -> None:
        self._current: Verdict | None = None

    def add(self, first: int, decisions: Sequence[Decision], homes: Homes) -> Iterator[Verdict]:
        """Take the decisions of items `first` and following; yield the runs that ended."""
        if decisions and all(decision is NEW for decision in decisions):
            yield from self._append(Verdict(first, first + len(decisions) - 1))
            return
        for item, decision in enumerate(decisions, first):
            delivery, there = homes[decision.record] if decision.record else ("", 0)
            yield from self._append(
                Verdict(item, item, delivery, there, decision.level, decision.rule)
            )

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


def _continues(run: Verdict, part: Verdict) -> bool:
    return (
        part.first == run.last + 1
        and (part.record, part.rule, part.level) == (run.record, run.rule, run.level)
        and (not run.record or part.item == run.item + part.first - run.first)
    )
