"""Show records: what an open delivery holds of them, where, and why they are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archiver.store.catalogue.access import seen
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.schema import COPIES, belongs

_SHOWN = (
    "record", "delivery", "item", "event", "open", "type", "sent_at", "basis", "label", "subject",
    "text", "marks", "conversation", "title", "service", "holdings",
    "author", "copy",
)  # fmt: skip
_HOLDING = (
    "delivery", "item", "account", "state", "level", "rule", "path", "format", "received_at",
    "copy", "link", "basis",
)  # fmt: skip


def shown(connection: Connection, records: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give records as dictionaries; holdings are counted by deliveries that are open.

    A record that nobody opened is counted by all that hold it: only a sorter sees it.
    """
    found: dict[int, dict[str, Any]] = {}
    for part, among in parts(records):
        rows = connection.execute(
            "SELECT r.id, d.public, r.item, r.event, r.open, p.type, p.sent_at, p.basis, p.label,"
            " p.subject, p.text, p.marks, c.public, c.title, c.service,"
            " (SELECT count(*) FROM copy n JOIN holding h ON h.copy = n.id"
            "  JOIN delivery e ON e.id = h.delivery"
            f"  WHERE {belongs('n', 'r')}"
            f"  AND (r.open = 0 OR {seen('n', 'e')})),"
            " coalesce((SELECT i.identifier FROM participant i WHERE i.id = p.author), ''),"
            " p.id FROM record r JOIN copy p ON p.id = r.copy"
            " JOIN conversation c ON c.id = r.conversation JOIN delivery d ON d.id = r.delivery"
            f" WHERE r.id IN ({among})",
            part,
        )
        found.update((row[0], dict(zip(_SHOWN, row, strict=True))) for row in rows)
    return found


_WORDS = ("type", "sent_at", "basis", "label", "subject", "text", "marks")


def words_of(
    connection: Connection,
    records: Sequence[int],
    *,
    accounts: Sequence[int] | None,
    delivery: int | None,
    sealed: bool,
) -> dict[int, dict[str, Any]]:
    """Give what these accounts, or this delivery, have of records: their own words and times."""
    found: dict[int, dict[str, Any]] = {}
    within = [f"{seen('p', 'd')} OR ?"]
    if accounts is not None:
        within.append(f"s.account IN ({', '.join(map(str, accounts)) or 'NULL'})")
    if delivery is not None:
        within.append(f"h.delivery = {int(delivery)}")
    for part, among in parts(records):
        rows = connection.execute(
            f"SELECT m.id, {', '.join(f'p.{name}' for name in _WORDS)}{_HELD_BY}"
            f" JOIN strand s ON s.id = p.strand WHERE ({') AND ('.join(within)})"
            f" AND m.id IN ({among}) ORDER BY p.id DESC",
            (sealed, *part),
        )
        found.update((row[0], dict(zip(_WORDS, row[1:], strict=True))) for row in rows)
    return found


_HELD_BY = f" FROM {COPIES} JOIN holding h ON h.copy = p.id JOIN delivery d ON d.id = h.delivery"
_MAY_SEE = f" WHERE m.id = ? AND ({seen('p', 'd')} OR ?)"


def holdings(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give who holds a record, on which rung of the ladder, and where in the delivery it stands."""
    rows = connection.execute(
        "SELECT d.public, h.item, a.public, d.state, h.level, h.rule, d.path, d.format,"
        f" d.received_at, p.id, p.link, p.basis{_HELD_BY}"
        f" LEFT JOIN account a ON a.id = d.account{_MAY_SEE} ORDER BY d.seq, h.item",
        (record, sealed),
    )
    return [dict(zip(_HOLDING, row, strict=True)) for row in rows]


_COMPARED = ("text", "label", "marks", "subject", "sent_at")


def observations(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give how single copies differ from what is shown, and what else single holdings say."""
    columns = ", ".join(f"coalesce(p.{name}, '')" for name in _COMPARED)
    stated = connection.execute(
        f"SELECT {columns} FROM record r JOIN copy p ON p.id = r.copy WHERE r.id = ?", (record,)
    ).fetchone()
    held = connection.execute(
        f"SELECT d.public, h.item, {columns}{_HELD_BY}{_MAY_SEE} ORDER BY d.seq, h.item",
        (record, sealed),
    )
    found = [
        {"delivery": delivery, "item": item, "kind": kind, "value": here, "by": "", "at": ""}
        for delivery, item, *values in held
        for kind, here, there in zip(_COMPARED, values, stated, strict=True)
        if here != there
    ]
    noted = connection.execute(
        f"SELECT d.public, h.item, o.kind, o.value, o.by, o.time_text{_HELD_BY}"
        f" JOIN observation o ON o.delivery = h.delivery AND o.item = h.item{_MAY_SEE}"
        " ORDER BY d.seq, h.item, o.number",
        (record, sealed),
    )
    names = ("delivery", "item", "kind", "value", "by", "at")
    return found + [dict(zip(names, row, strict=True)) for row in noted]


def attachments(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give the attachments that each holding of a record names, and whether its bytes are here."""
    rows = connection.execute(
        f"SELECT d.public, t.item, t.name, t.media_type, t.size, t.sha256, t.missing{_HELD_BY}"
        f" JOIN attachment t ON t.delivery = h.delivery AND t.item = h.item{_MAY_SEE}"
        " ORDER BY d.seq, t.item, t.number",
        (record, sealed),
    )
    names = ("delivery", "item", "name", "media_type", "size", "sha256", "missing")
    return [dict(zip(names, row, strict=True)) for row in rows]


def recipients(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give who each holding of a mail names, and as what: ``to``, ``cc`` or ``bcc``."""
    rows = connection.execute(
        f"SELECT d.public, h.item, t.role, i.identifier{_HELD_BY}"
        " JOIN mail_participant t ON t.copy = p.id AND t.role <> 'from'"
        f" JOIN participant i ON i.id = t.participant{_MAY_SEE}"
        " ORDER BY d.seq, h.item, t.role DESC, i.identifier",
        (record, sealed),
    )
    names = ("delivery", "item", "role", "identifier")
    return [dict(zip(names, row, strict=True)) for row in rows]


def conversations(connection: Connection, *, sealed: bool) -> list[dict[str, Any]]:
    """Give the conversations that have records one may see, busiest first."""
    rows = connection.execute(
        "SELECT c.public, c.title, c.service, count(*), min(r.sent_at), max(r.sent_at),"
        " (SELECT count(DISTINCT s.account) FROM strand s WHERE s.conversation = c.id AND EXISTS"
        "  (SELECT 1 FROM strand_copy n JOIN copy p ON p.id = n.copy"
        "   WHERE n.strand = s.id AND p.open = :open))"
        " FROM record r JOIN conversation c ON c.id = r.conversation"
        " WHERE r.open = :open GROUP BY c.id"
        " ORDER BY count(*) DESC, min(r.sent_at), c.public",
        {"open": not sealed},
    )
    names = ("conversation", "title", "service", "records", "since", "until", "accounts")
    return [dict(zip(names, row, strict=True)) for row in rows]


def findings(
    connection: Connection, where: str = "1", values: Sequence[object] = ()
) -> list[dict[str, Any]]:
    """Give findings with their delivery, those that wait for an officer first."""
    rows = connection.execute(
        "SELECT f.id, d.public, d.path, f.code, f.fields, f.member, f.start, f.length, f.item,"
        " f.state, d.state, coalesce(a.kind, ''), d.device FROM finding f"
        " JOIN delivery d ON d.id = f.delivery LEFT JOIN account a ON a.id = d.account"
        f" WHERE {where}"
        " ORDER BY f.state DESC, f.id",
        values,
    )
    names = (
        "finding", "delivery", "path", "code", "values", "member", "offset", "length", "item",
        "state", "delivery_state", "kind", "device",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]
