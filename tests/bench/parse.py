"""Parsing alone, against the least that reading a chat text can cost."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench import measure
from tests.bench.ingest import written
from tests.bench.result import Section, at_least

_GOAL = 0.25


def measured(work: Path, messages: int) -> Section:
    """Parse one text and read it with the floor, in turns within one process."""
    said = json.loads(measure.run(measure.ours("parse", written(work, messages))).output)
    ours, floor = (said[name] / messages * 1e6 for name in ("parse", "floor"))
    row = at_least(
        "floor ÷ survey and parse (CPU)",
        f"{ours:.2f} µs a message",
        f"line loop + one regular expression: {floor:.2f} µs",
        floor / ours,
        _GOAL,
    )
    return Section(f"Parsing a chat text of {messages:,} messages, and nothing after it", (row,))
