"""What an export can have: why it may lack a message without anybody having removed it.

An export begins and ends somewhere; its owner joined and left; messages may have been set to
disappear. Where an edge cannot be told to the minute, the harmless explanation is taken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from msgspec import Struct

from archiver.parse.whatsapp.wording import INVISIBLE, fields, find
from archiver.parse.whatsapp.wording import wording as whatsapp
from archiver.produce.differences.clocks import Clocks
from archiver.produce.differences.kinds import Kind, limits
from archiver.produce.differences.moments import Moment
from archiver.store.catalogue import compare
from archiver.store.catalogue.compare import Export, Told
from archiver.store.catalogue.connection import Connection

_IN, _OUT = ("member-added", "member-joined"), ("member-left", "member-removed")
_ON, _OFF = "disappearing-on", "disappearing-off"
_CREATED = "group-created"
_MINUTE = 60_000

VANISHING = "vanishing"
"""Why a message may be absent: messages were set to disappear when it was sent."""


class _Turns(Struct, frozen=True):
    """A state that changes now and then: at these times it becomes true or false."""

    times: tuple[int, ...] = ()
    states: tuple[bool, ...] = ()
    before: bool = True

    def always(self, since: int, until: int) -> bool:
        """Whether it is true from `since` up to `until`, all changes between included."""
        start = bisect_left(self.times, since)
        first = self.states[start - 1] if start else self.before
        return first and all(self.states[start : bisect_right(self.times, until)])

    def ever(self, since: int, until: int) -> bool:
        """Whether it is true at some time from `since` up to `until`."""
        start = bisect_left(self.times, since)
        first = self.states[start - 1] if start else self.before
        return first or any(self.states[start : bisect_right(self.times, until)])


class Coverage:
    """Judges, for every export, what it means that it lacks a message."""

    def __init__(
        self, connection: Connection, exports: Sequence[Export], clocks: Clocks, service: str
    ) -> None:
        events = compare.happened(connection, exports, (*_IN, *_OUT, _ON, _OFF, _CREATED))
        self._spans = [_span(one, clocks) for one in exports]
        self._coarse = [one.basis.startswith("min") for one in exports]
        self._member = [
            _member([event for event in events if _is_of(event, one)], clocks) for one in exports
        ]
        self._vanishing = _vanishing(events, clocks)
        self._doubtful = _doubtful(connection, exports)
        whole = {(event.delivery, event.strand) for event in events if event.type == _CREATED}
        self.cut = [
            (one.delivery, one.strand) not in whole and _at_limit(one, service) for one in exports
        ]

    def span(self, number: int) -> tuple[int, int] | None:
        """Give the first and last time of an export on the common clock."""
        return self._spans[number]

    def lacks(self, number: int, moment: Moment) -> Kind:
        """Say why an export lacks a message: `ABSENT` when nothing in the exports explains it."""
        if number in self._doubtful.get(moment.record, ()):
            return Kind.UNSURE
        span = self._spans[number]
        if moment.at is None or span is None:
            return Kind.ABSENT
        # Nobody can say what came first within one minute, or one second.
        unit = _MINUTE if moment.in_minutes or self._coarse[number] else 1000
        since = moment.at // unit * unit
        if since <= span[0] // unit * unit:
            return Kind.BEFORE_START
        if since >= span[1] // unit * unit:
            return Kind.AFTER_END
        inside = self._member[number].always(since, since + unit - 1)
        return Kind.ABSENT if inside else Kind.NOT_MEMBER

    def is_vanishing(self, at: int | None) -> bool:
        """Whether messages of this time were set to disappear."""
        return at is not None and self._vanishing.ever(at, at + _MINUTE)


def _span(one: Export, clocks: Clocks) -> tuple[int, int] | None:
    if one.first is None or one.last is None:
        return None
    return clocks.at(one.strand, one.first), clocks.at(one.strand, one.last)


def _is_of(event: Told, one: Export) -> bool:
    return (event.delivery, event.strand) == (one.delivery, one.strand)


def _member(events: Sequence[Told], clocks: Clocks) -> _Turns:
    """Find when an export's owner was in the group, by what the phone says of its owner."""
    turns = sorted(
        (clocks.at(event.strand, event.sent_at), event.item, event.type in _IN)
        for event in events
        if event.sent_at is not None and event.type in (*_IN, *_OUT) and _is_owner(event)
    )
    return _Turns(
        tuple(at for at, _, _ in turns),
        tuple(state for _, _, state in turns),
        not turns or not turns[0][2],
    )


def _is_owner(event: Told) -> bool:
    """Whether it is the owner of the phone, whom it calls "you", who came or went."""
    known = whatsapp()
    found = find(known.events, event.text)
    if found is None:
        return False
    told = fields(found[1])
    who = told.get("object") or told.get("actor", "")
    return who.strip(INVISIBLE).casefold() in known.selves


def _vanishing(events: Sequence[Told], clocks: Clocks) -> _Turns:
    turns = sorted(
        {
            (clocks.at(event.strand, event.sent_at), event.type == _ON)
            for event in events
            if event.sent_at is not None and event.type in (_ON, _OFF)
        }
    )
    return _Turns(tuple(at for at, _ in turns), tuple(on for _, on in turns), before=False)


def _doubtful(connection: Connection, exports: Sequence[Export]) -> dict[int, frozenset[int]]:
    """Give, of records that may be another one, the exports that have that other one."""
    pairs = compare.doubts(connection, exports)
    held: dict[int, frozenset[int]] = {}
    for record in {one for pair in pairs for one in pair}:
        told = compare.told(connection, [record], exports).get(record, ())
        held[record] = frozenset(
            n for n, one in enumerate(exports) if any(_is_of(copy, one) for copy in told)
        )
    found: dict[int, frozenset[int]] = {}
    for one, other in pairs:
        found[one] = found.get(one, frozenset()) | held[other]
        found[other] = found.get(other, frozenset()) | held[one]
    return found


def _at_limit(one: Export, service: str) -> bool:
    return any(since <= one.items <= until for since, until in limits(service))
