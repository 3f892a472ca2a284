"""The statements that say what a search sees: what is open of each account, and what is not."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.schema import COPIES

_ACCOUNT = "coalesce((SELECT a.public FROM account a WHERE a.id = d.account), '')"


def opened(connection: Connection) -> list[tuple[str, int, int, int | None, int | None]]:
    """Give what is open by account: (account, deliveries, records, first, last), times in ms."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT a.public, count(DISTINCT h.delivery), count(DISTINCT m.id), min(p.sent_at),"
        f" max(p.sent_at) FROM {COPIES} JOIN strand s ON s.id = p.strand"
        " JOIN account a ON a.id = s.account JOIN holding h ON h.copy = p.id"
        f" JOIN delivery d ON d.id = h.delivery WHERE {seen('p', 'd')} GROUP BY a.public"
    ).fetchall()


def unsearched(connection: Connection) -> list[tuple[str, str, int, int]]:
    """Give what is not open by account: (account, state, deliveries, items), nothing of content.

    Of a sealed delivery the items count that are sealed still; of an open one those that a sorter
    sealed. One that is open as a whole counts nowhere.
    """
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT account, state, count(*), sum(items) FROM ("
        f" SELECT {_ACCOUNT} AS account, d.state AS state, 0 AS items FROM delivery d"
        "  WHERE d.state NOT IN ('ingested', 'sealed')"
        " UNION ALL"
        " SELECT coalesce(a.public, '') AS account, 'sealed' AS state, count(*) AS items"
        "  FROM delivery d JOIN holding h ON h.delivery = d.id JOIN copy p ON p.id = h.copy"
        "  JOIN strand s ON s.id = p.strand LEFT JOIN account a ON a.id = s.account"
        f"  WHERE NOT {seen('p', 'd')} GROUP BY d.id, a.public"
        ") GROUP BY account, state ORDER BY account, state"
    ).fetchall()


def periods(connection: Connection) -> list[tuple[str, str, int, int | None, int | None]]:
    """Give what each delivery covers of each account, as far as that is open.

    As (account, delivery, received at, first, last), times in ms.
    """
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT a.public, d.public, d.received_at, min(p.sent_at), max(p.sent_at)"
        " FROM delivery d JOIN holding h ON h.delivery = d.id JOIN copy p ON p.id = h.copy"
        " JOIN strand s ON s.id = p.strand JOIN account a ON a.id = s.account"
        f" WHERE {seen('p', 'd')} GROUP BY a.id, d.id ORDER BY a.id, d.received_at, d.id"
    ).fetchall()


def account_of(connection: Connection, delivery: str) -> str:
    """Give the account of a delivery; empty where it has none or is not there."""
    row = connection.execute(
        f"SELECT {_ACCOUNT} FROM delivery d WHERE d.public = ?", (delivery,)
    ).fetchone()
    return "" if row is None else str(row[0])
