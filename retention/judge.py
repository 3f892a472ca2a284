"""The conditions of destruction, judged once for the proposal and again before it is carried out.

A hold forbids on every ground. On the ground of a selection list the appraisal must be V by a list
that held when the message was sent, and its term must have run. A copy is judged with all that one
account has of a message; what another account or delivery has is judged by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode
from archiver.store.catalogue.connection import Connection
from retention import hold, tables_appraise
from retention.appraise import is_outdated
from retention.proposal import DAY, Ground
from retention.selection_list import Appraisal
from retention.span import Rule
from retention.tables_targets import Place, Whole

HELD, KEEP, UNKNOWN, TERM, LIST = "held", "keep", "unknown", "term", "list"


class OutdatedAppraisal(ArchiveError):
    """Functions, owners or assignments changed since the last appraisal; run retention appraise."""

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
        self._ground = ground
        self._at = at
        self.rules: Mapping[int, Rule] = tables_appraise.rules(connection)
        self._seen: dict[int, tuple[str, float]] = {}

    def items(self, places: Sequence[Place]) -> dict[int, Reason]:
        """Give by copy why it may not go; what may go is not named."""
        held = hold.held(self._connection, {place.copy for place in places})
        found = {copy: Reason(HELD, tuple(by)) for copy, by in held.items()}
        if self._ground is Ground.SELECTION_LIST:
            for place in places:
                if place.copy not in found and (code := self._by_list(place)):
                    found[place.copy] = Reason(code)
        return found

    def delivery(self, whole: Whole, copies: Sequence[int]) -> Reason | None:
        """Say why a whole delivery may not go."""
        holds = set(hold.covers_delivery(self._connection, whole.delivery))
        for by in hold.held(self._connection, set(copies)).values():
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
