"""The marks of what was destroyed, asked in bulk."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.catalogue.connection import Connection, parts_of_keys


def has_marks(connection: Connection) -> bool:
    """Whether anything was ever destroyed."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM mark)").fetchone()[0])


def marked(connection: Connection, marks: Iterable[bytes]) -> dict[bytes, str]:
    """Give for those of these marks that are kept a delivery that left it, by its public id."""
    return {
        mark: delivery
        for part, among in parts_of_keys(sorted(set(marks)))
        for mark, delivery in connection.execute(
            "SELECT m.mark, min(d.public) FROM mark m JOIN delivery d ON d.id = m.delivery"
            f" WHERE m.mark IN ({among}) GROUP BY m.mark",
            part,
        )
    }
