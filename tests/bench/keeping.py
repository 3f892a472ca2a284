"""Appraising and holding a million messages, in the archive that `growth` filled.

The account's owner is registered as director-general and as director, so that terms run from the
message and from the end of a function and are compared.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from retention import appraise, hold
from retention.calendar import calendar
from retention.scope import Scope
from retention.selection_list import load
from tests.bench import measure, place
from tests.bench.result import Row, Section, at_most

_GOALS = {
    "appraise all": 60.0,
    "appraise all again, nothing new": 60.0,
    "place a hold over all": 5.0,
    "place a hold over what a search finds": 5.0,
    "find what is due": 10.0,
    "calendar": 10.0,
}


def measured(work: Path, messages: int) -> Section:
    """Appraise and hold everything in the archive at `work`/large."""
    done = json.loads(measure.run(measure.ours("retention", work / "large")).output)
    return Section(
        f"Retention of {messages:,} messages",
        tuple(_row(what, done[what]) for what in _GOALS),
        ("Processor time of the whole operation, its events included.",),
    )


def job(folder: str) -> dict[str, object]:
    """Appraise and hold; give the processor seconds of each and what came out."""
    from archiver.register import functions

    lists = load(functions=functions.kinds()).counting(examples=True)
    with place.at_work(Path(folder), "own") as bench:
        scribe = bench.scribe
        for code in ("dg", "directeur"):
            functions.add(
                scribe, person="Joris Haverkamp", code=code, since="2000-01-01", until="2025-12-31"
            )

        # Taken after the first write, which opens the catalogue anew.
        connection = scribe.archive.catalogue.connection

        def valued() -> object:
            return appraise.appraise(scribe, lists, "Europe/Amsterdam").totals

        def held(scope: Scope) -> str:
            return hold.place(scribe, hold.Kind.AUDIT, scope).kind

        actions: dict[str, Callable[[], object]] = {
            "appraise all": valued,
            "appraise all again, nothing new": valued,
            "place a hold over all": lambda: held(Scope(persons=("Joris Haverkamp",))),
            "place a hold over what a search finds": lambda: held(Scope(query="de OF het")),
            "find what is due": lambda: sum(1 for _ in appraise.due(connection, 1 << 60)),
            "calendar": lambda: len(calendar(connection)),
        }
        return {what: _timed(action) for what, action in actions.items()}


def _timed(action: Callable[[], object]) -> tuple[float, str]:
    start = time.process_time()
    result = action()
    return time.process_time() - start, str(result)


def _row(what: str, found: tuple[float, str]) -> Row:
    seconds, result = found
    return at_most(f"CPU s, {what}", f"{seconds:.2f} s", result, seconds, _GOALS[what])
