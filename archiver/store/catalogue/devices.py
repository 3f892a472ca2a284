"""Devices in the catalogue, and whose conversations a delivery of one holds.

A **stray** is a strand that no registered account fits: it stays sealed, whatever becomes of the
rest of its delivery, until it is assigned to an account and released there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from archiver.model import Account
from archiver.store.catalogue import register
from archiver.store.catalogue.connection import Connection

if TYPE_CHECKING:
    from archiver.store.catalogue.strands import Seated
    from archiver.store.manifest import Manifest


class Device(Struct, frozen=True):
    """A phone or computer: its kind, and its own account with person, identifier and period."""

    id: str
    kind: str
    account: Account


class Assignment(Struct, frozen=True):
    """Conversations of an owner on a service, as a delivery names them, are of an account."""

    service: str
    owner: str
    account: str


def put_device(connection: Connection, device: Device) -> None:
    """Keep a device whose account is kept."""
    key = register.account_key(connection, device.account.id)
    connection.execute(
        "INSERT OR REPLACE INTO device VALUES(?, ?, ?)", (device.id, device.kind, key)
    )


def devices(connection: Connection) -> list[Device]:
    """Give all devices, with their accounts as they are now."""
    rows = connection.execute(
        "SELECT d.public, d.kind, a.public FROM device d JOIN account a ON a.id = d.account"
        " ORDER BY a.id"
    ).fetchall()
    return [
        Device(public, kind, *register.accounts(connection, "public = ?", (account,)))
        for public, kind, account in rows
    ]


def amounts(
    connection: Connection, delivery: int, seated: Mapping[int, Seated]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Count (conversations, items) of a delivery by service and owner, for seated strands."""
    items, strands = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for strand, count in connection.execute(
        "SELECT p.strand, count(*) FROM holding h JOIN copy p ON p.id = h.copy"
        " WHERE h.delivery = ? GROUP BY p.strand",
        (delivery,),
    ):
        if (seat := seated.get(strand)) is not None:
            items[seat.service, seat.owner] += count
            strands[seat.service, seat.owner] += 1
    return {owner: (strands[owner], items[owner]) for owner in items}


def keep_places(connection: Connection, delivery: int, manifest: Manifest) -> None:
    """Write of which device a delivery is, and where its conversations went."""
    connection.execute("UPDATE delivery SET device = ? WHERE id = ?", (manifest.device, delivery))
    connection.execute("DELETE FROM delivery_place WHERE delivery = ?", (delivery,))
    connection.executemany(
        "INSERT INTO delivery_place VALUES(?, ?, ?, ?, ?)",
        [
            (delivery, one.service, one.owner, register.account_key(connection, one.account),
             one.opened)
            for one in manifest.places
        ],
    )  # fmt: skip


def strays(connection: Connection, delivery: str) -> list[tuple[str, str]]:
    """Give (service, owner) of what a delivery holds of accounts that are not registered."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT p.service, p.owner FROM delivery_place p JOIN delivery d ON d.id = p.delivery"
        " WHERE d.public = ? AND p.account IS NULL ORDER BY p.service, p.owner",
        (delivery,),
    ).fetchall()


def may_open(connection: Connection, delivery: str) -> bool:
    """Whether a delivery holds what is of an account and was not opened."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM delivery_place p JOIN delivery d ON d.id = p.delivery"
        " WHERE d.public = ? AND p.account IS NOT NULL AND p.open = 0)",
        (delivery,),
    ).fetchone()
    return bool(row[0])


def assign(
    connection: Connection, home: int, assigned: Sequence[Assignment], *, code: str, apart: str
) -> None:
    """Give the strays of an account's deliveries to the accounts whose they are.

    What waited for that, findings of this `code`, is solved. Nothing is opened. `apart` stands
    between a name that the account has already and what tells two strands of that name apart.
    """
    for one in assigned:
        account = register.account_key(connection, one.account)
        if account is None:
            continue
        for strand, name in _strays(connection, home, one):
            _move(connection, strand, (name, apart), account)
        held = "delivery IN (SELECT id FROM delivery WHERE account = ?)"
        connection.execute(
            f"UPDATE delivery_place SET account = ? WHERE {held} AND service = ? AND owner = ?"
            " AND account IS NULL",
            (account, home, one.service, one.owner),
        )
        connection.execute(
            f"UPDATE finding SET state = 'solved' WHERE {held} AND code = ? AND state = 'open'"
            " AND json_extract(fields, '$.service') = ? AND json_extract(fields, '$.owner') = ?",
            (home, code, one.service, one.owner),
        )


def _strays(connection: Connection, home: int, one: Assignment) -> list[tuple[int, str]]:
    """Give (strand, its own thread's name) of one owner's strays."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT y.strand, y.name FROM stray y JOIN strand s ON s.id = y.strand"
        " WHERE s.account = ? AND s.service = ? AND y.owner = ? ORDER BY y.strand",
        (home, one.service, one.owner),
    ).fetchall()


def _move(connection: Connection, strand: int, named: tuple[str, str], account: int) -> None:
    """Let a strand be an account's; under a name of its own where the account has that thread."""
    name, apart = named
    service, public = connection.execute(
        "SELECT service, public FROM strand WHERE id = ?", (strand,)
    ).fetchone()
    taken = connection.execute(
        "SELECT 1 FROM strand_name WHERE account = ? AND service = ? AND name = ?",
        (account, service, name),
    ).fetchone()
    connection.execute("DELETE FROM strand_name WHERE strand = ?", (strand,))
    connection.execute(
        "INSERT INTO strand_name VALUES(?, ?, ?, ?)",
        (account, service, f"{name}{apart}{public}" if taken else name, strand),
    )
    _rename_authors(connection, strand, account)
    connection.execute("UPDATE strand SET account = ? WHERE id = ?", (account, strand))
    connection.execute("DELETE FROM stray WHERE strand = ?", (strand,))


def _rename_authors(connection: Connection, strand: int, account: int) -> None:
    """Names, and the holder, are people of one account: they become those of the new one."""
    for copies, author, identifier in _authors(connection, strand):
        connection.execute(
            "INSERT OR IGNORE INTO participant(account, identifier) VALUES(?, ?)",
            (account, identifier),
        )
        (there,) = connection.execute(
            "SELECT id FROM participant WHERE account = ? AND identifier = ?",
            (account, identifier),
        ).fetchone()
        connection.execute(
            "INSERT OR IGNORE INTO participant_label SELECT ?, label FROM participant_label"
            " WHERE participant = ?",
            (there, author),
        )
        connection.execute(
            "UPDATE copy SET author = ? WHERE id IN (SELECT value FROM json_each(?))",
            (there, copies),
        )


def _authors(connection: Connection, strand: int) -> Iterator[tuple[str, int, str]]:
    """Give (copies as JSON, participant, identifier) of authors who are one account's own."""
    rows = connection.execute(
        "SELECT json_group_array(p.id), i.id, i.identifier FROM strand_copy n"
        " JOIN copy p ON p.id = n.copy JOIN participant i ON i.id = p.author"
        " WHERE n.strand = ? AND i.account <> 0 GROUP BY i.id",
        (strand,),
    ).fetchall()
    yield from rows


def places_of(connection: Connection, delivery: int) -> list[dict[str, str | bool]]:
    """Give whose conversations a delivery holds: service, owner, account or nothing; if open."""
    rows = connection.execute(
        "SELECT p.service, p.owner, coalesce(a.public, ''), p.open FROM delivery_place p"
        " LEFT JOIN account a ON a.id = p.account WHERE p.delivery = ?"
        " ORDER BY p.service, p.owner",
        (delivery,),
    )
    return [
        {"service": service, "owner": owner, "account": account, "open": bool(opened)}
        for service, owner, account, opened in rows
    ]
