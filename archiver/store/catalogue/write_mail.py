"""Write what only mail has: keys that hold everywhere, recipients, and what has to be compared.

A copy of a mail is shared only by holdings with the same keys and recipients: what the sender's
copy tells of Bcc must not get lost in the receiver's, nor the other way round. Without a Message-ID
every item has a copy of its own, since which of several equal ones it goes with may be solved anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from archiver.model import Row
from archiver.store.catalogue.connection import Connection, parts, parts_of_keys
from archiver.store.catalogue.mail_keys import CONTENT, ID
from archiver.store.catalogue.strands import Participants

NEUTRAL = 2

Entry = tuple[Row, int, tuple[int, int]]
Recipients = frozenset[tuple[int, str]]


class MailWriter:
    """Writes the mail part of one delivery's copies."""

    def __init__(self, connection: Connection, participants: Participants) -> None:
        self._connection = connection
        self._participants = participants
        self._queued: set[bytes] = set()

    def add(self, entries: Sequence[Entry], first: int, *, known: bool) -> None:
        """Write keys and recipients of new copies, numbered from `first`."""
        keys: list[tuple[bytearray, int, int]] = []
        recipients: list[tuple[int, int, str]] = []
        for copy, (row, _, _) in enumerate(entries, first):
            if row.scope == "strand":
                continue
            finest = len(row.keys)
            keys += [(bytearray(key), copy, finest - n) for n, key in enumerate(row.keys)]
            if row.conflict:
                keys.append((bytearray(row.conflict), copy, ID))
            if row.alike:
                keys.append((bytearray(row.alike[2]), copy, CONTENT))
            for participant, role in self._of(row):
                recipients.append((copy, participant, role))
        if not keys:
            return
        self._queue(entries, known=known)
        self._connection.executemany("INSERT OR IGNORE INTO match VALUES(?, ?, ?)", keys)
        self._connection.executemany(
            "INSERT OR IGNORE INTO mail_participant VALUES(?, ?, ?)", recipients
        )

    def recipients(self, row: Row) -> Recipients:
        """Give who a mail names, and as what."""
        return frozenset(self._of(row)) if row.scope != "strand" else frozenset()

    def recipients_of(self, copies: Iterable[int]) -> dict[int, Recipients]:
        """Give who copies name, and as what."""
        found: dict[int, set[tuple[int, str]]] = defaultdict(set)
        for part, among in parts(sorted(copies)):
            for copy, participant, role in self._connection.execute(
                f"SELECT copy, participant, role FROM mail_participant WHERE copy IN ({among})",
                part,
            ):
                found[copy].add((participant, role))
        return {copy: frozenset(each) for copy, each in found.items()}

    def _of(self, row: Row) -> list[tuple[int, str]]:
        of = self._participants.of
        return [(of(identifier, label), role) for role, identifier, label in row.participants]

    def _queue(self, entries: Sequence[Entry], *, known: bool) -> None:
        """Remember the keys by which new copies meet others that reconciling has to look at.

        A known mail meets those with its Message-ID by being known.
        """
        met: set[bytes] = set()
        levels: dict[bytes, int] = {}
        records: dict[bytes, int] = {}
        for row, record, _ in entries:
            for key, level in _looked_up(row, known=known):
                levels[key] = level
                if records.setdefault(key, record) != record:
                    met.add(key)
                if known and row.counted:
                    met.add(key)
        asked = [key for key in levels if key not in met and key not in self._queued]
        met |= self._elsewhere(asked, records) if known else self._present(asked)
        met -= self._queued
        self._queued |= met
        self._connection.executemany(
            "INSERT OR IGNORE INTO waiting VALUES(?, ?)", [(key, levels[key]) for key in met]
        )

    def _present(self, keys: Sequence[bytes]) -> set[bytes]:
        """Give those keys that a copy has already."""
        found: set[bytes] = set()
        for part, among in parts_of_keys(keys):
            rows = self._connection.execute(
                f"SELECT DISTINCT key FROM match WHERE key IN ({among})", part
            )
            found.update(row[0] for row in rows)
        return found

    def _elsewhere(self, keys: Sequence[bytes], records: Mapping[bytes, int]) -> set[bytes]:
        """Give those keys that a copy of another record has."""
        found: set[bytes] = set()
        for part, among in parts_of_keys(keys):
            rows = self._connection.execute(
                "SELECT DISTINCT m.key, p.record FROM match m JOIN copy p ON p.id = m.copy"
                f" WHERE m.key IN ({among})",
                part,
            )
            found.update(key for key, record in rows if records[key] != record)
        return found


def _looked_up(row: Row, *, known: bool) -> Iterator[tuple[bytes, int]]:
    """Give the keys by which a mail may meet another that it was not matched with."""
    if not row.conflict:
        yield row.keys[0], NEUTRAL
    elif not known:
        yield row.conflict, ID
    if row.alike:
        yield row.alike[2], CONTENT
