"""What a measurement gives: rows of the table, and the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, ours, what it is held against, the ratio or figure, the goal.

    `met` is None where there is no goal, or where nothing could be measured.
    """

    what: str
    ours: str
    against: str
    figure: str
    goal: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement: its title, its rows, and what a reader must know to judge them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


_HEAD = ("measured", "ours", "against", "figure", "goal", "met")
_MET = {True: "yes", False: "**no**", None: ""}


def at_most(what: str, ours: str, against: str, value: float, goal: float | None = None) -> Row:
    """Make a row of a figure that should not be larger than its goal."""
    return _row(what, ours, against, value, "≤", goal, goal is None or value <= goal)


def at_least(what: str, ours: str, against: str, value: float, goal: float | None = None) -> Row:
    """Make a row of a figure that should not be smaller than its goal."""
    return _row(what, ours, against, value, "≥", goal, goal is None or value >= goal)


def missing(what: str, reason: str) -> Row:
    """Make a row of what could not be measured."""
    return Row(what, "", reason, "not measured")


def text(section: Section) -> str:
    """Write a section as Markdown."""
    rows = [_cells(row) for row in section.rows]
    shown = (table(_HEAD, rows),) if rows else ()
    return "\n\n".join((f"### {section.title}", *shown, *section.notes))


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write any table as Markdown."""
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _row(
    what: str, ours: str, against: str, value: float, sign: str, goal: float | None, met: bool
) -> Row:
    if goal is None:
        return Row(what, ours, against, f"{value:.2f}")
    return Row(what, ours, against, f"{value:.2f}", f"{sign} {goal:g}", met)


def _cells(row: Row) -> tuple[str, ...]:
    return row.what, row.ours, row.against, row.figure, row.goal, _MET[row.met]
