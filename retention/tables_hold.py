"""The statements of holds: placing over all copies at once, asking what is held, the letters."""

# Every statement is put together from constants; values are always bound.

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from archiver.store.catalogue.connection import Connection, parts, placeholders
from archiver.store.catalogue.schema import belongs

_HOLD = "public, kind, state, scope, received, ground, reason, placed_by, placed_at"
_LETTER = "person, kind, written, due, answered, answer, note"


class Where:
    """Conditions on copies `p` of strands `s`, with the values to bind."""

    def __init__(self, after: int) -> None:
        self.values: list[Any] = [after]
        self._conditions = ["p.id > ?"]

    @property
    def source(self) -> str:
        """The FROM and WHERE."""
        return (
            f"FROM copy p JOIN strand s ON s.id = p.strand WHERE {' AND '.join(self._conditions)}"
        )

    def accounts(self, keys: Sequence[int]) -> None:
        """Only copies of these accounts."""
        self._add(f"s.account IN ({placeholders(keys)})", keys)

    def conversations(self, publics: Sequence[str]) -> None:
        """Only copies of these conversations, by what they are now and were first named for."""
        named = f"SELECT id FROM conversation WHERE public IN ({placeholders(publics)})"
        self._add(f"(s.conversation IN ({named}) OR s.home IN ({named}))", (*publics, *publics))

    def period(self, since: int | None, until: int | None) -> None:
        """Only copies sent in ``[since, until)``, and those without a time."""
        bounds = (-(1 << 62) if since is None else since, 1 << 62 if until is None else until)
        self._add("(p.sent_at IS NULL OR (p.sent_at >= ? AND p.sent_at < ?))", bounds)

    def words(self, expression: str) -> None:
        """Only copies of records that an FTS5 expression finds, open or sealed."""
        self._add(
            f"p.id IN (SELECT q.id FROM record m JOIN copy q ON {belongs('q', 'm')} WHERE m.id IN"
            " (SELECT rowid FROM text_open WHERE text_open MATCH ?"
            " UNION SELECT rowid FROM text_sealed WHERE text_sealed MATCH ?))",
            (expression, expression),
        )

    def _add(self, condition: str, values: Iterable[Any]) -> None:
        self._conditions.append(condition)
        self.values.extend(values)


def count(connection: Connection, where: Where) -> int:
    """Count the open copies that are covered; what is sealed is held too and not counted here."""
    found = connection.execute(f"SELECT count(*) {where.source} AND p.open = 1", where.values)
    return int(found.fetchone()[0])


def accounts(connection: Connection, where: Where) -> set[str]:
    """Give the public ids of the accounts that have something of what is covered."""
    keys = f"SELECT DISTINCT s.account {where.source}"
    rows = connection.execute(f"SELECT public FROM account WHERE id IN ({keys})", where.values)
    return {row[0] for row in rows}


def cover(connection: Connection, hold: int, where: Where) -> None:
    """Hold what is covered and is not held yet."""
    connection.execute(
        f"INSERT OR IGNORE INTO held(copy, hold) SELECT p.id, ? {where.source}",
        (hold, *where.values),
    )


def put_named(connection: Connection, hold: int, items: Iterable[tuple[str, int]]) -> None:
    """Keep the items, as (delivery, item), whose records a hold covers by name."""
    connection.executemany(
        "INSERT OR IGNORE INTO hold_named VALUES(?, ?, ?)", [(hold, *item) for item in items]
    )


def cover_named(connection: Connection, hold: int) -> None:
    """Hold all copies of the records that a hold covers by name."""
    connection.execute(
        "INSERT OR IGNORE INTO held(copy, hold) SELECT p.id, o.hold FROM hold_named o"
        " JOIN delivery d ON d.public = o.delivery"
        " JOIN named n ON n.delivery = d.id AND n.item = o.item"
        f" JOIN copy q ON q.id = n.copy JOIN record m ON m.id = q.record"
        f" JOIN copy p ON {belongs('p', 'm')} WHERE o.hold = ?",
        (hold,),
    )


def release(connection: Connection, hold: int) -> None:
    """Let go of all that a hold covers."""
    connection.execute("DELETE FROM held WHERE hold = ?", (hold,))
    connection.execute("DELETE FROM hold_named WHERE hold = ?", (hold,))


def held(connection: Connection, copies: Collection[int]) -> list[tuple[int, str]]:
    """Give (copy, hold) of these copies, as far as they are held."""
    return [
        row
        for part, among in parts(sorted(copies))
        for row in connection.execute(
            "SELECT e.copy, o.public FROM held e JOIN hold o ON o.id = e.hold"
            f" WHERE e.copy IN ({among}) ORDER BY e.copy, o.id",
            part,
        )
    ]


def held_of(connection: Connection, delivery: str) -> list[str]:
    """Give the holds that cover something that a delivery holds."""
    rows = connection.execute(
        "SELECT public FROM hold WHERE id IN (SELECT e.hold FROM delivery d"
        " JOIN holding h ON h.delivery = d.id JOIN held e ON e.copy = h.copy WHERE d.public = ?)"
        " ORDER BY id",
        (delivery,),
    )
    return [row[0] for row in rows]


def delivery(connection: Connection, public: str) -> tuple[str, str, int, bool] | None:
    """Give (account, state, received at, whether records were made of it) of a delivery.

    The read-out of a device has no account, since it may hold messages of several.
    """
    row = connection.execute(
        "SELECT iif(d.device <> '', '', coalesce(a.public, '')), d.state, d.received_at,"
        " d.new + d.known > 0"
        " FROM delivery d LEFT JOIN account a ON a.id = d.account WHERE d.public = ?",
        (public,),
    ).fetchone()
    return None if row is None else (row[0], row[1], row[2], bool(row[3]))


def first_copy(connection: Connection, delivery: int) -> int | None:
    """Give the first copy that came with a delivery, by its key; keys follow arrival."""
    row = connection.execute(
        "SELECT min(p.id) FROM holding h JOIN copy p ON p.id = h.copy AND p.delivery = h.delivery"
        " WHERE h.delivery = ?",
        (delivery,),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def conversation_exists(connection: Connection, public: str) -> bool:
    """Whether there is a conversation with this id."""
    found = connection.execute("SELECT 1 FROM conversation WHERE public = ?", (public,))
    return found.fetchone() is not None


def put(connection: Connection, values: Sequence[str]) -> int:
    """Keep a hold, its values in the order of `rows`; give its key."""
    connection.execute(f"INSERT INTO hold({_HOLD}) VALUES({placeholders(values)})", values)
    return key_of(connection, values[0])


def key_of(connection: Connection, public: str) -> int:
    """Give the key of a hold, 0 when there is none of this id."""
    row = connection.execute("SELECT id FROM hold WHERE public = ?", (public,)).fetchone()
    return 0 if row is None else int(row[0])


def state(connection: Connection, hold: int, to: str) -> None:
    """Bring a hold into another state."""
    connection.execute("UPDATE hold SET state = ? WHERE id = ?", (to, hold))


def rows(connection: Connection) -> list[Sequence[str]]:
    """Give all holds, the oldest first."""
    return connection.execute(f"SELECT {_HOLD} FROM hold ORDER BY id").fetchall()  # type: ignore[no-any-return]


def put_step(connection: Connection, values: Sequence[Any]) -> None:
    """Keep what was done with a hold: (hold, seq, what, officer, at, reason)."""
    connection.execute("INSERT INTO hold_step VALUES(?, ?, ?, ?, ?, ?)", values)


def steps(connection: Connection, hold: int) -> list[Sequence[str]]:
    """Give what was done with a hold: (what, officer, at, reason), in order."""
    return connection.execute(  # type: ignore[no-any-return]
        "SELECT what, officer, at, reason FROM hold_step WHERE hold = ? ORDER BY seq", (hold,)
    ).fetchall()


def put_letter(connection: Connection, hold: int, values: Sequence[str]) -> None:
    """Keep a letter: (person, kind, written, due, answered, answer, note)."""
    connection.execute(
        f"INSERT OR REPLACE INTO letter(hold, {_LETTER}) VALUES(?, {placeholders(values)})",
        (hold, *values),
    )


def letters(connection: Connection, hold: int) -> list[Sequence[str]]:
    """Give the letters of a hold, by person, in the order in which they were written."""
    return connection.execute(  # type: ignore[no-any-return]
        f"SELECT {_LETTER} FROM letter WHERE hold = ? ORDER BY person, written, kind", (hold,)
    ).fetchall()
