"""What is shown of a delivery that is not open: its numbers and codes always, its names never.

Names of files and of what they contain are covered, since a chat application names its export
after the conversation. A sorter who asks for what is sealed sees them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from archiver.model import AccountKind, Finding, State

if TYPE_CHECKING:
    from archiver.pipeline.outcome import Outcome

COVERED = "…"
_NAMES = frozenset({"path", "name", "names", "other", "inside"})


def is_covered(state: str, kind: str, device: str = "") -> bool:
    """Whether a delivery in this state, of an account of this kind, may hold what is private.

    The files of a device are those of all its accounts, of which not all may be open.
    """
    if device:
        return True
    if state == State.INGESTED:
        return False
    return kind == AccountKind.PRIVATE or state in (State.SEALED, State.CUSTODY)


def row(found: Mapping[str, Any], *, sealed: bool) -> dict[str, Any]:
    """Give a delivery's or a finding's row, its path covered unless `sealed` was asked for."""
    covered = not sealed and is_covered(found["state"], found["kind"], found["device"])
    return {**found, "path": COVERED} if covered else dict(found)


def values(found: Mapping[str, str | int]) -> dict[str, str | int]:
    """Give the values of a finding's sentence with every name in them covered."""
    return {
        name: COVERED if name in _NAMES and isinstance(value, str) else value
        for name, value in found.items()
    }


def findings(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give findings with every name in them covered."""
    return tuple(msgspec.structs.replace(one, values=values(one.values)) for one in found)


def outcome(found: Outcome, kind: str) -> Outcome:
    """Give what became of a delivery, covered where it has to be."""
    if not is_covered(found.state, kind):
        return found
    return msgspec.structs.replace(found, path=COVERED, findings=findings(found.findings))
