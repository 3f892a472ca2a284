"""Propose what was destroyed before and was handed in again, on the ground of that destruction.

What the same account handed in again was left out of the archive and goes by its place in the
delivery. What another account has of it is a record like any other: it is judged by itself, so that
only a selection list can let it go here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from archiver.store.catalogue.connection import Connection
from retention import lines, tables_targets
from retention.judge import ACCOUNT, Judge, Reason
from retention.proposal import Ground, Line, Refused, ranges
from retention.returned import Item, Returned
from retention.tables_targets import Whole


def again(
    connection: Connection, back: Sequence[Returned], deliveries: Collection[str], judge: Judge
) -> tuple[list[Line], list[Refused]]:
    """Give what goes of what returned, and of what looks like it, and what stays with the reason.

    Only in these deliveries, in any when none is named.

    Raises:
        NoSuchThing: A delivery that was named is not there.
    """
    for public in deliveries:
        lines.existing(connection, public)
    goes: list[Line] = []
    refused: list[Refused] = []
    for one in back:
        _returned(lines.existing(connection, one.delivery), one, judge, goes, refused)
    places = tables_targets.places(connection, tables_targets.alike(connection, deliveries))
    if judge.ground is Ground.SELECTION_LIST:
        more, others = lines.of_places(connection, places, judge)
        return goes + more, refused + others
    reasons = {place.copy: Reason(ACCOUNT) for place in places}
    return goes, refused + lines.refusals(connection, places, reasons)


def _returned(
    whole: Whole, back: Returned, judge: Judge, goes: list[Line], refused: list[Refused]
) -> None:
    against = judge.returned(whole, back.items)
    stays: dict[Reason, list[Item]] = defaultdict(list)
    together: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in back.items:
        if (reason := against.get(item.number)) is not None:
            stays[reason].append(item)
        else:
            together[item.proposals].append(item)
    is_whole = back.is_all and not stays
    goes += [_line(whole, before, items, is_whole) for before, items in together.items()]
    refused += [
        Refused(whole.delivery, reason.code, _numbers(items), len(items), reason.by)
        for reason, items in stays.items()
    ]


def _line(whole: Whole, before: tuple[str, ...], items: Sequence[Item], is_whole: bool) -> Line:
    times = [item.sent_at for item in items if item.sent_at is not None]
    return Line(
        delivery=whole.delivery,
        account=whole.account,
        service=whole.service,
        items=() if is_whole else _numbers(items),
        count=len(items),
        since=min(times, default=None),
        until=max(times, default=None),
        before=before,
    )


def _numbers(items: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    return ranges(item.number for item in items)
