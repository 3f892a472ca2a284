"""Cut conversations into slices, each of which is produced as one document.

A slice is computed from what a case selected and is never stored as truth. Days are those of the
Netherlands. A reply stands in the slice of the message that it answers, whichever day it came and
whatever its clock says; so does a mail whose header names another thread than what it answers.
"""

from __future__ import annotations

import base64
import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from archiver.cases.replies import beginnings
from archiver.produce.numbering import Kept, Known, given, kept

ZONE = "Europe/Amsterdam"
HOUR = 3_600_000


class Unit(StrEnum):
    """What one document shows."""

    MESSAGE = "message"
    DAY = "day"
    SILENCE = "silence"
    CONVERSATION = "conversation"


class Piece(Struct, frozen=True, gc=False):
    """A selected record: its private key, its public id, its conversation, its time.

    `parent` is the key of the selected record that it answers.
    """

    record: int
    public: str
    conversation: str
    sent_at: int | None
    parent: int | None = None


class Slice(Struct, frozen=True):
    """A stretch of one conversation.

    `named` is the key of the record that gave `number`, which is letters and digits only. `family`
    counts slices and `thread` conversations, both from 1. Records stand in order of time.
    """

    number: str
    named: int
    conversation: str
    records: tuple[int, ...]
    family: int
    thread: int


class Numbering(Struct, frozen=True):
    """How slices get numbers: a secret, the case, and what earlier productions showed under them.

    `productions` are those of this unit, the oldest first.
    """

    secret: bytes
    case: str
    productions: tuple[tuple[Known, ...], ...] = ()

    def number(self, unit: str, public: str) -> str:
        """Make the number of a slice whose first record has this public id, or of a file.

        It begins with a letter, and no spreadsheet takes it for a number or a date.
        """
        message = "\x1f".join((self.case, unit, public)).encode()
        digest = hmac.digest(self.secret, message, "sha256")
        return "g" + base64.b32encode(digest).decode().lower()[:11]

    def fresh(self, unit: Unit, public: str, taken: Collection[str]) -> str:
        """Make a number that names nothing else, also when this record named another slice."""
        for again in count(1):
            number = self.number(unit, public if again == 1 else f"{public}/{again}")
            if number not in taken:
                break
        return number


def slices(
    pieces: Iterable[Piece], unit: Unit, numbering: Numbering, *, gap: int = 4 * HOUR
) -> list[Slice]:
    """Cut what was selected into slices, in order of time; without a time comes last.

    `gap` is the silence that ends a slice, in milliseconds.
    """
    talks: dict[str, list[Piece]] = defaultdict(list)
    for piece in sorted(_gathered(list(pieces)), key=_when):
        talks[piece.conversation].append(piece)
    cut = [part for talk in talks.values() for part in _cut(talk, unit, gap)]
    cut.sort(key=lambda part: _when(part[0]))
    threads = {talk: number for number, talk in enumerate(talks, 1)}
    numbers = _numbers(cut, unit, numbering)
    return [
        Slice(
            number=one.number,
            named=one.named,
            conversation=part[0].conversation,
            records=tuple(piece.record for piece in part),
            family=family,
            thread=threads[part[0].conversation],
        )
        for family, (part, one) in enumerate(zip(cut, numbers, strict=True), 1)
    ]


def day_of(moment: int) -> str:
    """Give the day of a time (ms since 1970) in the Netherlands, as ``2024-03-31``."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(_zone).date().isoformat()


_zone = ZoneInfo(ZONE)
_NEVER = 1 << 62


def _when(piece: Piece) -> tuple[int, int]:
    return (_NEVER if piece.sent_at is None else piece.sent_at, piece.record)


def _gathered(pieces: Sequence[Piece]) -> list[Piece]:
    """Let each reply stand in the conversation of what its line of replies begins with, below it.

    Most lines are of one conversation; a mail's header may name another thread than its parent's.
    """
    there = {piece.record: piece for piece in pieces}
    begin = beginnings({one.record: one.parent for one in pieces if one.parent in there})
    return [
        replace(piece, conversation=there[first].conversation, parent=first)
        if (first := begin.get(piece.record)) is not None
        else piece
        for piece in pieces
    ]


def _cut(talk: Sequence[Piece], unit: Unit, gap: int) -> list[list[Piece]]:
    """Give the parts of one conversation; a reply goes where what it answers went."""
    stretch = _Stretch(gap)
    own = {piece.record: _own(piece, unit, stretch) for piece in talk}
    parts: dict[object, list[Piece]] = defaultdict(list)
    for piece in talk:
        parts[own[piece.parent if piece.parent in own else piece.record]].append(piece)
    return list(parts.values())


def _own(piece: Piece, unit: Unit, stretch: _Stretch) -> object:
    """Give where a piece belongs by its own time."""
    match unit:
        case Unit.MESSAGE:
            return piece.record
        case Unit.DAY:
            return None if piece.sent_at is None else day_of(piece.sent_at)
        case Unit.SILENCE:
            return None if piece.sent_at is None else stretch.of(piece.sent_at)
        case Unit.CONVERSATION:
            return ""


class _Stretch:
    """Counts the stretches between silences."""

    def __init__(self, gap: int) -> None:
        self._gap = gap
        self._last = 0
        self._number = 0

    def of(self, moment: int) -> int:
        if moment - self._last > self._gap:
            self._number += 1
        self._last = moment
        return self._number


def _numbers(cut: Sequence[Sequence[Piece]], unit: Unit, numbering: Numbering) -> Iterator[Kept]:
    """Give each slice the number that it keeps, else one that nothing ever had."""
    known = kept([[one.record for one in part] for part in cut], numbering.productions)
    taken = {*given(numbering.productions)}
    for place, part in enumerate(cut):
        if place in known:
            yield known[place]
        else:
            number = numbering.fresh(unit, part[0].public, taken)
            taken.add(number)
            yield Kept(number, part[0].record)
