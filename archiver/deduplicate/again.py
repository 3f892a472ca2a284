"""Match what several exports of one phone have of the same moment: the same clock, the same names.

What is equal was matched when it came (level 3). What is left of a moment on both sides is one
message that one export shows otherwise: edited since, deleted, or with its media left out. A phone
keeps the time of a message, so the moment must be the same; and there must be one candidate only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from archiver.deduplicate.likeness import Matching, form
from archiver.deduplicate.links import Link, Proposal
from archiver.model import Utterance

_AGREES = ("author", "time", "order")


def match_again(
    left: Sequence[Utterance], right: Sequence[Utterance], matching: Matching
) -> Iterator[Link | Proposal]:
    """Give the links between two exports of one phone, each without what the other has too."""
    there = _moments(right)
    for moment, ours in _moments(left).items():
        theirs = there.get(moment, [])
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


def _moments(side: Sequence[Utterance]) -> dict[tuple[int, str, bool], list[Utterance]]:
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
