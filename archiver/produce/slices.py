"""Cut conversations into slices, each of which is produced as one document.

A slice is computed from what a case selected and is never stored as truth. Days are those of the
Netherlands. A reply stands in the slice of the message that it answers, whichever day it came.
"""

from __future__ import annotations

import base64
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

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
    """How slices get numbers: a secret, the case, and the numbers that were given out before.

    A slice keeps the number of the record that named it, also when a later export puts something
    before that record.
    """

    secret: bytes
    case: str
    known: Mapping[int, str] = {}

    def number(self, unit: Unit, public: str) -> str:
        """Make the number of a slice whose first record has this public id.

        It begins with a letter, and no spreadsheet takes it for a number or a date.
        """
        message = "\x1f".join((self.case, unit, public)).encode()
        digest = hmac.digest(self.secret, message, "sha256")
        return "g" + base64.b32encode(digest).decode().lower()[:11]


def slices(
    pieces: Iterable[Piece], unit: Unit, numbering: Numbering, *, gap: int = 4 * HOUR
) -> list[Slice]:
    """Cut what was selected into slices, in order of time; without a time comes last.

    `gap` is the silence that ends a slice, in milliseconds.
    """
    talks: dict[str, list[Piece]] = defaultdict(list)
    for piece in sorted(pieces, key=_when):
        talks[piece.conversation].append(piece)
    cut = [part for talk in talks.values() for part in _cut(talk, unit, gap)]
    cut.sort(key=lambda part: _when(part[0]))
    threads = {talk: number for number, talk in enumerate(talks, 1)}
    return [
        _slice(part, unit, numbering, family, threads[part[0].conversation])
        for family, part in enumerate(cut, 1)
    ]


def day_of(moment: int) -> str:
    """Give the day of a time (ms since 1970) in the Netherlands, as ``2024-03-31``."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(_zone).date().isoformat()


_zone = ZoneInfo(ZONE)
_NEVER = 1 << 62


def _when(piece: Piece) -> tuple[int, int]:
    return (_NEVER if piece.sent_at is None else piece.sent_at, piece.record)


def _cut(talk: Sequence[Piece], unit: Unit, gap: int) -> list[list[Piece]]:
    """Give the parts of one conversation; a reply goes where what it answers went."""
    there: dict[int, object] = {}
    parts: dict[object, list[Piece]] = defaultdict(list)
    stretch = _Stretch(gap)
    for piece in talk:
        own = _own(piece, unit, stretch)
        place = there.get(piece.parent, own) if piece.parent is not None else own
        there[piece.record] = place
        parts[place].append(piece)
    return list(parts.values())


def _own(piece: Piece, unit: Unit, stretch: _Stretch) -> object:
    """Give where a piece belongs that answers nothing."""
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


def _slice(
    part: Sequence[Piece], unit: Unit, numbering: Numbering, family: int, thread: int
) -> Slice:
    first = next((one for one in part if one.record in numbering.known), part[0])
    number = numbering.known.get(first.record) or numbering.number(unit, first.public)
    return Slice(
        number=number,
        named=first.record,
        conversation=first.conversation,
        records=tuple(one.record for one in part),
        family=family,
        thread=thread,
    )
