"""How much there is, and how far log, index and copies are: numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from archiver.daemon import due
from archiver.language import say
from archiver.output import local
from archiver.output.words import word
from archiver.settings import Settings
from archiver.store.archive import Archive
from archiver.store.catalogue import today as moment
from archiver.store.last_event import last_event


class Standing(Struct, frozen=True):
    """The numbers; `head` is the root of the log, days are None for what never happened."""

    archive: str
    accounts: int
    deliveries: dict[str, int]
    records: int
    holdings: int
    conversations: int
    findings_open: int
    events: int
    head: str
    index_up_to_date: bool
    days_since_head: int | None
    last_backup: str
    last_verify: str


def standing(archive: Archive, settings: Settings, now: datetime) -> Standing:
    """Count what there is."""
    connection = archive.catalogue.connection
    counts, head = moment.counts(connection), archive.log.head()
    return Standing(
        archive=archive.identity.name,
        accounts=counts["account"],
        deliveries=moment.states(connection),
        records=counts["record"],
        holdings=counts["holding"],
        conversations=counts["conversation"],
        findings_open=counts["finding"],
        events=head.size,
        head=head.root.hex(),
        index_up_to_date=archive.catalogue.last_seq + 1 >= head.size,
        days_since_head=due.since_head(archive, settings, now),
        last_backup=_when(archive, due.BACKED_UP, now),
        last_verify=_when(archive, due.VERIFIED, now),
    )


def told(of: Standing) -> Iterator[str]:
    """Say it in words."""
    states = ", ".join(
        f"{number} {word('state', state)}" for state, number in sorted(of.deliveries.items())
    )
    yield say("Archive: {archive}", archive=of.archive)
    yield say(
        "Accounts: {accounts}. Deliveries: {deliveries}.",
        accounts=of.accounts,
        deliveries=states or "0",
    )
    yield say(
        "Records: {records}, held {holdings} times, in {conversations} conversations.",
        records=of.records,
        holdings=of.holdings,
        conversations=of.conversations,
    )
    yield say("Findings that wait: {findings}.", findings=of.findings_open)
    yield say("Log: {events} events, head {head}.", events=of.events, head=of.head)
    yield (
        say("The index is up to date.")
        if of.index_up_to_date
        else say("The index is behind the log; it is brought up to date by whoever writes next.")
    )
    yield say(
        "Last backup: {backup}. Last verified: {verify}.",
        backup=of.last_backup or "-",
        verify=of.last_verify or "-",
    )


def _when(archive: Archive, kind: str, now: datetime) -> str:
    """Give when the last event of a kind was, in the zone of `now`."""
    event = last_event(archive, kind)
    return "" if event is None else local(event.at, now.tzinfo or UTC)
