"""Gather the mails that a solution has to see together: all that share a key, and their records.

A solution is right only when it sees every copy that could change it. Copies hang together by
Message-ID, by equal bytes without one, by content within a minute where one of two has no
Message-ID, by the record that they have now, and by an officer's ruling.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from archiver.deduplicate.mail_doubts import CROWD
from archiver.deduplicate.mails import MINUTE
from archiver.store.catalogue import gather, gather_mail
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.gather_mail import MailRow, Peer
from archiver.store.catalogue.mail_keys import CONTENT

MANY = 3
"""So many mails that say the same within a minute may be one; more are sent to many."""


class Crowd(Struct, frozen=True):
    """More than `MANY` mails with one content and Message-IDs of their own within a minute."""

    first: Peer
    second: Peer


class Cluster:
    """The copies that some keys lead to, and what is known of others with the same content."""

    def __init__(self, connection: Connection, keys: Sequence[tuple[bytes, int]]) -> None:
        self._connection = connection
        self.rows: dict[int, MailRow] = {}
        self.contents: dict[bytes, list[Peer]] = {}
        self.rulings: set[tuple[int, int, bool]] = set()
        found = gather_mail.having(connection, (k for k, level in keys if level != CONTENT))
        for content in (key for key, level in keys if level == CONTENT):
            found |= set(_met(self._peers(content)))
        seen: set[int] = set()
        while found:
            seen |= found
            found = self._follow(found) - seen

    def crowds(self) -> Iterator[Crowd]:
        """Give what was sent to many."""
        for content in sorted(self.contents):
            for run in _runs(self.contents[content]):
                if len({peer.id for peer in run}) > MANY:
                    first = run[0]
                    yield Crowd(first, next(one for one in run if one.id != first.id))

    def examined(self) -> dict[int, MailRow]:
        """Give the copies that may raise a doubt: these, and others with their content."""
        wanted = {copy for peers in self.contents.values() for copy in _doubtful(peers)}
        more = gather_mail.mail_rows(self._connection, wanted - self.rows.keys())
        return self.rows | {row.copy: row for row in more}

    def _peers(self, content: bytes) -> list[Peer]:
        if content not in self.contents:
            self.contents[content] = gather_mail.peers(self._connection, content)
        return self.contents[content]

    def _follow(self, copies: set[int]) -> set[int]:
        """Read copies; give those that hang together with them."""
        new = list(gather_mail.mail_rows(self._connection, copies))
        self.rows |= {row.copy: row for row in new}
        found = gather_mail.having(
            self._connection, {row.keys.id or row.keys.neutral for row in new}
        )
        found |= gather_mail.beside(self._connection, copies)
        rulings = gather.rulings(self._connection, copies)
        self.rulings.update(rulings)
        found |= {copy for one, two, together in rulings if together for copy in (one, two)}
        for row in new:
            if row.keys.content:
                found |= set(_near(row, self._peers(row.keys.content)))
        return found - copies


def _met(peers: Sequence[Peer]) -> Iterator[int]:
    """Give copies that are next to another within a minute, when one of the two has no id."""
    for one, two in pairwise(peers):
        if not (one.id and two.id) and _is_near(one, two):
            yield from (one.copy, two.copy)


def _is_near(one: Peer, two: Peer) -> bool:
    return (
        one.sent_at is not None
        and two.sent_at is not None
        and abs(one.sent_at - two.sent_at) <= MINUTE
    )


def _near(row: MailRow, peers: Sequence[Peer]) -> Iterator[int]:
    if row.sent_at is None:
        return
    timed = [peer for peer in peers if peer.sent_at is not None]
    at = row.sent_at
    start = bisect_left(timed, at - MINUTE, key=lambda peer: peer.sent_at or 0)
    end = bisect_right(timed, at + MINUTE, key=lambda peer: peer.sent_at or 0)
    for peer in timed[start:end]:
        if not (peer.id and row.keys.id):
            yield peer.copy


def _doubtful(peers: Sequence[Peer]) -> Iterator[int]:
    """Give the copies that may be one message with another: near it, or without a Message-ID."""
    for run in _runs(peers):
        if 1 < len({peer.id for peer in run}) <= MANY:
            yield from (peer.copy for peer in run)
    if any(not peer.id for peer in peers):
        without = [number for number, peer in enumerate(peers) if not peer.id]
        for number in without if len(peers) <= CROWD else without[:CROWD]:
            yield from (peer.copy for peer in peers[max(number - 8, 0) : number + 9])
        yield from (peer.copy for peer in peers[-8:] if peer.sent_at is None)


def _runs(peers: Iterable[Peer]) -> Iterator[list[Peer]]:
    """Give the stretches of copies with a Message-ID, each within a minute of the one before."""
    run: list[Peer] = []
    for peer in peers:
        if not peer.id or peer.sent_at is None:
            continue
        if run and not _is_near(run[-1], peer):
            yield run
            run = []
        run.append(peer)
    if run:
        yield run
