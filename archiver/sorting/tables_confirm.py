"""The tables of confirmed lists, and of the rules that an officer confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from archiver.store.catalogue.connection import Connection, parts


class SortList(Struct, frozen=True):
    """A list that an official confirmed; `document` is the SHA-256 of what was signed."""

    id: str
    account: str
    document: str
    officer: str
    at: str
    seq: int


def put(connection: Connection, made: SortList, acts: Iterable[int]) -> None:
    """Keep a list with the acts on it."""
    connection.execute(
        "INSERT OR REPLACE INTO sort_list VALUES(?, ?, ?, ?, ?, ?)",
        (made.id, made.account, made.document, made.officer, made.at, made.seq),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO sort_list_act VALUES(?, ?)", [(made.id, act) for act in acts]
    )


def lists(connection: Connection, name: str = "") -> list[SortList]:
    """Give all lists in the order in which they were confirmed, or the one of this id."""
    rows = connection.execute(
        "SELECT public, account, document, officer, at, seq FROM sort_list"
        " WHERE ? IN ('', public) ORDER BY seq",
        (name,),
    )
    return [SortList(*row) for row in rows]


def copies(connection: Connection, name: str) -> set[int]:
    """Give the copies that hold what stands on a list, whatever was decided of it since."""
    rows = connection.execute(
        "SELECT h.copy FROM sort_list_act l JOIN act_item i ON i.act = l.act"
        " JOIN holding h ON h.delivery = i.delivery AND h.item = i.item WHERE l.list = ?",
        (name,),
    )
    return {copy for (copy,) in rows}


def agreed(connection: Connection, acts: Iterable[int]) -> set[int]:
    """Give those of these acts that stand on a list."""
    return {
        act
        for part, among in parts(sorted(acts))
        for (act,) in connection.execute(
            f"SELECT DISTINCT act FROM sort_list_act WHERE act IN ({among})", part
        )
    }


def put_rule(connection: Connection, code: str, digest: str, officer: str, at: str) -> None:
    """Keep that an officer confirmed a rule as it is in this form."""
    connection.execute(
        "INSERT OR REPLACE INTO confirmed_rule VALUES(?, ?, ?, ?)", (code, digest, officer, at)
    )


def confirmed_rules(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Give (code, digest, officer, when in RFC 3339) of the rules that were confirmed."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT code, digest, officer, at FROM confirmed_rule ORDER BY code"
    ).fetchall()
