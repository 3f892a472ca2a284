"""How a proposal to destroy is asked for and shown, by every command that makes or lists one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.commands.frame import Frame
from archiver.output import Report, Row

if TYPE_CHECKING:
    from retention.proposal import Proposal
    from retention.propose import Asked as Scope
    from retention.tables_dispose import Proposed


def withdrawal(delivery: str, reason: str, instead: str = "") -> Scope:
    """Ask for the withdrawal of a delivery, `instead` of which another one may have come."""
    from retention.proposal import Ground
    from retention.propose import Asked as Scope

    return Scope(Ground.WITHDRAWN, reason, (delivery,), reference=instead)


def report(frame: Frame, made: Proposal, digest: str, more: Row | None = None) -> Report:
    """Show a proposal: its lines, and what stays."""
    return Report(
        name="lines",
        rows=[
            {
                "delivery": line.delivery,
                "account": line.account,
                "conversation": line.conversation,
                "items": [f"{first}-{last}" for first, last in line.items],
                "count": line.count,
                "from": frame.moment(line.since),
                "to": frame.moment(line.until),
                "category": line.rule.category if line.rule else "",
                "term": line.rule.term if line.rule else "",
                "ended_at": frame.moment(line.end_at),
                "elsewhere": line.elsewhere,
                "before": list(line.before),
            }
            for line in made.lines
        ],
        values={
            "proposal": made.id,
            "digest": digest,
            "ground": str(made.ground),
            "reason": made.reason,
            "reference": made.reference,
            "proposer": made.proposer,
            "expires_at": frame.moment(made.expires_at),
            "count": sum(line.count for line in made.lines),
            "refused": [
                {
                    "delivery": one.delivery,
                    "reason": one.reason,
                    "by": list(one.by),
                    "count": one.count,
                    "items": [f"{first}-{last}" for first, last in one.items],
                }
                for one in made.refused
            ],
            **(more or {}),
        },
    )


def row(frame: Frame, one: Proposed, approvals: int) -> Row:
    """Show a proposal as one of a list, with how many approved it."""
    return {
        "proposal": one.id,
        "ground": one.ground,
        "state": one.stage,
        "items": one.items,
        "refused": one.refused,
        "approvals": approvals,
        "proposer": one.proposer,
        "proposed_at": frame.moment(one.proposed_at),
        "expires_at": frame.moment(one.expires_at),
        "done_at": frame.moment(one.done_at),
    }
