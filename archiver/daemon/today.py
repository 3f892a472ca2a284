"""The list of today: what arrived, what failed, what waits for whom, what is due.

Ids and numbers only: no title, no name of a file, no text. Each line ends in the command to paste.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any

from archiver.daemon import case_due, destruction, due, reminders, unsorted
from archiver.daemon.ledger import Ledger
from archiver.daemon.read_out_due import read_out_due
from archiver.daemon.register_due import register_due
from archiver.language import say
from archiver.model import State
from archiver.settings import Settings
from archiver.store.archive import Archive
from archiver.store.catalogue import today as moment
from archiver.wording import codes

MOST = 10
"""Deliveries named one by one; of more only the number is said."""


class Part(StrEnum):
    """The parts of the list, in its order."""

    ARRIVED = "arrived"
    FAILED = "failed"
    WAITS = "waits"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how many, which command helps, and whose turn it is."""

    part: Part
    sentence: str
    count: int = 1
    command: str = ""
    role: str = ""

    @property
    def whom(self) -> str:
        """Whose turn it is, in words; empty when it is nobody's."""
        return say(_ROLES[self.role]) if self.role else ""


def _(sentence: str) -> str:
    """Mark a sentence for the language catalogue; it is translated where it is shown."""
    return sentence


_HEAD = _("The last head of the log was put outside {days} days ago.")
_BACKUP = _("The last backup is {days} days old.")
_VERIFY = _("The archive was last verified {days} days ago.")
_ROLES = {
    "records-officer": _("records officer"),
    "sorter": _("sorter"),
    "administrator": _("administrator"),
    "process-owner": _("process owner"),
    "archive-manager": _("archive manager"),
    "woo-jurist": _("Woo jurist"),
}


def today(archive: Archive, settings: Settings, now: datetime) -> Iterator[Line]:
    """Yield the lines; arrived is what came in the last 24 hours."""
    yield from arrived(archive, int((now - timedelta(days=1)).timestamp() * 1000))
    yield from failed(archive)
    yield from waits(archive, now)
    yield from overdue(archive, settings, now)


def arrived(archive: Archive, since: int, until: int = 1 << 62) -> Iterator[Line]:
    """Say what each account delivered in ``[since, until)`` (ms since 1970)."""
    for row in moment.arrived(archive.catalogue.connection, since, until):
        yield Line(
            Part.ARRIVED,
            say(
                "Account {account}: deliveries {deliveries}, new records {new}, known {known}.",
                account=row["account"],
                deliveries=row["deliveries"],
                new=row["new"],
                known=row["known"],
            ),
            row["deliveries"],
            f"chatarchief account show {row['account']}",
        )


def failed(archive: Archive) -> Iterator[Line]:
    """Say what could not be read, and what stays in the drop folder."""
    for row, number in _deliveries(archive, State.QUARANTINED):
        yield Line(
            Part.FAILED,
            say("Delivery {delivery} is kept unread in quarantine.", delivery=row["delivery"])
            if row
            else say("More deliveries in quarantine: {n}.", n=number),
            number,
            f"chatarchief findings --delivery {row['delivery']}"
            if row
            else f"chatarchief delivery list --state {State.QUARANTINED}",
            "records-officer",
        )
    known = codes()
    ledger = Ledger(moment.recall(archive.catalogue.connection))
    for code, names in ledger.codes().items():
        if not names[0].startswith(":") and code in known:
            yield Line(
                Part.FAILED,
                say("Sources that stay in the drop folder ({code}): {n}.", n=len(names), code=code),
                len(names),
                "chatarchief doctor",
                "administrator",
            )


def waits(archive: Archive, now: datetime) -> Iterator[Line]:
    """Say what waits for whom."""
    for state, role in (
        (State.QUESTION, "records-officer"),
        (State.CUSTODY, "records-officer"),
        (State.SEALED, "sorter"),
    ):
        for row, number in _deliveries(archive, state):
            yield Line(Part.WAITS, _waiting(state, row, number), number, _help(state, row), role)
    number = moment.counts(archive.catalogue.connection)["finding"]
    if number:
        sentence = say("Findings that wait for an officer: {n}.", n=number)
        yield Line(Part.WAITS, sentence, number, "chatarchief findings", "records-officer")
    for sentence, number, command in reminders.waiting(archive):
        yield Line(Part.WAITS, sentence, number, command, "records-officer")
    for task in destruction.waiting(archive, now):
        yield Line(Part.WAITS, *task)


def overdue(archive: Archive, settings: Settings, now: datetime) -> Iterator[Line]:
    """Say what should have been done by now."""
    head = due.since_head(archive, settings, now)
    if head is None or head > due.HEAD_DAYS:
        yield _due(head, say("No head of the log was ever put outside."), _HEAD, "doctor")
    backup = due.since_backup(archive, now)
    if backup is None or backup > due.BACKUP_DAYS:
        yield _due(backup, say("There is no backup yet."), _BACKUP, "backup DIR")
    checked = due.since_verified(archive, now)
    if checked is None or checked > due.VERIFY_DAYS:
        yield _due(checked, say("The archive was never verified."), _VERIFY, "verify")
    for account, days in due.silent(archive, settings, now):
        sentence = say(
            "Account {account}: days without anything new: {days}.", account=account.id, days=days
        )
        yield Line(Part.DUE, sentence, 1, f"chatarchief account show {account.id}")
    for task in unsorted.due(archive, now):
        yield Line(Part.DUE, *task)
    for task in case_due.due(archive, settings, now):
        yield Line(Part.DUE, *task)
    asked = chain(register_due(archive, settings, now), read_out_due(archive, settings, now))
    for sentence, number, command in chain(
        reminders.silent(archive), reminders.outdated(archive), asked
    ):
        yield Line(Part.DUE, sentence, number, command, "records-officer")
    for task in destruction.due(archive, now):
        yield Line(Part.DUE, *task)


def _due(days: int | None, never: str, sentence: str, command: str) -> Line:
    said = never if days is None else say(sentence, days=days)
    return Line(Part.DUE, said, 1, f"chatarchief {command}", "administrator")


def _deliveries(archive: Archive, state: State) -> Iterator[tuple[dict[str, Any] | None, int]]:
    """Give the newest deliveries in a state one by one, and then how many more there are."""
    connection = archive.catalogue.connection
    found = moment.in_state(connection, state, MOST)
    yield from ((row, 1) for row in found)
    more = moment.states(connection).get(state, 0) - len(found)
    if more > 0:
        yield None, more


def _waiting(state: State, row: dict[str, Any] | None, number: int) -> str:
    delivery = row["delivery"] if row else ""
    match state, row:
        case State.QUESTION, None:
            return say("More deliveries that wait for an answer: {n}.", n=number)
        case State.QUESTION, _:
            return say("Delivery {delivery} waits for an answer.", delivery=delivery)
        case State.CUSTODY, None:
            return say("More deliveries that wait for a legal basis: {n}.", n=number)
        case State.CUSTODY, _:
            return say("Delivery {delivery} waits for a legal basis.", delivery=delivery)
        case _, None:
            return say("More sealed deliveries: {n}.", n=number)
        case _:
            return say("Delivery {delivery} is sealed until it is sorted.", delivery=delivery)


def _help(state: State, row: dict[str, Any] | None) -> str:
    if row is None:
        return f"chatarchief delivery list --state {state}"
    match state:
        case State.QUESTION:
            return f"chatarchief findings --delivery {row['delivery']}"
        case State.CUSTODY:
            return f"chatarchief account change {row['account']} --basis CODE"
        case _:
            return f"chatarchief delivery release {row['delivery']}"
