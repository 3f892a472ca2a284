"""What the catalogue has of where records come from, for many of them at once.

Only what all may see is read; of files the bytes may stand with any delivery that brought them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.schema import COPIES

_HELD = f"{COPIES} JOIN holding h ON h.copy = p.id JOIN delivery d ON d.id = h.delivery"
_MAY = seen("p", "d")


class Held(NamedTuple):
    """That an account has a record, by one delivery of which the source has this digest."""

    record: int
    account: str
    person: str
    delivery: str
    sha256: str


class Place(NamedTuple):
    """Where the bytes of a file stand: an object of a delivery, and the member of it if any."""

    delivery: str
    object: str
    layout: str
    member: str


class MailPart(NamedTuple):
    """Where the bytes of a file stand within a mail: an item of a delivery, a MIME part of it.

    `part` is counted depth-first from 0.
    """

    delivery: str
    item: int
    part: int
    format: str


def held(connection: Connection, records: Sequence[int]) -> list[Held]:
    """Give every holding of these records, the one that is shown first, then by delivery."""
    return [
        Held(*row)
        for part, among in parts(records)
        for row in connection.execute(
            f"SELECT m.id, a.public, a.person, d.public, d.sha256 FROM {_HELD}"
            " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
            f" WHERE m.id IN ({among}) AND {_MAY} ORDER BY m.id, p.id <> m.copy, d.seq, h.item",
            part,
        )
    ]


def authors(connection: Connection, records: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Give of each record its author as the source has it, and the account it is shown from."""
    return {
        record: (author, account)
        for part, among in parts(records)
        for record, author, account in connection.execute(
            "SELECT m.id, coalesce(i.identifier, ''), a.identifier"
            " FROM record m JOIN copy p ON p.id = m.copy"
            " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
            f" LEFT JOIN participant i ON i.id = p.author WHERE m.id IN ({among})",
            part,
        )
    }


def place(connection: Connection, sha256: str) -> Place | None:
    """Give where a file's bytes stand apart or in a ZIP container; None where they do not."""
    row = connection.execute(
        "SELECT d.public, m.object, d.layout, m.name FROM delivery_member m"
        " JOIN delivery d ON d.id = m.delivery WHERE m.sha256 = ? AND m.object <> ''"
        " AND d.layout IN ('file', 'folder', 'zip') ORDER BY d.layout = 'zip', d.seq LIMIT 1",
        (sha256,),
    ).fetchone()
    return None if row is None else Place(*row)


def member(connection: Connection, delivery: str, number: int) -> Place | None:
    """Give where a member of a delivery stands; None where it does not stand apart or in a ZIP."""
    row = connection.execute(
        "SELECT d.public, m.object, d.layout, m.name FROM delivery_member m"
        " JOIN delivery d ON d.id = m.delivery WHERE d.public = ? AND m.member = ?"
        " AND m.object <> '' AND d.layout IN ('file', 'folder', 'zip')",
        (delivery, number),
    ).fetchone()
    return None if row is None else Place(*row)


def mail_part(connection: Connection, sha256: str) -> MailPart | None:
    """Give a mail that has a file as one of its parts; None where there is none."""
    row = connection.execute(
        "SELECT d.public, t.item, t.part, d.format FROM attachment t"
        " JOIN delivery d ON d.id = t.delivery WHERE t.sha256 = ? AND t.part IS NOT NULL"
        " AND t.missing = '' AND d.layout IN ('file', 'folder', 'zip')"
        " ORDER BY d.layout = 'zip', d.seq, t.item LIMIT 1",
        (sha256,),
    ).fetchone()
    return None if row is None else MailPart(*row)
