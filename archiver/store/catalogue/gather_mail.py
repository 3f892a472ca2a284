"""What reconciling mail reads: the keys that met, the copies that have them, and open doubts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from archiver.store.catalogue.connection import Connection, parts, placeholders
from archiver.store.catalogue.mail_keys import CONTENT, ID, SIZE, MailKeys, unpack
from archiver.store.catalogue.regroup import Name
from archiver.store.catalogue.schema import COPIES
from archiver.store.catalogue.write_mail import NEUTRAL

_ID_AT = 3 * SIZE + 1


class MailRow(Struct, frozen=True, gc=False):
    """A copy of a mail without its text; recipients are keys of participants."""

    copy: int
    record: int
    own: Name
    name: Name
    sent_at: int | None
    author: str
    subject: str
    keys: MailKeys
    recipients: frozenset[int]
    holders: tuple[tuple[int, int], ...]


class Peer(Struct, frozen=True, gc=False):
    """A copy that has a content key, as far as it takes to see whether it is near another.

    `id` tells Message-IDs apart; it is empty where there is none.
    """

    copy: int
    sent_at: int | None
    id: bytes


def waiting(connection: Connection) -> list[tuple[bytes, int]]:
    """Give the keys by which new copies met others, with their levels."""
    return connection.execute("SELECT key, level FROM waiting ORDER BY key").fetchall()  # type: ignore[no-any-return]


def meeting(connection: Connection) -> list[tuple[bytes, int]]:
    """Give all keys that more than one copy has."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT key, min(level) FROM match WHERE level IN ({NEUTRAL}, {ID}, {CONTENT})"
        " GROUP BY key HAVING count(*) > 1"
    ).fetchall()


def looked_at(connection: Connection, keys: Iterable[bytes]) -> None:
    """Note that a solution has seen what these keys lead to."""
    connection.executemany("DELETE FROM waiting WHERE key = ?", [(key,) for key in keys])


def having(connection: Connection, keys: Iterable[bytes]) -> set[int]:
    """Give the copies that have one of these keys."""
    return {
        row[0]
        for part, among in parts(sorted(keys))
        for row in connection.execute(f"SELECT copy FROM match WHERE key IN ({among})", part)
    }


def beside(connection: Connection, copies: Iterable[int]) -> set[int]:
    """Give the copies of the records that these copies belong to."""
    return {
        row[0]
        for part, among in parts(sorted(copies))
        for row in connection.execute(
            f"SELECT p.id FROM copy o JOIN {COPIES} WHERE m.id = o.record AND o.id IN ({among})",
            part,
        )
    }


def peers(connection: Connection, content: bytes) -> list[Peer]:
    """Give the copies that have one content, in order of time; those without a time come last."""
    rows = connection.execute(
        f"SELECT m.copy, p.sent_at, substr(p.key, {_ID_AT}, {SIZE})"
        " FROM match m JOIN copy p ON p.id = m.copy WHERE m.key = ? AND m.level = ?"
        " ORDER BY p.sent_at IS NULL, p.sent_at, m.copy",
        (content, CONTENT),
    )
    return [Peer(copy, sent_at, identifier.strip(b"\0")) for copy, sent_at, identifier in rows]


def mail_rows(connection: Connection, copies: Iterable[int]) -> Iterator[MailRow]:
    """Give copies of mail; what is no mail is passed over."""
    for part, among in parts(sorted(copies)):
        recipients: dict[int, set[int]] = defaultdict(set)
        for copy, participant in connection.execute(
            "SELECT copy, participant FROM mail_participant"
            f" WHERE copy IN ({among}) AND role <> 'from'",
            part,
        ):
            recipients[copy].add(participant)
        held = _holders(connection, part)
        rows = connection.execute(
            "SELECT p.id, p.record, p.delivery, p.item, r.delivery, r.item, p.sent_at,"
            " coalesce(i.identifier, ''), coalesce(p.subject, ''), p.key"
            " FROM copy p JOIN record r ON r.id = p.record"
            f" LEFT JOIN participant i ON i.id = p.author WHERE p.id IN ({among})"
            f" AND length(p.key) > {SIZE}",
            part,
        )
        for copy, record, delivery, item, home, number, sent_at, author, subject, key in rows:
            yield MailRow(
                copy, record, (delivery, item), (home, number), sent_at, author, subject,
                unpack(key), frozenset(recipients.get(copy, ())), held.get(copy, ()),
            )  # fmt: skip


def texts(connection: Connection, copies: Iterable[int]) -> dict[int, str]:
    """Give what copies say."""
    return {
        copy: text
        for part, among in parts(sorted(copies))
        for copy, text in connection.execute(
            f"SELECT id, text FROM copy WHERE id IN ({among})", part
        )
    }


def of_id(connection: Connection, keys: Iterable[bytes]) -> dict[int, list[MailKeys]]:
    """Give record → keys of its copies, for the copies that have one of these Message-IDs."""
    found: dict[int, list[MailKeys]] = defaultdict(list)
    for part, among in parts(sorted(keys)):
        for record, key in connection.execute(
            "SELECT p.record, p.key FROM match m JOIN copy p ON p.id = m.copy"
            f" WHERE m.key IN ({among}) AND m.level = {ID}",
            part,
        ):
            found[record].append(unpack(key))
    return found


def _holders(
    connection: Connection, copies: Sequence[int]
) -> dict[int, tuple[tuple[int, int], ...]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for copy, delivery, item in connection.execute(
        f"SELECT copy, delivery, item FROM holding WHERE copy IN ({placeholders(copies)})",
        copies,
    ):
        found[copy].append((delivery, item))
    return {copy: tuple(held) for copy, held in found.items()}
