"""How the gate's events come into its tables."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.store.archive import Projector
from retention import approve, carried_out, dispose, proposal, statement

PROJECTORS: Mapping[str, Projector] = {
    proposal.PROPOSED: proposal.project,
    approve.APPROVED: approve.project,
    dispose.BEGUN: dispose.project,
    carried_out.DONE: dispose.project,
    statement.STATED: statement.project,
}
