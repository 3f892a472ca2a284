"""Align two strands of one conversation: which copy here is which copy there (level 4).

A text export has no identifiers; what two phones have in common is what was said, by whom, when
and in which order. Rare texts are anchors (`anchors`); between them equal texts of the same person
are paired (`said_often`), then what phones write differently (`remains`), then what hung (`late`).
A wrong link is worse than a missed one: what has two possibilities is a proposal or nothing.

The same pairs result whichever of the two strands is called the left one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

from msgspec import Struct

from archiver.deduplicate.anchors import join_anchors
from archiver.deduplicate.authors import Tie
from archiver.deduplicate.board import NOBODY, Board
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
    turned = _order(right[0]) < _order(left[0])
    if turned:
        board = _joined(right, left, relation.mirrored(), matching)
    else:
        board = _joined(left, right, relation, matching)
    found = Alignment(tuple(_links(board, turned=turned)), tuple(_proposals(board, turned=turned)))
    if len(board.left) + len(board.right) == len(left) + len(right):
        return found
    return _with_timeless(found, left, right, board, turned=turned)


def _joined(
    left: Sequence[Utterance], right: Sequence[Utterance], relation: Relation, matching: Matching
) -> Board:
    here = [one for one in left if one.sent_at is not None]
    there = [one for one in right if one.sent_at is not None]
    board = Board(here, there, relation, matching)
    join_anchors(board)
    join_said_often(board)
    join_remains(board)
    join_late(board)
    return board


def _links(board: Board, *, turned: bool) -> Iterator[Link]:
    """Give what was joined, in the order of the left; turned, that is the right of the board."""
    grounds = board.grounds
    here, there, mates = board.left, board.right, board.left_mates
    if turned:
        here, there, mates = board.right, board.left, board.right_mates
    for n, mate in enumerate(mates):
        if mate != NOBODY:
            one, other = here[n], there[mate]
            how, score, evidence = grounds[mate if turned else n]
            offset = (other.sent_at or 0) - (one.sent_at or 0)
            yield Link(one.copy, other.copy, how, offset, score, evidence)


def _proposals(board: Board, *, turned: bool) -> Iterator[Proposal]:
    """Give what was proposed and not joined after all, in the order of the left."""
    lasting: list[tuple[int, int, Proposal]] = []
    for (i, j), (grounds, reason) in board.proposed.items():
        if board.left_mates[i] == board.right_mates[j] == NOBODY:
            one, other = board.left[i], board.right[j]
            if turned:
                one, other = other, one
            how, score, evidence = grounds
            offset = (other.sent_at or 0) - (one.sent_at or 0)
            made = Proposal(one.copy, other.copy, how, offset, score, evidence, reason)
            lasting.append((j if turned else i, other.copy, made))
    return (made for _, _, made in sorted(lasting, key=itemgetter(0, 1)))


def _with_timeless(
    found: Alignment,
    left: Sequence[Utterance],
    right: Sequence[Utterance],
    board: Board,
    *,
    turned: bool,
) -> Alignment:
    """Add what has no time on one side, joined by rare texts alone."""
    links = {link.left: link for link in found.links}
    taken = {link.right for link in found.links}
    here = _rare([one for one in left if one.copy not in links], board.matching)
    there = _rare([one for one in right if one.copy not in taken], board.matching)
    for key, one in here.items():
        other = there.get(key)
        if one is None or other is None or (one.sent_at is not None and other.sent_at is not None):
            continue
        people = (other.author, one.author) if turned else (one.author, other.author)
        tie = board.people.tie(*people)
        if tie is not Tie.CONTRARY:
            evidence = ("text", "author") if tie is Tie.CERTAIN else ("text",)
            links[one.copy] = Link(one.copy, other.copy, "exact", 0, 700, evidence)
            taken.add(other.copy)
    return Alignment(
        tuple(links[one.copy] for one in left if one.copy in links),
        tuple(one for one in found.proposals if one.left not in links and one.right not in taken),
    )


def _rare(said: Sequence[Utterance], matching: Matching) -> dict[str, Utterance | None]:
    found: dict[str, Utterance | None] = {}
    for one in said:
        key = form(one, matching)
        if is_rare(key) and not one.event:
            found[key] = None if key in found else one
    return found


def _order(one: Utterance) -> tuple[int, int, str]:
    return one.sent_at or 0, one.copy, one.text
