"""Answer what a delivery asks by another export of the same conversation.

The question is in which order a chat text writes day and month. Where another export does not
answer it, it stays with the officer.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.pipeline.bench import Answers, Bench
from archiver.pipeline.outcome import Outcome
from archiver.store.catalogue import deliveries

DATE_ORDER = "E-W001"


def answer_by_others(bench: Bench) -> Iterator[Outcome]:
    """Answer the questions on date order that another export answers; yield what came of it."""
    asking = deliveries.asking(bench.scribe.archive.catalogue.connection, DATE_ORDER)
    if not asking:
        return
    from archiver.pipeline.date_order import order_by_others
    from archiver.pipeline.resume import answer

    for row in asking:
        order = order_by_others(bench, row["public"])
        if order:
            yield answer(bench, row["public"], Answers(date_order=order), why="other-export")
