"""What stands around hits: messages before and after in the conversation, and what is replied to.

Each conversation is walked once, however many hits it has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable

from archiver.cases import tables_replies as tables
from archiver.cases.replies import answered
from archiver.store.catalogue.connection import Connection


def surroundings(
    connection: Connection, hits: Collection[int], around: int, *, sealed: bool
) -> set[int]:
    """Give the records that travel with these, without them, by their private keys.

    So many `around` each, before and after; and what any of all these replies to, what that replies
    to, and so on, by the identifiers of the source. Without `sealed` only what is open.
    """
    known = set(hits)
    if around:
        known |= _beside(connection, hits, around, sealed=sealed)
    fresh = known
    while fresh:
        fresh = _asked(connection, fresh, sealed=sealed) - known
        known |= fresh
    return known - set(hits)


def _beside(connection: Connection, hits: Iterable[int], around: int, *, sealed: bool) -> set[int]:
    by_conversation: dict[int, list[int]] = defaultdict(list)
    for record, conversation in tables.conversations(connection, hits).items():
        by_conversation[conversation].append(record)
    found: set[int] = set()
    for conversation, records in by_conversation.items():
        order = tables.in_order(connection, conversation, sealed=sealed)
        for record in records:
            at = bisect_left(order, record)
            found.update(order[max(0, at - around) : at + around + 1])
    return found


def _asked(connection: Connection, records: Iterable[int], *, sealed: bool) -> set[int]:
    """Give what these reply to."""
    return set().union(*answered(connection, records, sealed=sealed).values())
