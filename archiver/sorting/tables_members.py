"""What a strand has, message by message: the rows of which episodes are made, and their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct

from archiver.classify.episode import Line
from archiver.sorting import schema
from archiver.sorting.tables_acts import LATEST
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.homes import copy_named
from archiver.store.catalogue.schema import belongs


class Member(Struct, frozen=True, gc=False):
    """A copy as an episode has it, named by the first item that holds it.

    Times are milliseconds since 1970: when it was sent, and when its first delivery came. `act` is
    the number of the act that counts for it, `order` what it is put in order by.
    """

    id: str
    copy: int
    record: int
    sent_at: int | None
    received_at: int
    opened: bool
    act: int | None
    order: tuple[int, int, int]


class Strand(Struct, frozen=True):
    """A strand: its key, its public name, service and title, and whose account it is of."""

    key: int
    public: str
    service: str
    title: str
    account: str


def members(connection: Connection, strand: int) -> list[Member]:
    """Give what a strand has in order of time; what has no time comes first."""
    rows = connection.execute(
        "SELECT n.copy, n.record, p.sent_at, p.open, d.public, d.id, p.item, d.received_at,"
        f" {LATEST} FROM strand_copy n JOIN copy p ON p.id = n.copy"
        " JOIN delivery d ON d.id = p.delivery WHERE n.strand = ?",
        (strand,),
    )
    found = [
        Member(
            f"{public}.{item}", copy, record, sent_at, received_at, bool(opened), act,
            (-1 if sent_at is None else sent_at, delivery, item),
        )
        for copy, record, sent_at, opened, public, delivery, item, received_at, act in rows
    ]  # fmt: skip
    return sorted(found, key=attrgetter("order"))


def sealed_strands(connection: Connection, account: str = "") -> list[Strand]:
    """Give the strands of registered accounts that have something sealed."""
    rows = connection.execute(
        f"{_STRAND} WHERE ? IN ('', a.public) AND NOT EXISTS (SELECT 1 FROM stray y"
        f" WHERE y.strand = s.id) AND s.id IN (SELECT p.strand {_UNRELEASED} UNION"
        " SELECT p.strand FROM item_access e JOIN holding h ON h.delivery = e.delivery"
        " AND h.item = e.item JOIN copy p ON p.id = h.copy WHERE p.open = 0) ORDER BY s.id",
        (account,),
    )
    return [Strand(*row) for row in rows]


def strand_of(connection: Connection, public: str) -> Strand | None:
    """Give the strand that an item (``<delivery>.<item>``) stands in."""
    copy = copy_named(connection, public)
    row = connection.execute(
        f"{_STRAND} JOIN copy p ON p.strand = s.id WHERE p.id = ?", (copy,)
    ).fetchone()
    return None if row is None else Strand(*row)


def strands_with(connection: Connection, record: int, account: str) -> list[Strand]:
    """Give the strands of an account that have a record."""
    rows = connection.execute(
        f"{_STRAND} WHERE a.public = ? AND s.id IN (SELECT p.strand FROM record r"
        f" JOIN copy p ON {belongs('p', 'r')} WHERE r.id = ?) ORDER BY s.id",
        (account, record),
    )
    return [Strand(*row) for row in rows]


_STRAND = (
    "SELECT s.id, s.public, s.service, c.title, a.public FROM strand s"
    " JOIN conversation c ON c.id = s.home JOIN account a ON a.id = s.account"
)


def lines(connection: Connection, found: Iterable[Member]) -> list[Line]:
    """Give what these say, in their order, with the names of what is attached."""
    wanted = list(found)
    words: dict[int, tuple[str, str, str, bool]] = {}
    attached: dict[int, list[str]] = defaultdict(list)
    for part, among in parts([one.copy for one in wanted]):
        for copy, author, label, subject, text, marks in connection.execute(
            "SELECT p.id, coalesce(i.identifier, ''), p.label, coalesce(p.subject, ''), p.text,"
            " coalesce(p.marks, '') FROM copy p LEFT JOIN participant i ON i.id = p.author"
            f" WHERE p.id IN ({among})",
            part,
        ):
            said = f"{subject}\n{text}" if subject else text
            words[copy] = author, label, said, "own" in marks.split()
        for copy, name in connection.execute(
            "SELECT DISTINCT h.copy, t.name FROM holding h JOIN attachment t"
            f" ON t.delivery = h.delivery AND t.item = h.item WHERE h.copy IN ({among})"
            " ORDER BY h.copy, t.name",
            part,
        ):
            attached[copy].append(name)
    return [
        Line(one.id, one.sent_at, *words[one.copy], attachments=tuple(attached[one.copy]))
        for one in wanted
    ]


def overdue(connection: Connection, kind: str, service: str, column: str, before: int) -> int:
    """Count the sealed messages of such accounts, of which nothing was decided, from before then.

    `column` is ``sent_at`` or ``received_at``; of what has no time the latter counts. Moments are
    milliseconds since 1970.
    """
    when = {"sent_at": "coalesce(p.sent_at, d.received_at)", "received_at": "d.received_at"}
    undecided = f"{LATEST} IS NULL" if schema.is_ready(connection) else "1"
    return int(
        connection.execute(
            f"SELECT count(DISTINCT p.id) {_UNRELEASED} AND p.strand IN (SELECT s.id FROM strand s"
            " JOIN account a ON a.id = s.account WHERE a.kind = ? AND a.service = ?)"
            f" AND {when[column]} < ? AND NOT EXISTS (SELECT 1 FROM stray y"
            f" WHERE y.strand = p.strand) AND {undecided}",
            (kind, service, before),
        ).fetchone()[0]
    )


_UNRELEASED = (
    "FROM delivery d JOIN holding h ON h.delivery = d.id JOIN copy p ON p.id = h.copy"
    " WHERE p.open = 0 AND (d.state = 'sealed'"
    " OR d.id IN (SELECT delivery FROM delivery_place WHERE open = 0))"
)
"""What is sealed since its delivery, or that part of it, was never released."""
