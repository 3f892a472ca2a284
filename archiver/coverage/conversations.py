"""How complete each open conversation of an account is, also by what others have of it.

A record that an open copy of another account has, at a moment between the first and the last one
that this account has of the conversation, and that this account's exports lack, is counted as
lacking. That alone proves nothing: people join late, messages are set to disappear, and exports
are limited; ``differences`` tells these apart, message by message. Mail is left out of it, since
not everyone in a thread gets every mail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from archiver.coverage import tables
from archiver.coverage.accounts import silent
from archiver.coverage.census import OPEN, SEALED, UNTIMED, Census, Tally, total
from archiver.store.catalogue.connection import Connection


class Holding(Struct, frozen=True):
    """What one delivery has of a conversation: its period (ms since 1970) and how many records."""

    delivery: str
    first: int | None
    last: int | None
    records: int


class ConversationCoverage(Struct, frozen=True):
    """What an account's exports have of one conversation, as far as it is open.

    `lacking` counts messages that other accounts have and these exports do not, `lacking_first` and
    `lacking_last` are the first and last of them; all moments are in ms since 1970. `others` are
    the other accounts. `disappearing_since` is when messages that are `disappearing` were last set
    to do so, None where that time is not known.
    """

    account: str
    conversation: str
    title: str
    service: str
    records: int
    first: int | None
    last: int | None
    silent: tuple[str, ...]
    deliveries: tuple[Holding, ...]
    others: tuple[str, ...]
    lacking: int
    lacking_first: int | None
    lacking_last: int | None
    disappearing: bool
    disappearing_since: int | None


def of_conversations(
    connection: Connection, counted: Census, named: Mapping[int, str], among: Collection[str]
) -> list[ConversationCoverage]:
    """Say how complete the open conversations of these accounts are; `named` are deliveries."""
    having = _having(counted)
    lacking = _Lacking(connection, counted, having)
    found = []
    for (account, conversation), keys in having.items():
        if account in among:
            found.append(_of(counted, named, (account, conversation), keys, lacking))
    return sorted(found, key=lambda one: (one.account, -one.records, one.conversation))


Having = Mapping[tuple[str, str], tuple[int, ...]]


def _having(counted: Census) -> Having:
    """Give the strands with something open, by account and conversation."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for key, one in counted.strands.items():
        if (key, OPEN) in counted.spread:
            where = one.account, one.conversation
            found[where] = (*found.get(where, ()), key)
    return found


def _span(counted: Census, keys: Iterable[int]) -> Tally:
    return total(each for key in keys for each in counted.spread[key, OPEN].values())


class _Lacking:
    """Tells which records an account lacks that others have."""

    def __init__(self, connection: Connection, counted: Census, having: Having) -> None:
        self._connection = connection
        self._counted = counted
        self._known: dict[str, dict[str, set[int]]] = defaultdict(dict)
        for (account, conversation), keys in having.items():
            records = [counted.shared[key] for key in keys if key in counted.shared]
            if records:
                self._known[conversation][account] = set().union(*records)

    def others(self, account: str, conversation: str) -> tuple[str, ...]:
        """Give the other accounts with the conversation."""
        return tuple(sorted(self._known.get(conversation, {}).keys() - {account}))

    def of(self, account: str, conversation: str, span: Tally) -> list[int]:
        """Give the moments of the messages that others have within a span, and the account not."""
        known = self._known.get(conversation, {})
        own = known.get(account)
        if own is None or span.first is None or span.last is None:
            return []
        sent_at = self._counted.sent_at
        every = set().union(*(known[other] for other in known if other != account))
        within = {one for one in every - own if span.first < sent_at[one] < span.last}
        return sorted(sent_at[one] for one in tables.messages_among(self._connection, within))


def _of(
    counted: Census,
    named: Mapping[int, str],
    where: tuple[str, str],
    keys: tuple[int, ...],
    lacking: _Lacking,
) -> ConversationCoverage:
    account, conversation = where
    span, lacks = _span(counted, keys), lacking.of(*where, _span(counted, keys))
    set_on = _disappearing(counted, keys)
    first = counted.strands[keys[0]]
    return ConversationCoverage(
        account=account,
        conversation=conversation,
        title=first.title,
        service=first.service,
        records=span.records,
        first=span.first,
        last=span.last,
        silent=silent(_months(counted, keys)),
        deliveries=_holdings(counted, named, keys),
        others=lacking.others(*where),
        lacking=len(lacks),
        lacking_first=lacks[0] if lacks else None,
        lacking_last=lacks[-1] if lacks else None,
        disappearing=set_on is not None,
        disappearing_since=None if set_on == UNTIMED else set_on,
    )


def _months(counted: Census, keys: Iterable[int]) -> set[str]:
    """Give the months with records, also sealed ones: such a month is not silent."""
    return {
        counted.months.month(stretch)
        for key in keys
        for side in (OPEN, SEALED)
        for stretch in counted.spread.get((key, side), {})
        if stretch is not None
    }


def _holdings(
    counted: Census, named: Mapping[int, str], keys: Iterable[int]
) -> tuple[Holding, ...]:
    found: dict[int, Tally] = defaultdict(Tally)
    for key in keys:
        for delivery, tally in counted.exports.get((key, OPEN), {}).items():
            found[delivery].add(tally)
    return tuple(
        Holding(named[delivery], one.first, one.last, one.records)
        for delivery, one in sorted(found.items())
        if delivery in named
    )


def _disappearing(counted: Census, keys: Iterable[int]) -> int | None:
    """Give when messages were last set to disappear, unless they were set to stay after that."""
    switched = [counted.switched[key] for key in keys if key in counted.switched]
    on = max((on for on, _ in switched if on is not None), default=None)
    off = max((off for _, off in switched if off is not None), default=None)
    return None if on is None or (off is not None and off > on) else on
