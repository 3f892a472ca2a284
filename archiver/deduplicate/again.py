"""Match what several exports of one phone have of the same moment: the same clock, the same names.

What is equal was matched when it came (level 3). What is left of a moment on both sides is one
message that one export shows otherwise: edited since, deleted, or with its media left out. A phone
keeps the time of a message, so the moment must be the same; and there must be one candidate only.
Where the source has identifiers of its own they decide, and two of them are never one message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from archiver.deduplicate.ladder import is_named
from archiver.deduplicate.likeness import Matching, form
from archiver.deduplicate.links import Link, Proposal
from archiver.model import Utterance

_AGREES = ("author", "time", "order")


def match_again(
    left: Sequence[Utterance], right: Sequence[Utterance], matching: Matching
) -> Iterator[Link | Proposal]:
    """Give the links between two exports of one phone, each without what the other has too."""
    named = list(_by_identifier(left, right, matching))
    yield from named
    linked = {copy for link in named for copy in (link.left, link.right)}
    there = _moments(one for one in right if one.copy not in linked)
    for moment, ours in _moments(one for one in left if one.copy not in linked).items():
        theirs = there.get(moment, [])
        if all(one.native for one in (*ours, *theirs)):
            continue
        if len(ours) == len(theirs):
            for one, other in zip(ours, theirs, strict=True):
                how, agrees = _how(one, other, matching)
                yield Link(one.copy, other.copy, how, 0, 900, agrees)
        else:
            for one in ours:
                for other in theirs:
                    yield Proposal(
                        *(one.copy, other.copy, "inferred", 0, 500, _AGREES[:2], "several-fit")
                    )


def _by_identifier(
    left: Sequence[Utterance], right: Sequence[Utterance], matching: Matching
) -> Iterator[Link]:
    """Link what has one identifier and one time, and not two senders."""
    known: dict[tuple[bytes, int | None], list[Utterance]] = defaultdict(list)
    for one in left:
        if one.native and one.sent_at is not None:
            known[one.native, one.sent_at].append(one)
    for other in right:
        there = known.get((other.native, other.sent_at), [])
        found = next((one for one in there if _may_be_one_sender(one, other)), None)
        if found is not None:
            there.remove(found)
            how, agrees = _how(found, other, matching)
            unsaid = {"order"} if found.author == other.author else {"order", "author"}
            agrees = ("identifier", *(each for each in agrees if each not in unsaid))
            yield Link(found.copy, other.copy, how, 0, 950, agrees)


def _may_be_one_sender(one: Utterance, other: Utterance) -> bool:
    return one.author == other.author or is_named(one.author) != is_named(other.author)


def _moments(side: Iterable[Utterance]) -> dict[tuple[int, str, bool], list[Utterance]]:
    found: dict[tuple[int, str, bool], list[Utterance]] = defaultdict(list)
    for one in side:
        if one.sent_at is not None and not one.ambiguous:
            found[one.sent_at, one.author, one.event].append(one)
    return found


def _how(one: Utterance, other: Utterance, matching: Matching) -> tuple[str, tuple[str, ...]]:
    if form(one, matching) == form(other, matching):
        return "exact", ("text", *_AGREES)
    if (one.type == "deleted") != (other.type == "deleted"):
        return "deleted-in-one", _AGREES
    if one.media or other.media or "media" in one.marks + other.marks:
        return "media-missing", _AGREES
    return "edited", (*_AGREES, "-text")
