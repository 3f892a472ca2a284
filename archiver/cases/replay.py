"""Doing a kept search again: on the same state it finds the same records.

What a search finds now is compared with what it found then, and every difference is explained by
what the log says happened since: a delivery that came in later, a release, a ruling, a destruction.
A difference without an explanation means that index or archive is not what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from archiver.cases import tables_replay as tables
from archiver.cases.searches import Search, found, hits_of
from archiver.search.analyse import Analysis
from archiver.search.query import parse
from archiver.store.archive import Archive
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import record_of


class Why(StrEnum):
    """Why a record is found by only one of the two searches."""

    ARRIVED = "arrived"
    """A delivery that has it came in, or could be read, after the search."""
    OPENED = "opened"
    """A sorter opened it, or released the delivery that has it, after the search."""
    REGROUPED = "regrouped"
    """It was joined, split, or reconciled since."""
    GONE = "gone"
    """It cannot be seen any more by who made the search: destroyed, sealed, or opened."""
    ANALYSIS = "analysis"
    """Words have other stems by the rules of now."""
    REGISTER = "register"
    """What the search was narrowed to is known otherwise: an account, a person, a title."""
    UNEXPLAINED = "unexplained"


class Difference(Struct, frozen=True):
    """A record that only one of the two found: `is_new` when it is the search of now."""

    record: str
    is_new: bool
    why: Why


class Replayed(Struct, frozen=True):
    """What doing a search again gave: how many records then and now, and what differs."""

    search: str
    then: int
    now: int
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether on the state of then it finds what it found: nothing differs unexplained."""
        return all(one.why is not Why.UNEXPLAINED for one in self.differences)


def replay(archive: Archive, one: Search) -> Replayed:
    """Do a search again and explain what differs; `one` was kept in this archive.

    Raises:
        Damage: What is kept of its hits is not what was kept.
    """
    connection = archive.catalogue.connection
    before = hits_of(archive, one)
    now = frozenset(found(archive, parse(one.typed), one.filters))
    names = {name: tables.name_of(connection, name) for name in before}
    kept = frozenset(name for name in names.values() if name)
    compared = _Compared(archive, connection, one)
    differences = [
        *compared.lost((then, names[then]) for then in before if names[then] not in now),
        *compared.come(sorted(now - kept)),
    ]
    return Replayed(one.id, len(before), len(now), tuple(differences))


class _Compared:
    """Explains what differs, by what the log has after the search."""

    def __init__(self, archive: Archive, connection: Connection, one: Search) -> None:
        self._connection = connection
        self._size = one.log_size
        self._has_other_stems = one.analysis != Analysis.dutch().name
        filters = one.filters
        named = bool(filters.participant or filters.conversation)
        self._is_narrowed = named or bool(filters.account or filters.holder)
        # A delivery brings names of people and conversations that older messages have too.
        registering = (*_REGISTERING, "delivery") if named else _REGISTERING
        self._regrouped: set[str] = set()
        self._opened: set[str] = set()
        self._is_sealed = filters.sealed
        self._is_registered = False
        for event in archive.log.events(one.log_size):
            if event.type in _REGROUPING:
                self._regrouped |= {event.delivery, *(_delivery(code) for code in event.codes)}
            elif event.type in _OPENING:
                self._opened.add(event.delivery)
            self._is_registered |= event.type.partition(".")[0] in registering

    def lost(self, names: Iterable[tuple[str, str]]) -> Iterator[Difference]:
        """Explain what is not found any more, given as (name of then, name of now)."""
        for then, name in names:
            yield Difference(then, is_new=False, why=self._why_lost(name))

    def come(self, names: Iterable[str]) -> Iterator[Difference]:
        """Explain what was not found then."""
        for name in names:
            yield Difference(name, is_new=True, why=self._why_come(name))

    def _why_lost(self, name: str) -> Why:
        record = record_of(self._connection, name) if name else None
        if record is None or tables.is_open(self._connection, record) == self._is_sealed:
            return Why.GONE
        return self._why_other(record)

    def _why_come(self, name: str) -> Why:
        record = record_of(self._connection, name) or 0
        if tables.first_arrival(self._connection, record) >= self._size:
            return Why.ARRIVED
        names = {public for public, _ in tables.holders(self._connection, record)}
        if self._opened & names or tables.was_opened(self._connection, record, self._size):
            return Why.OPENED
        return self._why_other(record)

    def _why_other(self, record: int) -> Why:
        holders = tables.holders(self._connection, record)
        if self._regrouped & {public for public, _ in holders}:
            return Why.REGROUPED
        if any(seq >= self._size for _, seq in holders):
            return Why.ARRIVED
        if self._has_other_stems:
            return Why.ANALYSIS
        if self._is_narrowed and self._is_registered:
            return Why.REGISTER
        return Why.UNEXPLAINED


_REGROUPING = ("delivery.linked", "record.joined", "record.split", "delivery.replaced")
_OPENING = ("delivery.released", "delivery.assigned")
_REGISTERING = ("account", "person", "contact")


def _delivery(code: str) -> str:
    return code.rpartition(".")[0]
