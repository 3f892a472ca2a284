"""An export made again: nearly all of it is known, and that must cost little.

The floor is what cannot be left out: parsing the file and computing the key of each item. The same
export is taken in again into an archive that has nothing else, and into one that has a million
messages of other conversations.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from shutil import copytree, rmtree
from statistics import median

from tests.bench import growth, measure
from tests.bench.ingest import in_turns, taken_in, written
from tests.bench.measure import Cost
from tests.bench.result import Row, Section, at_most

_NEW = 100
"""One message of so many is new in the later export."""
_TURNS = 5
_FLOOR_GOAL, _LARGE_GOAL = 2.3, 1.2
_ALONE = "CPU ÷ parsing it and computing its keys"


def measured(work: Path, messages: int, others: int) -> Section:
    """Measure an export of so many messages, one in a hundred of them new."""
    later = written(work, messages)
    earlier = _beginning(later, messages - messages // _NEW)
    first, beside = _alone(work, earlier), _beside(work, earlier, others)
    turns = in_turns(
        {
            "keys": partial(measure.run, measure.ours("keys", later)),
            "own": partial(_again, first, work / "again", "own", later, messages),
            "child": partial(_again, first, work / "again", "child", later, messages),
            "beside": partial(_again, beside, work / "again", "child", later, messages),
        },
        _TURNS,
    )
    floor = [float(json.loads(cost.output)["cpu"]) for cost in turns["keys"]]
    own, two, more = ([c.cpu for c in turns[name]] for name in ("own", "child", "beside"))
    return Section(
        f"An export of {messages:,} messages made again, one in {_NEW} new",
        (
            _row(f"{_ALONE}, one process", own, floor, messages, _FLOOR_GOAL),
            _row(f"{_ALONE}, two processes", two, floor, messages, _FLOOR_GOAL),
            _row(
                f"CPU into an archive with {others:,} other messages ÷ with none",
                more,
                two,
                messages,
                _LARGE_GOAL,
            ),
        ),
        (
            "Ours are whole commands, from the start to the end of the program; what is parsed"
            f" alone counts from the start of parsing. All take turns, {_TURNS} each; a figure is"
            " the median of the ratios within a turn, since a machine that is slow for minutes is"
            f" slow for all of a turn. These were {_shown('with one process', own, floor)},"
            f" {_shown('with two', two, floor)}, {_shown('beside others', more, two)}.",
        ),
    )


def _row(
    what: str, ours: Sequence[float], against: Sequence[float], messages: int, goal: float
) -> Row:
    each = [f"{median(seconds) / messages * 1e6:.1f} µs" for seconds in (ours, against)]
    return at_most(what, each[0], each[1], median(_ratios(ours, against)), goal)


def _ratios(ours: Sequence[float], against: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(ours, against, strict=True)]


def _shown(what: str, ours: Sequence[float], against: Sequence[float]) -> str:
    return f"{what} {' '.join(f'{ratio:.2f}' for ratio in _ratios(ours, against))}"


def _beginning(path: Path, messages: int) -> Path:
    """Write the first messages of an export as an earlier export of the same name."""
    earlier = path.parent / "earlier" / path.name
    earlier.parent.mkdir(exist_ok=True)
    seen = 0
    with path.open(encoding="utf-8") as source, earlier.open("w", encoding="utf-8") as target:
        for line in islice(source, None):
            seen += _begins(line)
            if seen > messages:
                break
            target.write(line)
    return earlier


def _begins(line: str) -> bool:
    return line[:1].isdigit() and line[2:3] == "-" and " - " in line[:20]


def _alone(work: Path, earlier: Path) -> Path:
    """Give an archive that has the earlier export, and nothing else."""
    folder = work / "first"
    rmtree(folder, ignore_errors=True)
    measure.run(measure.ours("make", folder))
    taken_in(folder, "child", "whatsapp", earlier)
    return folder


def _beside(work: Path, earlier: Path, others: int) -> Path:
    """Give an archive that has it beside so many messages of other conversations."""
    if not (work / "large").exists():
        growth.measured(work, others)
    folder = work / "beside"
    rmtree(folder, ignore_errors=True)
    copytree(work / "large", folder)
    taken_in(folder, "child", "whatsapp", earlier)
    return folder


def _again(first: Path, folder: Path, reader: str, later: Path, messages: int) -> Cost:
    """Take the later export into a copy of the archive that has the earlier one.

    Raises:
        CommandFailed: Its balance is not right.
    """
    rmtree(folder, ignore_errors=True)
    copytree(first, folder)
    cost = taken_in(folder, reader, "whatsapp", later)
    said = json.loads(cost.output)
    if said["new"] > messages // _NEW * 2:
        raise measure.CommandFailed(f"not the same export: {said}")
    return cost
