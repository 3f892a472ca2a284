"""The whole of coverage: officials with their accounts and conversations, counted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from msgspec import Struct

from archiver.coverage import tables
from archiver.coverage.accounts import AccountCoverage, of_accounts
from archiver.coverage.census import census
from archiver.coverage.closing import Closing, closing
from archiver.coverage.conversations import ConversationCoverage, of_conversations
from archiver.coverage.months import Months
from archiver.coverage.officials import Official, officials
from archiver.coverage.unseen import Unseen, unseen, watch
from archiver.errors import NoSuchThing
from archiver.model import State
from archiver.register import devices, facts
from archiver.store.archive import Archive
from archiver.store.catalogue.compare import still


class Asked(Struct, frozen=True):
    """Of what coverage is asked: an account's id, a person, a conversation's id; empty for all."""

    account: str = ""
    person: str = ""
    conversation: str = ""


class OfficialCoverage(Struct, frozen=True):
    """One official: accounts, conversations, accounts seen with others, the closing list."""

    official: Official
    accounts: tuple[AccountCoverage, ...]
    conversations: tuple[ConversationCoverage, ...]
    unseen: tuple[Unseen, ...]
    closing: Closing | None


def coverage(
    archive: Archive, asked: Asked, *, zone: tzinfo, today: date
) -> list[OfficialCoverage]:
    """Say how complete the archive is, by official.

    Raises:
        NoSuchThing: There is no account, person or open conversation of that name.
    """
    everyone = officials(archive)
    chosen = _chosen(everyone, asked)
    connection = archive.catalogue.connection
    with still(connection):
        rows = tables.deliveries(connection)
        handed_in = {account for account, among in rows.items()
                     if any(State(one.state).is_final for one in among)}  # fmt: skip
        watched = watch(connection, everyone, handed_in)
        counted = census(connection, Months(zone), watched.keys, by_delivery=True)
        named = {one.key: one.public for among in rows.values() for one in among}
        among = [one for each in chosen for one in each.accounts if asked.account in ("", one.id)]
        covered = of_accounts(archive, among, counted, today)
        talks = of_conversations(connection, counted, named, {one.id for one in among})
        others = unseen(connection, watched, counted, everyone)
    if asked.conversation:
        return _of_conversation(chosen, covered, talks, asked.conversation)
    counting = facts.valid(facts.facts(archive), today.isoformat())
    known = devices.devices(archive)
    return [
        OfficialCoverage(
            one,
            own := _own(one, covered),
            tuple(each for each in talks if each.account in {a.account.id for a in own}),
            tuple(each for each in others if one.is_named(each.person)),
            None if asked.account
            else closing(one, own, counting, known, months=counted.months, today=today),
        )
        for one in chosen
    ]  # fmt: skip


def _chosen(everyone: Sequence[Official], asked: Asked) -> list[Official]:
    found = [
        one for one in everyone
        if (not asked.person or asked.person == one.id or one.is_named(asked.person))
        and (not asked.account or any(each.id == asked.account for each in one.accounts))
    ]  # fmt: skip
    if not found and asked.account:
        raise NoSuchThing(what="account", name=asked.account)
    if not found and asked.person:
        raise NoSuchThing(what="person", name=asked.person)
    return found


def _own(one: Official, covered: Sequence[AccountCoverage]) -> tuple[AccountCoverage, ...]:
    ids = {each.id for each in one.accounts}
    return tuple(each for each in covered if each.account.id in ids)


def _of_conversation(
    chosen: Sequence[Official],
    covered: Sequence[AccountCoverage],
    talks: Sequence[ConversationCoverage],
    conversation: str,
) -> list[OfficialCoverage]:
    """Give who has one conversation, and of each account no more than that."""
    having = {one.account: one for one in talks if one.conversation == conversation}
    if not having:
        raise NoSuchThing(what="conversation", name=conversation)
    found = []
    for one in chosen:
        own = tuple(each for each in _own(one, covered) if each.account.id in having)
        if own:
            theirs = tuple(having[each.account.id] for each in own)
            found.append(OfficialCoverage(one, own, theirs, (), None))
    return found
