"""Strands, conversations and participants: found or made once, then remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from archiver.model import Row
from archiver.store.catalogue.connection import Connection

_REMEMBERED = 20_000

Naming = Callable[[str, str, str], str]
"""(service, account's public id, thread) → public id of the conversation; not guessable."""


class Seated(NamedTuple):
    """Where a thread belongs that is not simply one of the delivery's own account and service.

    `account` and `public` are the account's keys, `name` is the thread's name there, and `lead`
    what must stand before such a name to be a thread of the delivery. A `stray` is of an `owner`
    whose account is not registered.
    """

    account: int
    public: str
    service: str
    name: str
    lead: str = ""
    owner: str = ""
    thread: str = ""
    stray: bool = False
    opened: bool = False


Seating = Callable[[str], Seated | None]
"""Says where a thread belongs; None where the delivery itself does."""


def at_home(thread: str) -> None:
    """Seat every thread of an ordinary delivery where the delivery belongs."""


class Strands:
    """The strands of one account on one service, as one delivery shows them.

    `opened` says whether the delivery's titles may be shown to all; a title that only a sealed
    delivery gave then makes way for its own. Where `seating` says so, a thread is another
    account's or service's: `seated` are the strands of such threads, `closed` those of them that
    stay sealed though the delivery is open.
    """

    def __init__(
        self,
        connection: Connection,
        account: tuple[int, str],
        service: str,
        naming: Naming,
        *,
        delivery: int,
        opened: bool,
        seating: Seating = at_home,
    ) -> None:
        self._connection = connection
        self._seating = seating
        self.seated: dict[int, Seated] = {}
        self.closed: set[int] = set()
        self._account, self._public = account
        self._service = service
        self._naming = naming
        self._delivery = delivery
        self._opened = opened
        self._found: dict[str, tuple[int, int]] = {}
        self._absent: set[str] = set()
        self._diverted: dict[str, tuple[int, int]] = {}
        self.fresh: set[int] = set()

    @property
    def account(self) -> str:
        """The public id of the account."""
        return self._public

    def of(self, thread: str, title: str) -> tuple[int, int]:
        """Give (strand, conversation) of a thread; made when it is new, and then in `fresh`."""
        found = self._found.get(thread)
        if found is None:
            if len(self._found) >= _REMEMBERED:
                self._found = dict(self._diverted)
            found = self._find(thread) or self._make(thread, title)
            if self._opened and found[0] not in self.fresh | self.closed:
                entitle(self._connection, found[1], title, self._delivery)
            self._found[thread] = found
        return found

    def find(self, thread: str) -> tuple[int, int] | None:
        """Give (strand, conversation) of a thread when the archive knows it."""
        found = self._found.get(thread)
        if found is None and thread not in self._absent:
            found = self._find(thread)
            if found is None and len(self._absent) < _REMEMBERED:
                self._absent.add(thread)
        return found

    def met(self) -> set[int]:
        """Give the strands that this delivery has items of, as far as they are remembered."""
        return {strand for strand, _ in self._found.values()}

    def namesakes(self, thread: str, apart: str) -> list[int]:
        """Give the strands under this name, also those that were told apart from the first."""
        rows = self._connection.execute(
            "SELECT DISTINCT strand FROM strand_name WHERE account = ? AND service = ?"
            " AND (name = ? OR substr(name, 1, ?) = ?) ORDER BY strand",
            (*self._where(thread), len(self.seat(thread).name) + 1, self.seat(thread).name + apart),
        )
        return [row[0] for row in rows]

    def divert(self, thread: str, name: str, title: str) -> int:
        """Let a thread, for this delivery, be the strand of another name; made when it is new."""
        found = self._find(name) or self._make(name, title)
        self._found[thread] = found
        self._diverted[thread] = found
        return found[0]

    def unite(self, thread: str, strand: int) -> None:
        """Let a thread's name stand for a strand that exists."""
        self._absent.discard(thread)
        self._connection.execute(
            "INSERT INTO strand_name VALUES(?, ?, ?, ?)", (*self._where(thread), strand)
        )
        self._sit(strand, thread)

    def name_of(self, strand: int, thread: str) -> str:
        """Give one name of a strand, always the same, as a thread beside this one."""
        row = self._connection.execute(
            "SELECT min(name) FROM strand_name WHERE strand = ?", (strand,)
        ).fetchone()
        return self.seat(thread).lead + str(row[0])

    def seat(self, thread: str) -> Seated:
        """Say where a thread belongs."""
        return self._seating(thread) or Seated(
            self._account, self._public, self._service, thread, opened=self._opened
        )

    def _where(self, thread: str) -> tuple[int, str, str]:
        seat = self.seat(thread)
        return seat.account, seat.service, seat.name

    def _sit(self, strand: int, thread: str) -> None:
        """Remember of a strand that it is not one of the delivery's own account and service."""
        seat = self._seating(thread)
        if seat is not None:
            self.seated[strand] = seat
            if self._opened and not seat.opened:
                self.closed.add(strand)

    def _find(self, thread: str) -> tuple[int, int] | None:
        row = self._connection.execute(
            "SELECT s.id, s.conversation FROM strand_name n JOIN strand s ON s.id = n.strand"
            " WHERE n.account = ? AND n.service = ? AND n.name = ?",
            self._where(thread),
        ).fetchone()
        if row is None:
            return None
        self._sit(row[0], thread)
        return int(row[0]), int(row[1])

    def _make(self, thread: str, title: str) -> tuple[int, int]:
        seat = self.seat(thread)
        public = self._naming(seat.service, seat.public, seat.name)
        made = self._connection.execute(
            "INSERT OR IGNORE INTO conversation(public, service, title, delivery)"
            " VALUES(?, ?, ?, ?)",
            (public, seat.service, title, self._delivery),
        ).rowcount
        conversation = self._connection.execute(
            "SELECT id FROM conversation WHERE public = ?", (public,)
        ).fetchone()[0]
        if seat.opened and not made:
            entitle(self._connection, conversation, title, self._delivery)
        strand = self._connection.execute(
            "INSERT INTO strand(public, account, service, home, conversation, first, fresh)"
            " VALUES(?, ?, ?, ?, ?, 0, 0)",
            (public, seat.account, seat.service, conversation, conversation),
        ).lastrowid
        self.unite(thread, strand)
        if seat.stray:
            self._connection.execute(
                "INSERT INTO stray VALUES(?, ?, ?)", (strand, seat.owner, seat.thread)
            )
        self.fresh.add(strand)
        return int(strand), int(conversation)


def entitle(connection: Connection, conversation: int, title: str, delivery: int) -> None:
    """Give a conversation the title that an open delivery has for it, unless one is open."""
    connection.execute(
        "UPDATE conversation SET title = ?, delivery = ? WHERE id = ? AND delivery <> ?"
        " AND delivery IN (SELECT id FROM delivery WHERE state <> 'ingested')",
        (title, delivery, conversation, delivery),
    )


def entitle_own(connection: Connection, delivery: int, rows: Sequence[Row]) -> None:
    """Give the conversations of a delivery that is released the titles that it has for them."""
    titles = {(row.thread, row.title): row.number for row in rows}
    for (_, title), item in titles.items():
        found = connection.execute(
            "SELECT s.conversation FROM holding h JOIN copy p ON p.id = h.copy"
            " JOIN strand s ON s.id = p.strand WHERE h.delivery = ? AND h.item = ?"
            " AND NOT EXISTS (SELECT 1 FROM stray y WHERE y.strand = s.id)",
            (delivery, item),
        ).fetchone()
        if found is not None:
            entitle(connection, found[0], title, delivery)


class Participants:
    """Typed identifiers seen in deliveries, with the labels they went under.

    Those that only one account knows are the delivery's, unless another account is named.
    """

    def __init__(self, connection: Connection, account: int) -> None:
        self._connection = connection
        self._account = account
        self._found: dict[tuple[str, str, int], int] = {}

    def of(self, identifier: str, label: str, account: int = 0) -> int:
        """Give the key of an identifier; a name is one account's, as is its holder ("own")."""
        found = self._found.get((identifier, label, account))
        if found is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._find(identifier, account or self._account)
            self._connection.execute(
                "INSERT OR IGNORE INTO participant_label VALUES(?, ?)", (found, label)
            )
            self._found[identifier, label, account] = found
        return found

    def _find(self, identifier: str, account: int) -> int:
        where = (account if identifier.startswith(("name:", "own:")) else 0, identifier)
        self._connection.execute(
            "INSERT OR IGNORE INTO participant(account, identifier) VALUES(?, ?)", where
        )
        return int(
            self._connection.execute(
                "SELECT id FROM participant WHERE account = ? AND identifier = ?", where
            ).fetchone()[0]
        )
