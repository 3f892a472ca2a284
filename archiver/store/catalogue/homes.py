"""The public names of records, and the way back."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.store.catalogue.connection import Connection, parts


def homes(connection: Connection, records: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Give record → (public id of the delivery that first showed it, its item there)."""
    found: dict[int, tuple[str, int]] = {}
    for part, among in parts(sorted(set(records))):
        for record, delivery, item in connection.execute(
            "SELECT r.id, d.public, r.item FROM record r JOIN delivery d ON d.id = r.delivery"
            f" WHERE r.id IN ({among})",
            part,
        ):
            found[record] = (delivery, item)
    return found


def name_of(connection: Connection, record: int) -> str:
    """Give the public id of a record that exists."""
    delivery, item = homes(connection, [record])[record]
    return f"{delivery}.{item}"


def record_of(connection: Connection, public: str) -> int | None:
    """Give the record that a public id (``<delivery>.<item>``, any of its items) names."""
    delivery, _, item = public.rpartition(".")
    if not item.isdecimal():
        return None
    row = connection.execute(
        "SELECT p.record FROM delivery d JOIN named h ON h.delivery = d.id"
        " JOIN copy p ON p.id = h.copy WHERE d.public = ? AND h.item = ?",
        (delivery, int(item)),
    ).fetchone()
    return None if row is None else int(row[0])


def rename(connection: Connection, item: tuple[int, int], name: tuple[int, int]) -> None:
    """Give the record that an item opened the name of an item that is no more."""
    copy = copy_of(connection, *item)
    connection.execute(
        "UPDATE record SET delivery = ?, item = ?"
        " WHERE id = (SELECT record FROM copy WHERE id = ?)",
        (*name, copy),
    )
    connection.execute("INSERT OR REPLACE INTO name VALUES(?, ?, ?)", (*name, copy))


def delivery_key(connection: Connection, public: str) -> int | None:
    """Give the private key of a delivery."""
    row = connection.execute("SELECT id FROM delivery WHERE public = ?", (public,)).fetchone()
    return None if row is None else int(row[0])


def copy_of(connection: Connection, delivery: int, item: int) -> int | None:
    """Give the copy that an item of a delivery holds."""
    row = connection.execute(
        "SELECT copy FROM holding WHERE delivery = ? AND item = ?", (delivery, item)
    ).fetchone()
    return None if row is None else int(row[0])


def copies_of(connection: Connection, delivery: int, items: Iterable[int]) -> dict[int, int]:
    """Give item → copy for those of these items that the delivery holds."""
    return {
        item: copy
        for part, among in parts(sorted(set(items)))
        for item, copy in connection.execute(
            f"SELECT item, copy FROM holding WHERE delivery = ? AND item IN ({among})",
            (delivery, *part),
        )
    }


def copy_named(connection: Connection, public: str) -> int | None:
    """Give the copy that an item, written ``<delivery>.<item>``, holds."""
    delivery, _, item = public.rpartition(".")
    key = delivery_key(connection, delivery)
    return copy_of(connection, key, int(item)) if key is not None and item.isdecimal() else None


def delivery_keys(connection: Connection, publics: Iterable[str]) -> dict[str, int]:
    """Give the private keys of deliveries by their public ids."""
    found: dict[str, int] = {}
    for part, among in parts(sorted(set(publics))):
        found.update(
            connection.execute(f"SELECT public, id FROM delivery WHERE public IN ({among})", part)
        )
    return found


def publics(connection: Connection, deliveries: Iterable[int]) -> dict[int, str]:
    """Give the public ids of deliveries by their private keys."""
    found: dict[int, str] = {}
    for part, among in parts(sorted(set(deliveries))):
        found.update(
            connection.execute(f"SELECT id, public FROM delivery WHERE id IN ({among})", part)
        )
    return found


def strand_keys(connection: Connection, publics: Iterable[str]) -> dict[str, int]:
    """Give the private keys of strands by their public names."""
    found: dict[str, int] = {}
    for part, among in parts(sorted(publics)):
        found.update(
            connection.execute(f"SELECT public, id FROM strand WHERE public IN ({among})", part)
        )
    return found


def object_with(connection: Connection, sha256: str) -> tuple[str, str] | None:
    """Give (object, delivery) where these plain bytes are stored as an object of their own."""
    row = connection.execute(
        "SELECT m.object, d.public FROM delivery_member m JOIN delivery d ON d.id = m.delivery"
        " WHERE m.sha256 = ? AND d.layout IN ('file', 'folder') AND m.object <> ''"
        " UNION ALL SELECT json_extract(objects, '$.original[0]'), public FROM delivery"
        " WHERE sha256 = ? AND layout IN ('zip', 'tar') AND destroyed = 0 LIMIT 1",
        (sha256, sha256),
    ).fetchone()
    return None if row is None or not row[0] else (str(row[0]), str(row[1]))
