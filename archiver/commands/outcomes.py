"""How the outcome of a delivery is shown: the balance in words, and the JSON others rely on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.model import Finding, State
from archiver.output import Row
from archiver.wording import describe

if TYPE_CHECKING:
    from archiver.pipeline.outcome import Outcome

_BALANCE = ("read", "new", "known", "rejected", "excluded", "messages", "events")
_MOST_SHOWN = 5


def as_row(frame: Frame, outcome: Outcome) -> Row:
    """Give the JSON of one delivery; of an isolated one no name and no digest."""
    hidden = outcome.state is State.ISOLATED
    counts = outcome.counts
    return {
        "delivery": outcome.delivery,
        "path": "" if hidden else outcome.path,
        "sha256": "" if hidden else outcome.sha256,
        "source_format": outcome.source_format,
        "state": str(outcome.state),
        "account": outcome.account,
        "repeated": outcome.repeated,
        **{name: getattr(counts, name) for name in _BALANCE},
        "attachments": {
            "referenced": counts.referenced,
            "present": counts.present,
            "missing": counts.missing,
        },
        "period": {"from": frame.moment(outcome.since), "to": frame.moment(outcome.until)},
        "findings": [as_finding(finding) for finding in outcome.findings],
        "event": outcome.seq,
    }


def as_finding(finding: Finding) -> Row:
    """Give the JSON of one finding, with its sentence in the language in use."""
    row: dict[str, object] = {
        "code": finding.code,
        "message": describe(finding.code, finding.values),
        "values": finding.values,
    }
    for name in ("member", "offset", "length", "item"):
        if (value := getattr(finding, name)) is not None:
            row[name] = value
    return row


def totals(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Add the balances up."""
    return {
        "deliveries": len(outcomes),
        **{name: sum(getattr(o.counts, name) for o in outcomes) for name in _BALANCE},
    }


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Say in words what became of each delivery."""
    for outcome in outcomes:
        hidden = outcome.state is State.ISOLATED
        yield outcome.delivery if hidden else f"{outcome.delivery}  {outcome.path}"
        yield f"  {_state(outcome)}"
        yield f"  {_balance(outcome)}"
        if outcome.counts.referenced:
            yield "  " + say(
                "Attachments: {referenced} named, {present} present, {missing} missing.",
                referenced=outcome.counts.referenced,
                present=outcome.counts.present,
                missing=outcome.counts.missing,
            )
        yield from (f"  {line}" for line in finding_lines(outcome.findings))


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Say findings, the first few of each code and then how many more there are."""
    by_code: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: one.code):
        by_code.setdefault(finding.code, []).append(finding)
    for code, same in by_code.items():
        for finding in same[:_MOST_SHOWN]:
            yield f"{code} {describe(code, finding.values)}"
        if len(same) > _MOST_SHOWN:
            yield say("{code} … and {n} more.", code=code, n=len(same) - _MOST_SHOWN)


def _balance(outcome: Outcome) -> str:
    counts = outcome.counts
    return say(
        "read {read} = new {new} + known {known} + rejected {rejected} + excluded {excluded}"
        " ({messages} messages, {events} events)",
        **{name: getattr(counts, name) for name in _BALANCE},
    )


def _state(outcome: Outcome) -> str:
    if outcome.repeated:
        return say("This file of this account is known already: nothing new.")
    if outcome.state is State.INGESTED and outcome.covered:
        if outcome.covered >= outcome.counts.new + outcome.counts.known:
            return say("Kept; all of it stays sealed until it is released.")
        return say(
            "Kept and searchable, but {n} items stay sealed until they are released.",
            n=outcome.covered,
        )
    return {
        State.INGESTED: say("Kept and searchable."),
        State.SEALED: say("Kept and sealed until it is released."),
        State.QUESTION: say("Kept; a question must be answered before it can be searched."),
        State.QUARANTINED: say(
            "Kept unread in quarantine; markings were looked for in its names only."
        ),
        State.CUSTODY: say(
            "Kept unread in sealed custody: no legal basis covers it;"
            " markings were looked for in its names only."
        ),
        State.WITHDRAWN: say("Withdrawn."),
        State.ISOLATED: say("Set apart for the security officer."),
    }[outcome.state]
