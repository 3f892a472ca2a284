"""The exclusion period: the weeks in which an official may take out what is private.

For mail it is that of the national guidance on keeping mail (RDDI, 2018): ten weeks from sending or
receipt. ``config/exclusion.toml`` has a period for each service and kind of account. When it ends
nothing is opened and nothing destroyed: what was not sorted by then stays sealed and is overdue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from operator import attrgetter

import msgspec
from msgspec import Struct

from archiver.classify.episode import Outcome
from archiver.configuration import read
from archiver.errors import ArchiveError, ExitCode, NoSuchThing
from archiver.model import AccountKind
from archiver.register.accounts import account
from archiver.sorting import schema
from archiver.sorting.decisions import SORTED, event
from archiver.sorting.episodes import Episode
from archiver.sorting.tables_acts import Source
from archiver.sorting.tables_members import Member, Strand, members, strands_with
from archiver.store.catalogue.homes import record_of
from archiver.store.scribe import Scribe

WEEK = 7 * 86_400_000
"""Milliseconds."""
_ANY = "*"


class NoPeriod(ArchiveError):
    """No exclusion period holds for {service} on a {kind} account."""

    exit_code = ExitCode.USAGE


class PeriodOver(ArchiveError):
    """The exclusion period of {record} is over."""

    exit_code = ExitCode.NOT_AUTHORISED


class NotOfAccount(ArchiveError):
    """{record} is not an open message of the business account {account}."""

    exit_code = ExitCode.USAGE


class Period(Struct, frozen=True, forbid_unknown_fields=True):
    """How many weeks, counted from when a message was ``sent`` or its delivery ``received``."""

    service: str
    kind: AccountKind
    weeks: int
    counted: str

    def ends(self, sent_at: int | None, received_at: int) -> int:
        """Give the moment (ms since 1970) at which it ends; without a time it runs from receipt."""
        sent = received_at if sent_at is None else sent_at
        return (sent if self.counted == "sent" else received_at) + self.weeks * WEEK


@cache
def periods() -> tuple[Period, ...]:
    """Give all periods; one for a service goes before one for any (``*``)."""
    found = msgspec.convert(read("exclusion.toml")["period"], tuple[Period, ...])
    return tuple(sorted(found, key=_particular))


def period(service: str, kind: str) -> Period | None:
    """Give the period for a service on this kind of account."""
    fitting = (one for one in periods() if one.service in (service, _ANY) and one.kind == kind)
    return next(fitting, None)


def exclude(
    scribe: Scribe, public: str, records: Sequence[str], *, reason: str, at: int
) -> list[str]:
    """Seal messages of a business account because the official asks for it, at a moment (ms).

    They wait for a sorter from then on; `archiver.sorting.decisions.undo` opens them again. Gives
    the names of the episodes that they form, one a conversation.

    Raises:
        NoSuchThing: There is no such account or message.
        NotOfAccount: The account is no business account, or has no such open message.
        NoPeriod: No period holds for such accounts.
        PeriodOver: The period of a message is over.
    """
    with scribe.archive.writing():
        own = account(scribe.archive, public)
        rule = period(own.service, own.kind)
        if rule is None:
            raise NoPeriod(service=own.service, kind=str(own.kind))
        if own.kind is not AccountKind.BUSINESS:
            raise NotOfAccount(record=records[0], account=public)
        made = [_allowed(one, rule, public, at) for one in _gathered(scribe, public, records)]
        for one in made:
            scribe.record(event(scribe, SORTED, one, Outcome.UNDECIDED, Source.OFFICIAL, reason))
        return [one.id for one in made]


def _gathered(scribe: Scribe, public: str, records: Collection[str]) -> list[Episode]:
    """Put what the account has of these records together by strand."""
    connection = schema.ready(scribe.archive)
    found: dict[Strand, set[Member]] = defaultdict(set)
    for record in records:
        key = record_of(connection, record)
        if key is None:
            raise NoSuchThing(what="record", name=record)
        strands = strands_with(connection, key, public)
        if not strands:
            raise NotOfAccount(record=record, account=public)
        for strand in strands:
            found[strand] |= {one for one in members(connection, strand.key) if one.record == key}
    ordered = {strand: sorted(those, key=attrgetter("order")) for strand, those in found.items()}
    return [Episode(those[0].id, strand, tuple(those)) for strand, those in ordered.items()]


def _allowed(episode: Episode, rule: Period, public: str, at: int) -> Episode:
    for one in episode.members:
        if not one.opened or one.act is not None:
            raise NotOfAccount(record=one.id, account=public)
        if rule.ends(one.sent_at, one.received_at) <= at:
            raise PeriodOver(record=one.id)
    return episode


def _particular(one: Period) -> bool:
    return one.service == _ANY
