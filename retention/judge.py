"""The conditions of destruction, judged once for the proposal and again before it is carried out.

A hold forbids on every ground. On the ground of a selection list the appraisal must be V by a list
that held when the message was sent, and its term must have run. On the ground that it is no record
it must have been sorted so, and the official must have confirmed that. What an official objected to
stays until that is settled. A copy is judged with all that one account has of a message; what
another account or delivery has is judged by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.sorting import confirm
from archiver.store.catalogue.connection import Connection
from retention import held, tables_appraise, tables_dispose
from retention.appraise import is_outdated
from retention.proposal import DAY, Ground
from retention.returned import Item
from retention.selection_list import Appraisal
from retention.span import Rule
from retention.tables_targets import Place, Whole

HELD, KEEP, UNKNOWN, TERM, LIST = "held", "keep", "unknown", "term", "list"
GROUND, ACCOUNT, CHANGED = "ground", "account", "changed"
SORTING = "sorting"


class OutdatedAppraisal(ArchiveError):
    """What the last appraisal rests on changed since; run retention appraise."""

    exit_code = ExitCode.PRECONDITION


class Reason(Struct, frozen=True):
    """Why something may not be destroyed: a code, and the holds that forbid it."""

    code: str
    by: tuple[str, ...] = ()


class Judge:
    """Judges at one moment (ms since 1970), by the holds and rules that stand now."""

    def __init__(self, connection: Connection, ground: Ground, at: int) -> None:
        """Read the rules.

        Raises:
            OutdatedAppraisal: The ground is a selection list, and what it says rests on the past.
        """
        if ground is Ground.SELECTION_LIST and is_outdated(connection):
            raise OutdatedAppraisal()
        self._connection = connection
        self.ground = ground
        self._at = at
        self.rules: Mapping[int, Rule] = tables_appraise.rules(connection)
        self._seen: dict[int, tuple[str, float]] = {}

    def items(self, places: Sequence[Place]) -> dict[int, Reason]:
        """Give by copy why it may not go; what may go is not named."""
        copies = {place.copy for place in places}
        by_copy = held.held(self._connection, copies)
        found = {copy: Reason(HELD, by) for copy, by in by_copy.items()}
        for copy, episode in confirm.disputed(self._connection, copies).items():
            found.setdefault(copy, Reason(HELD, (episode,)))
        if self.ground is Ground.NO_RECORD:
            for copy in copies - confirm.may_go(self._connection, copies):
                found.setdefault(copy, Reason(SORTING))
        if self.ground is Ground.SELECTION_LIST:
            for place in places:
                if place.copy not in found and (code := self._by_list(place)):
                    found[place.copy] = Reason(code)
        return found

    def returned(self, whole: Whole, items: Sequence[Item]) -> dict[int, Reason]:
        """Give by number why items of a delivery that were destroyed before may not go again.

        The ground is that of the destruction before. No search finds these items: what a hold says
        of words or conversations is taken to cover them.
        """
        grounds = {one.id: one.ground for one in tables_dispose.proposals(self._connection)}
        found = {}
        for item, by in self._holds(whole, items).items():
            found[item] = Reason(HELD, by)
        for one in items:
            if one.number not in found and self.ground not in {
                grounds.get(proposal) for proposal in one.proposals
            }:
                found[one.number] = Reason(GROUND)
        return found

    def _holds(self, whole: Whole, items: Sequence[Item]) -> dict[int, tuple[str, ...]]:
        covering = held.over_unsearched(self._connection, whole.delivery)
        found = {
            item.number: tuple(one.id for one in covering if one.scope.may_hold(item.sent_at))
            for item in items
        }
        return {number: by for number, by in found.items() if by}

    def delivery(
        self, whole: Whole, copies: Sequence[int], items: Sequence[Item] = ()
    ) -> Reason | None:
        """Say why a whole delivery may not go, and these items in it that no record was made of."""
        holds = set(held.covers_delivery(self._connection, whole.delivery))
        for by in held.held(self._connection, set(copies)).values():
            holds.update(by)
        holds.update(confirm.disputed(self._connection, copies).values())
        for by in self._holds(whole, items).values():
            holds.update(by)
        return Reason(HELD, tuple(sorted(holds))) if holds else None

    def _by_list(self, place: Place) -> str:
        code, ends = self._known(place.rule or 0)
        if code:
            return code
        if place.end_at is None or place.end_at > self._at:
            return TERM
        return LIST if place.sent_at is None or place.sent_at >= ends else ""

    def _known(self, number: int) -> tuple[str, float]:
        """Give what forbids it by a rule alone, and when its list ceased to hold (ms, UTC)."""
        if number not in self._seen:
            rule = self.rules.get(number, Rule())
            ends = _end_of(rule.valid_until) if rule.valid_until else float("inf")
            self._seen[number] = _FORBIDS[rule.appraisal], ends
        return self._seen[number]


def _end_of(day: str) -> float:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000 + DAY


_FORBIDS = {Appraisal.DESTROY: "", Appraisal.KEEP: KEEP, Appraisal.UNSETTLED: UNKNOWN}
