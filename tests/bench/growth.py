"""An archive that grows to a million messages: does a message cost more when much is there?

Ten equal parts of many conversations over the same six years, so that every part writes all over
the catalogue. Each part is taken in by a process of its own. Because the machine may be busier at
one time than at another, a fixed piece of work is timed before and after each part, and the cost
of a message is also given in that measure.
"""

from __future__ import annotations

import time
from pathlib import Path
from shutil import rmtree

from tests.bench import corpus, floor, measure
from tests.bench.ingest import taken_in
from tests.bench.result import Section, at_most, table

PARTS = 10
CONVERSATIONS = 20
_GOAL = 1.2


def measured(work: Path, messages: int) -> Section:
    """Fill the archive `work`/large with so many messages, and compare the parts."""
    folder = work / "large"
    rmtree(folder, ignore_errors=True)
    measure.run(measure.ours("make", folder))
    count = messages // PARTS
    costs, units = [], []
    for part in range(PARTS):
        texts = work / f"part-{part}"
        files = corpus.write(texts, messages=count, conversations=CONVERSATIONS, seed=part)
        before = _unit(files[0])
        costs.append(taken_in(folder, "child", "whatsapp", *files).cpu)
        units.append(costs[-1] / (before + _unit(files[0])) * 2)
        rmtree(texts)
    first, last = min(units[:2]), min(units[-2:])
    rows = (
        at_most(
            f"cost a message, last parts ÷ first parts (after {messages:,} ÷ {count:,})",
            f"{min(costs[-2:]) / count * 1e6:.1f} µs",
            f"{min(costs[:2]) / count * 1e6:.1f} µs",
            last / first,
            _GOAL,
        ),
    )
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / messages
    return Section(
        f"An archive growing to {messages:,} messages in {PARTS * CONVERSATIONS} conversations",
        rows,
        (_course(costs, units, count), f"The archive takes {size:.0f} bytes a message on disk."),
    )


def _course(costs: list[float], units: list[float], count: int) -> str:
    rows = (
        (f"{(part + 1) * count:,}", f"{cost / count * 1e6:.1f}", f"{unit / units[0]:.2f}")
        for part, (cost, unit) in enumerate(zip(costs, units, strict=True))
    )
    return table(("messages in the archive", "CPU µs a message", "in units of the floor"), rows)


def _unit(file: Path) -> float:
    """Time a fixed piece of work."""
    start = time.process_time()
    for _ in range(8):
        floor.headers(file)
    return time.process_time() - start
