"""What the whole ingest of a chat text spends its processor time on."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree

from tests.bench import measure
from tests.bench.ingest import written
from tests.bench.result import Section, table

_LEAST = 0.005


def measured(work: Path, messages: int) -> Section:
    """Sample one ingest of a chat text in one process."""
    found = sampled(work, "whatsapp", written(work, messages))
    return Section(f"Where the time of an ingest of {messages:,} messages goes", (), (found,))


def sampled(work: Path, service: str, file: Path) -> str:
    """Sample one ingest in one process; give the table of its parts."""
    folder = work / "sampled"
    rmtree(folder, ignore_errors=True)
    measure.run(measure.ours("make", folder))
    said = json.loads(measure.run(measure.ours("breakdown", folder, service, file)).output)
    spent: dict[str, float] = said["parts"]
    whole = sum(spent.values())
    named = sorted(spent.items(), key=lambda each: -each[1])
    shown = [(name, each) for name, each in named if each >= whole * _LEAST]
    rest = whole - sum(each for _, each in shown)
    rows = (
        (name, f"{each / said['read'] * 1e6:.2f}", f"{each / whole:.1%}")
        for name, each in (*shown, ("all the rest", rest), ("sum", whole))
    )
    return table(("part", "CPU µs a message", "share"), rows)
