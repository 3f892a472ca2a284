"""Alarms of one round: told to whoever reads the journal, and logged as one event for each account.

A source that is refused 20,000 times over is one event with a count. What is said names the source;
the log holds codes and counts, and the names encrypted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

from archiver.language import say
from archiver.model import Finding
from archiver.store.scribe import Scribe
from archiver.wording import describe, remedy

REFUSED = "intake.refused"
RAISED = "alarm.raised"
_MOST_TOLD = 5
_MOST_NAMED = 1_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """A finding about the watching itself; `refused` when it is about a source that stays."""

    finding: Finding
    account: str = ""
    refused: bool = False


@dataclass(slots=True)
class Alarms:
    """Collects what is news in one round."""

    tell: Callable[[str], None]
    _untold: list[Finding] = field(default_factory=list)
    _unlogged: list[Alarm] = field(default_factory=list)

    def add(self, alarm: Alarm) -> None:
        """Keep one until the end of the round."""
        self._untold.append(alarm.finding)
        self._unlogged.append(alarm)

    def out(self, scribe: Scribe) -> None:
        """Tell them and log them; what cannot be logged now waits for the next round."""
        self._tell()
        for (refused, account), alarms in groupby(sorted(self._unlogged, key=_order), key=_order):
            _log(scribe, [alarm.finding for alarm in alarms], account, refused=refused)
        self._unlogged.clear()

    def _tell(self) -> None:
        by_code: dict[str, list[Finding]] = {}
        for finding in self._untold:
            by_code.setdefault(finding.code, []).append(finding)
        self._untold.clear()
        for code, same in sorted(by_code.items()):
            for finding in same[:_MOST_TOLD]:
                self.tell(f"{code} {describe(code, finding.values)}")
            if len(same) > _MOST_TOLD:
                self.tell(say("{code} … and {n} more.", code=code, n=len(same) - _MOST_TOLD))
            self.tell(f"  {remedy(code, same[0].values)}")


def _order(alarm: Alarm) -> tuple[bool, str]:
    return alarm.refused, alarm.account


def _log(scribe: Scribe, findings: list[Finding], account: str, *, refused: bool) -> None:
    detail = {"findings": [[one.code, one.values] for one in findings[:_MOST_NAMED]]}
    event = scribe.event(
        REFUSED if refused else RAISED,
        result="refused" if refused else "alarm",
        account=account,
        codes=sorted({finding.code for finding in findings}),
        counts={"count": len(findings)},
        detail=detail,
    )
    scribe.record(event)
