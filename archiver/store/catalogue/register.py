"""Accounts and officers in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.model import Account, AccountKind, Officer, Role
from archiver.store.catalogue.connection import Connection, placeholders

_ACCOUNT = ("public", *Account.__struct_fields__[1:])


def put_account(connection: Connection, account: Account) -> None:
    """Keep an account, or what is new about one."""
    values = [getattr(account, "id" if name == "public" else name) for name in _ACCOUNT]
    updates = ", ".join(f"{name} = excluded.{name}" for name in _ACCOUNT[1:])
    connection.execute(
        f"INSERT INTO account({', '.join(_ACCOUNT)}) VALUES({placeholders(_ACCOUNT)})"
        f" ON CONFLICT(public) DO UPDATE SET {updates}",
        values,
    )


def accounts(connection: Connection, where: str = "1", values: Sequence[str] = ()) -> list[Account]:
    """Give accounts in the order in which they were added."""
    found = connection.execute(
        f"SELECT {', '.join(_ACCOUNT)} FROM account WHERE {where} ORDER BY id", values
    )
    return [
        Account(*(AccountKind(value) if n == 4 else value for n, value in enumerate(row)))
        for row in found
    ]


def account_key(connection: Connection, public: str) -> int | None:
    """Give the private key of an account."""
    row = connection.execute("SELECT id FROM account WHERE public = ?", (public,)).fetchone()
    return None if row is None else int(row[0])


def accounts_of(connection: Connection, person: str) -> tuple[int, ...]:
    """Give the private keys of the accounts of a person, by the name they were registered under."""
    rows = connection.execute(
        "SELECT id FROM account WHERE lower(person) = lower(?) ORDER BY id", (person,)
    )
    return tuple(row[0] for row in rows)


def put_officer(connection: Connection, officer: Officer) -> None:
    """Keep an officer, or what is new about one."""
    connection.execute(
        "INSERT OR REPLACE INTO officer VALUES(?, ?, ?, ?, ?, ?, ?)",
        (officer.id, officer.login, officer.name, " ".join(officer.roles), officer.public_key,
         officer.since, officer.until),
    )  # fmt: skip


def officers(connection: Connection) -> list[Officer]:
    """Give all officers."""
    return [
        Officer(row[0], row[1], row[2], tuple(Role(r) for r in row[3].split()), *row[4:])
        for row in connection.execute("SELECT * FROM officer ORDER BY public")
    ]
