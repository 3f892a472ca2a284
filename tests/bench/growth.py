"""An archive that grows to a million messages: does a message cost more when much is there?

Ten equal parts of many conversations over the same six years, so that every part writes all over
the catalogue. Each part is taken in by a process of its own.
"""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

from tests.bench import corpus, measure
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
    costs = []
    for part in range(PARTS):
        texts = work / f"part-{part}"
        files = corpus.write(texts, messages=count, conversations=CONVERSATIONS, seed=part)
        costs.append(taken_in(folder, "child", "whatsapp", *files).cpu / count * 1e6)
        rmtree(texts)
    first, last = min(costs[:2]), min(costs[-2:])
    rows = (
        at_most(
            "CPU a message, the better of the last two tenths ÷ of the first two",
            f"{last:.1f} µs",
            f"{first:.1f} µs",
            last / first,
            _GOAL,
        ),
    )
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / messages
    return Section(
        f"An archive growing to {messages:,} messages in {PARTS * CONVERSATIONS} conversations",
        rows,
        (_course(costs, count), f"The archive takes {size:.0f} bytes a message on disk."),
    )


def _course(costs: list[float], count: int) -> str:
    rows = ((f"{number * count:,}", f"{cost:.1f}") for number, cost in enumerate(costs, 1))
    return table(("messages in the archive", "CPU µs a message"), rows)
