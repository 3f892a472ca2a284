"""Which mails may be one message and are left apart: what one thing speaks against.

Never taken silently and never left unsaid: each such pair is a proposal for an officer. Two things
against it are too many to propose anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from archiver.deduplicate.mails import MINUTE, MailCopy, compare

SEVERAL = "several-fit"
CROWD = 20
"""From so many messages with one content on, another time is no reason to ask."""
_DAY = 24 * 60 * MINUTE
_NEIGHBOURS = 8


class MailDoubt(Struct, frozen=True, gc=False):
    """Two copies that may be one message, and the one component that is against it."""

    copy: int
    other: int
    reason: str


def doubts(
    copies: Iterable[MailCopy], group_of: Callable[[int], object], *, ruled: Callable[..., bool]
) -> Iterator[MailDoubt]:
    """Give the pairs of copies of different groups that an officer should look at.

    Args:
        copies: Copies in canonical order.
        group_of: Says to which group a copy belongs.
        ruled: Whether an officer ruled that two copies are two messages.
    """
    buckets: dict[bytes, list[MailCopy]] = defaultdict(list)
    for one in copies:
        if one.content:
            buckets[one.content].append(one)
    told: set[frozenset[object]] = set()
    for bucket in buckets.values():
        bucket.sort(key=lambda one: (one.sent_at is None, one.sent_at or 0))
        crowded = len({group_of(one.copy) for one in bucket}) > CROWD
        for one, others in _pairs(bucket):
            found = [
                doubt
                for other in others
                if group_of(one.copy) != group_of(other.copy) and not ruled(one.copy, other.copy)
                if (doubt := _doubt(one, other)) and not (crowded and doubt.reason == "time")
            ]
            for doubt in sorted(found, key=lambda each: each.reason != SEVERAL)[:1]:
                pair = frozenset((group_of(doubt.copy), group_of(doubt.other)))
                if pair not in told:
                    told.add(pair)
                    yield doubt


def _pairs(bucket: Sequence[MailCopy]) -> Iterator[tuple[MailCopy, list[MailCopy]]]:
    """Give each copy with those to compare it with, the nearest in time first."""
    untimed = [one for one in bucket if one.sent_at is None][:_NEIGHBOURS]
    for number, one in enumerate(bucket):
        before = bucket[max(number - _NEIGHBOURS, 0) : number][::-1]
        if one.id:
            yield one, [other for other in before if other.id and _within(one, other, MINUTE)]
            continue
        beside = [*before, *bucket[number + 1 : number + 1 + _NEIGHBOURS]]
        close = [other for other in beside if _within(one, other, _DAY)]
        yield one, [*close, *(other for other in untimed if other not in close)]


def _within(one: MailCopy, other: MailCopy, most: int) -> bool:
    if one.sent_at is None or other.sent_at is None:
        return most == _DAY
    return abs(one.sent_at - other.sent_at) <= most


def _doubt(one: MailCopy, other: MailCopy) -> MailDoubt | None:
    likeness = compare(one, other)
    if likeness.rung == "composite":
        return MailDoubt(one.copy, other.copy, SEVERAL)
    if likeness.rung or len(likeness.against) != 1:
        return None
    return MailDoubt(one.copy, other.copy, likeness.against[0])
