"""The queue of the sorter: the episodes that wait, what came later first, then the oldest term."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from archiver.classify.episode import Outcome
from archiver.register.accounts import accounts
from archiver.sorting import schema
from archiver.sorting.episodes import Cut, Episode, episodes
from archiver.sorting.exclusion import WEEK, period
from archiver.sorting.tables_acts import Kind
from archiver.sorting.tables_members import overdue as count_overdue
from archiver.sorting.tables_members import sealed_strands
from archiver.store.archive import Archive

_LAST = 1 << 62


class State(StrEnum):
    """Why an episode waits: sorted first is what came to an episode that was decided."""

    REST = "rest"
    WAITING = "waiting"
    EXCLUDED = "excluded"
    BOUNDARY = "boundary"
    OBJECTED = "objected"

    @property
    def is_sortable(self) -> bool:
        """Whether a sorter who goes through the queue is shown it."""
        return self in (State.REST, State.WAITING, State.EXCLUDED)


class Waiting(Struct, frozen=True):
    """An episode that waits, whose it is, and when its exclusion period ends (ms since 1970)."""

    episode: Episode
    person: str
    state: State
    term: int | None
    overdue: bool


def waiting(archive: Archive, cut: Cut, at: int, account: str = "") -> list[Waiting]:
    """Give what waits at a moment (ms since 1970), of all accounts or of one."""
    return sorted(_waiting(archive, cut, at, account), key=_order)


def overdue(archive: Archive, at: int) -> int:
    """Count the sealed messages of which nothing was decided before their term ended."""
    number = 0
    for service, kind in sorted({(one.service, one.kind) for one in accounts(archive)}):
        rule = period(service, kind)
        if rule is not None:
            before, column = at - rule.weeks * WEEK, f"{rule.counted}_at"
            connection = archive.catalogue.connection
            number += count_overdue(connection, str(kind), service, column, before)
    return number


def _waiting(archive: Archive, cut: Cut, at: int, account: str) -> Iterator[Waiting]:
    connection = schema.ready(archive)
    known = {one.id: one for one in accounts(archive)}
    for strand in sealed_strands(connection, account):
        own = known[strand.account]
        rule = period(own.service, own.kind)
        for one in episodes(connection, strand, cut):
            state = _state(one)
            if state is not None:
                term = None if rule is None else rule.ends(one.until, one.received_at)
                yield Waiting(one, own.person, state, term, term is not None and term <= at)


def _state(episode: Episode) -> State | None:
    """Say why it waits; None where it does not."""
    act = episode.act
    if act is None:
        if episode.is_open:
            return None
        return State.REST if episode.rest else State.WAITING
    if act.kind is Kind.OBJECTED:
        return State.OBJECTED
    return {Outcome.UNDECIDED: State.EXCLUDED, Outcome.BOUNDARY: State.BOUNDARY}.get(act.outcome)


def _order(one: Waiting) -> tuple[bool, int, tuple[int, int, int]]:
    term = _LAST if one.term is None else one.term
    return one.state is not State.REST, term, one.episode.members[0].order
