"""Align two strands of one conversation: which copy here is which copy there (level 4).

A text export has no identifiers; what two phones have in common is what was said, by whom, when
and in which order. Rare texts are anchors (`anchors`); between them equal texts of the same person
are paired (`said_often`), then what phones write differently (`remains`), then what hung (`late`).
A wrong link is worse than a missed one: what has two possibilities is a proposal or nothing.

The same pairs result whichever of the two strands is called the left one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from archiver.deduplicate.anchors import join_anchors
from archiver.deduplicate.authors import Tie
from archiver.deduplicate.board import Board
from archiver.deduplicate.late import join_late
from archiver.deduplicate.likeness import Matching, form, is_rare
from archiver.deduplicate.links import Link, Proposal
from archiver.deduplicate.relation import Relation
from archiver.deduplicate.remains import join_remains
from archiver.deduplicate.said_often import join_said_often
from archiver.model import Utterance

__all__ = ["RULE", "Alignment", "Link", "Proposal", "align"]

RULE = "align-4/2"
"""Name and version of what decides; stored with every link."""


class Alignment(Struct, frozen=True):
    """What was joined, and what a person may join; in the order of the left strand."""

    links: tuple[Link, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    def mirrored(self) -> Alignment:
        """Give the same seen from the right."""
        links = (
            Link(one.right, one.left, one.how, -one.offset, one.score, one.evidence)
            for one in self.links
        )
        proposals = (
            Proposal(
                *(one.right, one.left, one.how, -one.offset, one.score, one.evidence, one.reason)
            )
            for one in self.proposals
        )
        return Alignment(tuple(links), tuple(proposals))


def align(
    left: Sequence[Utterance], right: Sequence[Utterance], relation: Relation, matching: Matching
) -> Alignment:
    """Align two strands, or two windows of them, each in the order of its own time.

    Strands of which the relation says that they are other conversations have nothing in common.

    Args:
        left: One strand's copies; an author is an opaque identifier.
        right: The other's.
        relation: How the right stands to the left (`learning.learn`).
        matching: Gives the form in which two texts are compared.
    """
    if not left or not right or relation.verdict == "other":
        return Alignment()
    if _order(right[0]) < _order(left[0]):
        return _sorted(_align(right, left, relation.mirrored(), matching).mirrored(), left)
    return _sorted(_align(left, right, relation, matching), left)


def _align(
    left: Sequence[Utterance], right: Sequence[Utterance], relation: Relation, matching: Matching
) -> Alignment:
    here = [one for one in left if one.sent_at is not None]
    there = [one for one in right if one.sent_at is not None]
    board = Board(here, there, relation, matching)
    join_anchors(board)
    join_said_often(board)
    join_remains(board)
    join_late(board)
    links = [*board.links]
    if len(here) < len(left) or len(there) < len(right):
        links += _without_time(left, right, board)
    return Alignment(tuple(links), tuple(_open(board.proposals, links)))


def _without_time(
    left: Sequence[Utterance], right: Sequence[Utterance], board: Board
) -> Iterator[Link]:
    """Join what has no time on one side, by rare texts alone."""
    taken_left = {link.left for link in board.links}
    taken_right = {link.right for link in board.links}
    here = _rare([one for one in left if one.copy not in taken_left], board.matching)
    there = _rare([one for one in right if one.copy not in taken_right], board.matching)
    for key, one in here.items():
        other = there.get(key)
        if one is None or other is None or (one.sent_at is not None and other.sent_at is not None):
            continue
        tie = board.people.tie(one.author, other.author)
        if tie is not Tie.CONTRARY:
            evidence = ("text", "author") if tie is Tie.CERTAIN else ("text",)
            yield Link(one.copy, other.copy, "exact", 0, 700, evidence)


def _rare(said: Sequence[Utterance], matching: Matching) -> dict[str, Utterance | None]:
    found: dict[str, Utterance | None] = {}
    for one in said:
        key = form(one, matching)
        if is_rare(key) and not one.event:
            found[key] = None if key in found else one
    return found


def _open(proposals: Sequence[Proposal], links: Sequence[Link]) -> Iterator[Proposal]:
    """Leave out what was joined after all, and what was proposed before."""
    left, right = {link.left for link in links}, {link.right for link in links}
    seen: set[tuple[int, int]] = set()
    for one in proposals:
        pair = one.left, one.right
        if one.left not in left and one.right not in right and pair not in seen:
            seen.add(pair)
            yield one


def _sorted(found: Alignment, left: Sequence[Utterance]) -> Alignment:
    linked = {one.left: one for one in found.links}
    proposed: dict[int, list[Proposal]] = {}
    for one in sorted(found.proposals, key=lambda one: one.right):
        proposed.setdefault(one.left, []).append(one)
    return Alignment(
        tuple(linked[one.copy] for one in left if one.copy in linked),
        tuple(each for one in left for each in proposed.get(one.copy, ())),
    )


def _order(one: Utterance) -> tuple[int, int, str]:
    return one.sent_at or 0, one.copy, one.text
