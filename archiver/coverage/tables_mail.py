"""What the proof of coverage for mail asks of the catalogue: copies by account, each read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.mail_keys import SIZE
from archiver.store.catalogue.schema import COPIES

_ATTACHED = "message/rfc822"


class MailRow(Struct, frozen=True, gc=False):
    """A copy of a mail without its text: `id` names its first item, `key` has its match keys."""

    copy: int
    record: int
    id: str
    open: bool
    sent_at: int | None
    author: str
    label: str
    subject: str
    key: bytes


class Carrier(Struct, frozen=True, gc=False):
    """A mail of a business account in which others may stand."""

    copy: int
    record: int
    id: str
    open: bool
    account: str
    subject: str
    text: str


class Held(Struct, frozen=True, gc=False):
    """One holding of a record: the account's id, the item, and what made it one (JSON `link`)."""

    record: int
    account: str
    id: str
    open: bool
    level: int
    rule: str
    link: str


class AttachedPart(Struct, frozen=True, gc=False):
    """A message attached to a copy: the delivery and format of the item, and the MIME part."""

    copy: int
    delivery: str
    format: str
    item: int
    part: int


def mails(connection: Connection, account: str) -> list[MailRow]:
    """Give the mails that an account has, in order of arrival."""
    rows = connection.execute(
        "SELECT p.id, p.record, d.public || '.' || p.item, p.open, p.sent_at,"
        f" coalesce(i.identifier, ''), p.label, coalesce(p.subject, ''), p.key {_OF_ACCOUNTS}"
        " LEFT JOIN participant i ON i.id = p.author WHERE a.public = ?1"
        f" AND {_IS_MAIL} ORDER BY p.id",
        (account,),
    )
    return [
        MailRow(copy, record, name, bool(opened), *rest)
        for copy, record, name, opened, *rest in rows
    ]


def carriers(connection: Connection, accounts: Iterable[str]) -> Iterator[Carrier]:
    """Yield the mails of these accounts with what they say."""
    for account in sorted(set(accounts)):
        rows = connection.execute(
            "SELECT p.id, p.record, d.public || '.' || p.item, p.open, a.public,"
            f" coalesce(p.subject, ''), p.text {_OF_ACCOUNTS} WHERE a.public = ?1 AND {_IS_MAIL}",
            (account,),
        )
        for copy, record, name, opened, *rest in rows:
            yield Carrier(copy, record, name, bool(opened), *rest)


_OF_ACCOUNTS = (
    "FROM account a JOIN strand s ON s.account = a.id JOIN strand_copy n ON n.strand = s.id"
    " JOIN copy p ON p.id = n.copy JOIN delivery d ON d.id = p.delivery"
)
_LIVES = "e.state IN ('ingested', 'sealed')"
_IS_MAIL = (
    f"length(p.key) > {SIZE} AND NOT EXISTS (SELECT 1 FROM stray y WHERE y.strand = s.id)"
    " AND EXISTS (SELECT 1 FROM holding h JOIN delivery e ON e.id = h.delivery"
    f" WHERE h.copy = p.id AND {_LIVES})"
)


def held(
    connection: Connection, records: Iterable[int], accounts: Iterable[str]
) -> dict[int, list[Held]]:
    """Give the holdings that these accounts have of records, strongest level first."""
    wanted = set(accounts)
    found: dict[int, list[Held]] = defaultdict(list)
    for part, among in parts(sorted(set(records))):
        rows = connection.execute(
            "SELECT m.id, a.public, e.public || '.' || h.item, p.open, h.level,"
            f" coalesce(h.rule, ''), coalesce(p.link, '') FROM {COPIES}"
            " JOIN holding h ON h.copy = p.id JOIN delivery e ON e.id = h.delivery"
            " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
            f" WHERE m.id IN ({among}) AND {_LIVES} AND NOT EXISTS"
            " (SELECT 1 FROM stray y WHERE y.strand = s.id) ORDER BY m.id, h.level, h.delivery,"
            " h.item",
            part,
        )
        for record, account, name, opened, *rest in rows:
            if account in wanted:
                found[record].append(Held(record, account, name, bool(opened), *rest))
    return found


def attached(connection: Connection, accounts: Iterable[str]) -> list[AttachedPart]:
    """Give the messages that are attached to mails of these accounts, once for each copy."""
    found: dict[tuple[int, int], AttachedPart] = {}
    for account in sorted(set(accounts)):
        rows = connection.execute(
            "SELECT h.copy, e.public, e.format, t.item, t.part FROM attachment t"
            " JOIN holding h ON h.delivery = t.delivery AND h.item = t.item"
            " JOIN delivery e ON e.id = t.delivery JOIN copy p ON p.id = h.copy"
            " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
            " WHERE a.public = ? AND (t.media_type = ? OR lower(t.name) LIKE '%.eml')"
            f" AND t.part NOT NULL AND t.missing = '' AND {_LIVES} AND NOT EXISTS"
            " (SELECT 1 FROM stray y WHERE y.strand = s.id) ORDER BY e.public, t.item, t.part",
            (account, _ATTACHED),
        )
        for row in rows:
            one = AttachedPart(*row)
            found.setdefault((one.copy, one.part), one)
    return sorted(found.values(), key=lambda one: (one.delivery, one.item, one.part))


def files(connection: Connection, copies: Iterable[int]) -> dict[int, frozenset[str]]:
    """Give the contents (SHA-256) of what is attached to copies."""
    found: dict[int, set[str]] = defaultdict(set)
    for part, among in parts(sorted(set(copies))):
        for copy, sha256 in connection.execute(
            "SELECT h.copy, t.sha256 FROM holding h JOIN attachment t ON t.delivery = h.delivery"
            f" AND t.item = h.item WHERE h.copy IN ({among}) AND t.sha256 <> ''",
            part,
        ):
            found[copy].add(sha256)
    return {copy: frozenset(each) for copy, each in found.items()}


def holdings_of(connection: Connection, copies: Iterable[int]) -> dict[int, tuple[int, str, str]]:
    """Give (level, rule, link) of the holding by which a copy came in."""
    found: dict[int, tuple[int, str, str]] = {}
    for part, among in parts(sorted(set(copies))):
        for copy, *held in connection.execute(
            "SELECT p.id, h.level, coalesce(h.rule, ''), coalesce(p.link, '') FROM copy p"
            " JOIN holding h ON h.copy = p.id AND h.delivery = p.delivery AND h.item = p.item"
            f" WHERE p.id IN ({among})",
            part,
        ):
            found[copy] = held[0], held[1], held[2]
    return found
