"""Tell in what the exports of one conversation differ, as evidence that can be handed over.

Nothing is decided here and nothing is stored: the catalogue is read twice, first to learn what each
holder has and which stretches are missing, then for the rows. Memory is bounded by how much is said
within a few hours, not by the length of the conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge

from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.produce.differences.clocks import HOUR, clocks
from archiver.produce.differences.copies import copies_differ, has, is_notice
from archiver.produce.differences.coverage import VANISHING, Coverage
from archiver.produce.differences.kinds import Kind, Meaning, meaning, wording
from archiver.produce.differences.model import Difference, Side, Sum
from archiver.produce.differences.moments import Moment, Place, moments, sender
from archiver.produce.differences.order import moved
from archiver.produce.differences.stretches import Gaps, Stretches
from archiver.store.catalogue import compare
from archiver.store.catalogue.compare import Export, Talk
from archiver.store.catalogue.connection import Connection

__all__ = [
    "Comparison", "Difference", "Kind", "Meaning", "Side", "Sum", "compared", "meaning",
    "talk_named", "wording",
]  # fmt: skip

_WINDOW, _QUIET = 2000, HOUR
_EXPLAINS_LEAST = (
    None, Kind.DELETED, Kind.UNSURE, Kind.ABSENT,
    Kind.NOT_MEMBER, Kind.AFTER_END, Kind.BEFORE_START,
)  # fmt: skip
"""What a holder has of a message: the best of what the exports have, else what explains least."""


class SeveralConversations(ArchiveError):
    """{name} is part of several titles; choose one of {known}."""

    exit_code = ExitCode.USAGE


class NoChat(ArchiveError):
    """{name} is mail. Mailboxes are filed and cleared by hand; only chats are compared."""

    exit_code = ExitCode.USAGE


def talk_named(connection: Connection, name: str, *, sealed: bool) -> Talk:
    """Give the one conversation with this id, or with this in its title.

    Raises:
        NoSuchThing: There is none that may be seen.
        SeveralConversations: The name fits more than one.
        NoChat: It is a conversation of mail.
    """
    found = compare.talks(connection, name, sealed=sealed) if name else []
    if not found:
        raise NoSuchThing(what="conversation", name=name)
    if len(found) > 1:
        raise SeveralConversations(name=name, known=", ".join(one.public for one in found))
    if found[0].service == "mail":
        raise NoChat(name=found[0].public)
    return found[0]


def compared(connection: Connection, talk: Talk, *, sealed: bool) -> Comparison:
    """Learn what each export of a conversation covers and what each holder has of it."""
    strands = compare.strands_of(connection, talk)
    exports = compare.exports(connection, strands, sealed=sealed)
    return Comparison(connection, talk, strands, exports)


class Comparison:
    """The exports of one conversation side by side.

    `exports` are in an order that no arrival changes; the first one's clock is the common clock.
    `messages` counts what people said, over all exports.
    """

    def __init__(
        self,
        connection: Connection,
        talk: Talk,
        strands: Sequence[int],
        exports: Sequence[Export],
    ) -> None:
        self.talk = talk
        self.exports = tuple(exports)
        self.messages = 0
        self.holders = {one.holder: Sum(one.holder) for one in exports}
        self._numbers = {
            holder: [n for n, one in enumerate(exports) if one.holder == holder]
            for holder in self.holders
        }
        self._connection = connection
        self._clocks = clocks(connection, strands, exports)
        self._coverage = Coverage(connection, exports, self._clocks, talk.service)
        self._stretches = Stretches(len(exports), self._coverage, self._clocks)
        for moment in self._moments():
            self._learn(moment)
        self._stretches.end()

    def span(self, number: int) -> tuple[int, int] | None:
        """Give the first and last time of an export on the common clock (ms since 1970)."""
        return self._coverage.span(number)

    def is_cut(self, number: int) -> bool:
        """Whether an export has as many items as the service exports at most."""
        return self._coverage.cut[number]

    def of(self, holder: str) -> frozenset[int]:
        """Give the numbers of a person's exports.

        Raises:
            NoSuchThing: Nobody of that name handed in this conversation.
        """
        wanted = holder.casefold()
        found = [n for n, one in enumerate(self.exports) if one.holder.casefold() == wanted]
        if not found:
            raise NoSuchThing(what="holder", name=holder)
        return frozenset(found)

    def differences(self) -> Iterator[Difference]:
        """Give the differences in order of the common time, a stretch where it begins."""
        gaps = Gaps(self._stretches.found)
        stretches = ((one.since, one.told) for one in self._stretches.found)
        rows = (row for window in self._windows() for row in self._rows(window, gaps))
        return (one for _, one in merge(stretches, rows, key=_place))

    def _moments(self) -> Iterator[Moment]:
        return moments(self._connection, self.exports, self._clocks)

    def _learn(self, moment: Moment) -> None:
        for number in moment.told:
            self._stretches.has(number, moment)
        if moment.event:
            return
        lacking = self._lacking(moment)
        for number, kind in lacking.items():
            self._stretches.lacks(number, moment, kind)
        self.messages += 1
        self._add(moment, lacking)

    def _lacking(self, moment: Moment) -> dict[int, Kind]:
        """Say of each export that lacks a message why it does."""
        if len(moment.told) == len(self.exports):
            return {}
        return {
            number: self._coverage.lacks(number, moment)
            for number in range(len(self.exports))
            if number not in moment.told
        }

    def _add(self, moment: Moment, lacking: Mapping[int, Kind]) -> None:
        """Count a message for every holder, over all exports of that person."""
        for holder, numbers in self._numbers.items():
            states = {
                lacking[n] if n in lacking else Kind.DELETED if is_notice(moment.told[n]) else None
                for n in numbers
            }
            self.holders[holder].add(next(one for one in _EXPLAINS_LEAST if one in states))

    def _windows(self) -> Iterator[list[Moment]]:
        """Give the messages in pieces: up to a silence, or up to as many as may be kept."""
        window: list[Moment] = []
        last = 0
        for moment in self._moments():
            if moment.event:
                continue
            at = last if moment.at is None else moment.at
            if window and (at - last > _QUIET or len(window) >= _WINDOW):
                yield window
                window = []
            window.append(moment)
            last = at
        if window:
            yield window

    def _rows(self, window: Sequence[Moment], gaps: Gaps) -> list[tuple[Place, Difference]]:
        """Give the differences of a piece, each with its place."""
        rows = [(moment.place, one) for moment in window for one in self._of(moment, gaps)]
        rows += [(window[index].place, one) for index, one in moved(window)]
        rows.sort(key=_place)
        return rows

    def _of(self, moment: Moment, gaps: Gaps) -> Iterator[Difference]:
        yield from self._missing(moment, gaps)
        yield from copies_differ(self._connection, moment, self._clocks)

    def _missing(self, moment: Moment, gaps: Gaps) -> Iterator[Difference]:
        """Tell who lacks a message, unless a stretch tells it."""
        lacking = self._lacking(moment)
        for kind in (Kind.ABSENT, Kind.UNSURE):
            sides = tuple(
                Side(number, str(kind))
                for number, why in lacking.items()
                if why is kind and not (kind is Kind.ABSENT and gaps.has(number, moment.place))
            )
            if sides:
                vanishing = kind is Kind.ABSENT and self._coverage.is_vanishing(moment.at)
                yield Difference(
                    *(kind, moment.at, moment.record, sender(moment)),
                    has=has(self._connection, moment),
                    lacks=sides,
                    explained=(VANISHING,) if vanishing else (),
                )


def _place(row: tuple[Place, Difference]) -> Place:
    return row[0]
