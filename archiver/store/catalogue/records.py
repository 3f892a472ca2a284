"""Show records: what an open delivery holds of them, where, and why they are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archiver.store.catalogue.connection import Connection

_SHOWN = (
    "record", "delivery", "item", "event", "open", "type", "sent_at", "basis", "label", "subject",
    "text", "marks", "conversation", "title", "service", "holdings",
)  # fmt: skip
_HOLDING = (
    "delivery", "item", "account", "state", "level", "rule", "path", "format", "received_at",
)  # fmt: skip


def shown(connection: Connection, records: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give records as dictionaries; holdings are counted by deliveries that are open.

    A record that nobody opened is counted by all that hold it: only a sorter sees it.
    """
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(records), 500):
        part = records[start : start + 500]
        rows = connection.execute(
            "SELECT r.id, d.public, r.item, r.event, r.open, r.type, r.sent_at, r.basis, r.label,"
            " r.subject, r.text, r.marks, c.public, c.title, c.service,"
            " (SELECT count(*) FROM holding h JOIN delivery e ON e.id = h.delivery"
            "  WHERE h.record = r.id AND (r.open = 0 OR e.state = 'ingested'))"
            " FROM record r JOIN conversation c ON c.id = r.conversation"
            " JOIN delivery d ON d.id = r.delivery"
            f" WHERE r.id IN ({', '.join('?' * len(part))})",
            part,
        )
        found.update((row[0], dict(zip(_SHOWN, row, strict=True))) for row in rows)
    return found


def holdings(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give who holds a record, on which rung of the ladder, and where in the delivery it stands."""
    rows = connection.execute(
        "SELECT d.public, h.item, a.public, d.state, h.level, h.rule, d.path, d.format,"
        " d.received_at FROM holding h JOIN delivery d ON d.id = h.delivery"
        " LEFT JOIN account a ON a.id = d.account"
        " WHERE h.record = ? AND (d.state = 'ingested' OR ?) ORDER BY d.seq, h.item",
        (record, sealed),
    )
    return [dict(zip(_HOLDING, row, strict=True)) for row in rows]


def observations(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give how single copies differ from what is shown."""
    rows = connection.execute(
        "SELECT d.public, o.item, o.kind, o.value FROM observation o"
        " JOIN delivery d ON d.id = o.delivery"
        " WHERE o.record = ? AND (d.state = 'ingested' OR ?) ORDER BY d.seq, o.item, o.kind",
        (record, sealed),
    )
    names = ("delivery", "item", "kind", "value")
    return [dict(zip(names, row, strict=True)) for row in rows]


def attachments(connection: Connection, record: int, *, sealed: bool) -> list[dict[str, Any]]:
    """Give the attachments that each holding of a record names, and whether its bytes are here."""
    rows = connection.execute(
        "SELECT d.public, t.item, t.name, t.media_type, t.size, t.sha256, t.missing"
        " FROM holding h JOIN delivery d ON d.id = h.delivery"
        " JOIN attachment t ON t.delivery = h.delivery AND t.item = h.item"
        " WHERE h.record = ? AND (d.state = 'ingested' OR ?) ORDER BY d.seq, t.item, t.number",
        (record, sealed),
    )
    names = ("delivery", "item", "name", "media_type", "size", "sha256", "missing")
    return [dict(zip(names, row, strict=True)) for row in rows]


def conversations(connection: Connection, *, sealed: bool) -> list[dict[str, Any]]:
    """Give the conversations that have records one may see, busiest first."""
    rows = connection.execute(
        "SELECT c.public, c.title, c.service, count(*), min(r.sent_at), max(r.sent_at),"
        " (SELECT count(DISTINCT s.account) FROM strand s WHERE s.conversation = c.id AND EXISTS"
        "  (SELECT 1 FROM holding_strand n JOIN record m ON m.id = n.record"
        "   JOIN holding h ON h.record = n.record AND h.strand = s.id"
        "   JOIN delivery d ON d.id = h.delivery"
        "   WHERE n.strand = s.id AND m.open = :open AND d.state = :state))"
        " FROM record r JOIN conversation c ON c.id = r.conversation"
        " WHERE r.open = :open GROUP BY c.id ORDER BY count(*) DESC, c.id",
        {"open": not sealed, "state": "sealed" if sealed else "ingested"},
    )
    names = ("conversation", "title", "service", "records", "since", "until", "accounts")
    return [dict(zip(names, row, strict=True)) for row in rows]


def findings(
    connection: Connection, where: str = "1", values: Sequence[object] = ()
) -> list[dict[str, Any]]:
    """Give findings with their delivery, those that wait for an officer first."""
    rows = connection.execute(
        "SELECT f.id, d.public, d.path, f.code, f.fields, f.member, f.start, f.length, f.item,"
        " f.state, d.state, coalesce(a.kind, '') FROM finding f"
        " JOIN delivery d ON d.id = f.delivery LEFT JOIN account a ON a.id = d.account"
        f" WHERE {where}"
        " ORDER BY f.state DESC, f.id",
        values,
    )
    names = (
        "finding", "delivery", "path", "code", "values", "member", "offset", "length", "item",
        "state", "delivery_state", "kind",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows]
