"""What the tests of aligning share: short ways to say what two phones hold of one chat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archiver.deduplicate.alignment import Alignment, align
from archiver.deduplicate.learning import learn
from archiver.deduplicate.relation import Relation
from archiver.model import Utterance
from archiver.normalise.text import matching

START = 1_700_000_000_000 // 60_000 * 60_000
"""A whole minute of November 2023."""
MINUTE = 60_000
HOUR = 60 * MINUTE
_RIGHT = 10_000
_SUBJECTS = ("begroting", "kamerbrief", "persbericht", "planning", "motie", "nota", "agenda")
_DEEDS = ("gaat morgen rond", "is af", "komt later", "mist een bijlage", "moet korter")


def said(copy: int, minute: float, author: str, text: str, **more: object) -> Utterance:
    """Make one utterance, so many minutes after the start."""
    at = START + int(minute * MINUTE)
    given: dict[str, object] = {"precision": "min", "ambiguous": False, "event": False}
    given |= {"type": "text", **more}
    return Utterance(copy=copy, sent_at=at, author=author, text=text, **given)  # type: ignore[arg-type]


def rare(number: int) -> str:
    """Make a text that is said once."""
    subject, deed = _SUBJECTS[number % 7], _DEEDS[number // 7 % 5]
    return f"De {subject} van week {number} {deed}"


def talk(
    names: Sequence[str], count: int = 40, *, first: int = 1, shift: float = 0
) -> list[Utterance]:
    """Let people say a rare text in turn, one every ten minutes; `shift` is in minutes."""
    return [said(first + n, 10 * n + shift, names[n % len(names)], rare(n)) for n in range(count)]


LEFT_NAMES = ("name:anna", "name:bert", "name:jij")
RIGHT_NAMES = ("name:jij", "e164:+31600000002", "name:cem")


def both(*, shift: float = 0, count: int = 40) -> tuple[list[Utterance], list[Utterance]]:
    """Give one chat as two phones hold it: other names, the right clock `shift` minutes ahead."""
    left = talk(LEFT_NAMES, count)
    return left, talk(RIGHT_NAMES, count, first=_RIGHT, shift=shift)


def added(side: Iterable[Utterance], *more: Utterance) -> list[Utterance]:
    """Put more into a strand, in the order of its time."""
    return sorted((*side, *more), key=_time)


def aligned(
    left: Sequence[Utterance], right: Sequence[Utterance], relation: Relation | None = None
) -> Alignment:
    """Learn and align."""
    return align(left, right, relation or learn(left, right, matching), matching)


def how(found: Alignment, left: int) -> str:
    """Say how a copy of the left was joined; empty when it was not."""
    return next((link.how for link in found.links if link.left == left), "")


def mate(found: Alignment, left: int) -> int:
    """Give the copy of the right that a copy of the left was joined with; 0 for none."""
    return next((link.right for link in found.links if link.left == left), 0)


def reason(found: Alignment, left: int) -> str:
    """Say why a copy of the left was only proposed; empty when it was not."""
    return next((one.reason for one in found.proposals if one.left == left), "")


def _time(one: Utterance) -> int:
    return one.sent_at or 0
