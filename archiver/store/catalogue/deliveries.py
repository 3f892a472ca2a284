"""Deliveries in the catalogue: begun, finished, released, listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from archiver.model import Finding, State
from archiver.store.catalogue.access import latest
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.restate import restated
from archiver.store.manifest import Counts, Manifest

_COUNTS = Counts.__struct_fields__
_COLUMNS = (
    "public", "account", "state", "format", "path", "layout", "sha256", "size", "received_at",
    "seq", *_COUNTS, "since", "until", "objects", "manifest",
)  # fmt: skip


def begin(connection: Connection, public: str, account: int | None) -> int:
    """Make room for a delivery, or for reading one again that was never read to its end."""
    found = connection.execute("SELECT id FROM delivery WHERE public = ?", (public,)).fetchone()
    if found:
        for table in ("delivery_member", "finding", "attachment", "holding"):
            connection.execute(f"DELETE FROM {table} WHERE delivery = ?", (found[0],))
        return int(found[0])
    empty = dict.fromkeys(_COLUMNS, 0) | {
        "public": public, "account": account, "state": "", "format": "", "path": "",
        "layout": "", "sha256": "", "objects": "{}", "manifest": "",
    }  # fmt: skip
    return int(
        connection.execute(
            f"INSERT INTO delivery({','.join(_COLUMNS)})"
            f" VALUES({','.join(':' + c for c in _COLUMNS)})",
            empty,
        ).lastrowid
    )


def finish(
    connection: Connection,
    delivery: int,
    manifest: Manifest,
    objects: Mapping[str, Sequence[str]],
    seq: int,
) -> None:
    """Write what is known of a delivery once its event stands in the log."""
    values = {
        "state": manifest.state, "format": manifest.format, "path": manifest.path,
        "layout": manifest.layout, "sha256": manifest.sha256, "size": manifest.size,
        "received_at": manifest.received_at, "seq": seq, "since": manifest.since,
        "until": manifest.until, "objects": msgspec.json.encode(objects).decode(),
        "manifest": next(iter(objects.get("manifest", ())), ""),
        **msgspec.structs.asdict(manifest.counts),
    }  # fmt: skip
    connection.execute(
        f"UPDATE delivery SET {', '.join(f'{name} = :{name}' for name in values)} WHERE id = :id",
        {**values, "id": delivery},
    )
    connection.executemany(
        "INSERT INTO delivery_member VALUES(?, ?, ?, ?, ?, ?, ?)",
        [
            (delivery, n, m.name, m.size, m.sha256, n in manifest.mains, _object(manifest, n))
            for n, m in enumerate(manifest.members)
        ],
    )
    add_findings(connection, delivery, manifest.findings)


def replace(
    connection: Connection,
    delivery: int,
    manifest: Manifest,
    objects: Mapping[str, Sequence[str]],
    seq: int,
) -> None:
    """Write what is known of a delivery once a part of it was destroyed.

    Findings on whole items were removed with them; of the others the manifest tells what is left.
    """
    connection.execute("DELETE FROM delivery_member WHERE delivery = ?", (delivery,))
    connection.execute(
        "DELETE FROM finding WHERE delivery = ? AND (item IS NULL OR code IN"
        " (SELECT value FROM json_each(?)))",
        (delivery, msgspec.json.encode([one.code for one in manifest.findings]).decode()),
    )
    if not manifest.places:
        connection.execute("DELETE FROM delivery_place WHERE delivery = ?", (delivery,))
    finish(connection, delivery, manifest, objects, seq)


def public_of(connection: Connection, delivery: int) -> str:
    """Give the public id of a delivery."""
    return str(
        connection.execute("SELECT public FROM delivery WHERE id = ?", (delivery,)).fetchone()[0]
    )


def _object(manifest: Manifest, member: int) -> str:
    names = manifest.member_objects
    return names[member] if member < len(names) else names[0] if names else ""


def state_of(connection: Connection, public: str) -> str:
    """Give the state of a delivery; empty when there is none of that name."""
    row = connection.execute("SELECT state FROM delivery WHERE public = ?", (public,)).fetchone()
    return "" if row is None else str(row[0])


def add_findings(connection: Connection, delivery: int, findings: Sequence[Finding]) -> None:
    """Keep findings; codes that begin with E wait for an officer."""
    connection.executemany(
        "INSERT INTO finding(delivery, code, fields, member, start, length, item, state)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (delivery, f.code, msgspec.json.encode(f.values).decode(), f.member, f.offset,
             f.length, f.item, "open" if f.code.startswith("E") else "noted")
            for f in findings
        ],
    )  # fmt: skip


def has_finding(connection: Connection, public: str, code: str) -> bool:
    """Whether a delivery has a finding of this code."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM finding f JOIN delivery d ON d.id = f.delivery"
        " WHERE d.public = ? AND f.code = ?)",
        (public, code),
    ).fetchone()
    return bool(row[0])


def settle(connection: Connection, delivery: int, settled: Sequence[tuple[str, int, str]]) -> None:
    """Close findings that were solved: (code, item, record that they name)."""
    connection.executemany(
        "UPDATE finding SET state = 'solved' WHERE delivery = ? AND code = ? AND item = ?"
        " AND json_extract(fields, '$.record') = ? AND state = 'open'",
        [(delivery, *one) for one in settled],
    )


def titled_by_others(connection: Connection, delivery: int) -> bool:
    """Whether a conversation of a delivery has its title from another one that is not open."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM holding h JOIN copy p ON p.id = h.copy"
        " JOIN strand s ON s.id = p.strand JOIN conversation c ON c.id = s.conversation"
        " JOIN delivery d ON d.id = c.delivery"
        " WHERE h.delivery = :id AND c.delivery <> :id AND d.state <> 'ingested')",
        {"id": delivery},
    ).fetchone()
    return bool(row[0])


def release(connection: Connection, delivery: int) -> None:
    """Open a sealed delivery: its copies may be searched and shown by all.

    Strays stay sealed, and so does what a sorter decided to keep so.
    """
    connection.execute("UPDATE delivery SET state = ? WHERE id = ?", (State.INGESTED, delivery))
    held = (
        "SELECT p.id, p.record FROM holding h JOIN copy p ON p.id = h.copy"
        " WHERE h.delivery = ? AND p.open = 0"
        " AND NOT EXISTS (SELECT 1 FROM stray y WHERE y.strand = p.strand)"
        f" AND {latest('p.id')} IS NULL ORDER BY p.record"
    )
    connection.execute(
        "UPDATE delivery_place SET open = 1 WHERE delivery = ? AND account IS NOT NULL", (delivery,)
    )
    closed = connection.execute(held, (delivery,)).fetchall()
    for part, among in parts(closed):
        with restated(connection, {record for _, record in part}):
            copies = [copy for copy, _ in part]
            connection.execute(f"UPDATE copy SET open = 1 WHERE id IN ({among})", copies)


def asking(connection: Connection, code: str) -> list[dict[str, Any]]:
    """Give the deliveries that wait for an answer and have an open finding of this code."""
    return listed(
        connection,
        "d.state = 'question' AND EXISTS (SELECT 1 FROM finding f WHERE f.delivery = d.id"
        " AND f.code = ? AND f.state = 'open') ORDER BY d.sha256",
        (code,),
    )


def same_file(connection: Connection, account: str, sha256: str) -> dict[str, Any] | None:
    """Find the account's delivery of this very file, the one read to its end before others."""
    rows = listed(
        connection,
        "a.public = ? AND d.sha256 = ? AND d.state <> 'withdrawn'"
        " ORDER BY d.state NOT IN ('ingested', 'sealed'), d.id LIMIT 1",
        (account, sha256),
    )
    return rows[0] if rows else None


def listed(connection: Connection, where: str, values: Sequence[object]) -> list[dict[str, Any]]:
    """Give deliveries as dictionaries with their account's public id."""
    names = ("id", *_COLUMNS, "device")
    found = connection.execute(
        f"SELECT {', '.join(f'd.{name}' for name in names)}, a.public, a.service, a.owner,"
        " a.kind"
        f" FROM delivery d LEFT JOIN account a ON a.id = d.account WHERE {where}",
        values,
    )
    keys = (*names, "account_public", "service", "owner", "kind")
    return [dict(zip(keys, row, strict=True)) for row in found]
