"""What stands behind one holding: the place of its bytes and what was compared."""

from __future__ import annotations

import json
from typing import Any

from archiver.commands.cover import COVERED
from archiver.commands.frame import Frame
from archiver.model import State
from archiver.store.archive import Archive

_COMPARED = {
    "chat-3/1": ("strand", "author", "time", "text", "media", "order among equals"),
    "native-id/1": ("identifier in the conversation", "sender", "time"),
    "native-unnamed/1": ("identifier in the conversation", "time", "one copy names no sender"),
    "same-file/1": ("bytes of the chat file", "place in it"),
    "mail-bytes/1": ("all bytes",),
    "mail-neutral/1": ("all bytes but transport headers",),
    "mail-id-text/1": ("Message-ID", "text", "attachments"),
}


def _link(stored: str | None) -> dict[str, Any]:
    """Give what joined a copy to its record, where that was not its own strand (level 4)."""
    if not stored:
        return {}
    link = json.loads(stored)
    agrees = link.get("agrees", ())
    rule, _, version = link.get("rule", "").partition("/")
    return {
        "level": link.get("level", 4),
        "rule": rule,
        "version": int(version or 1),
        "how": link.get("how", ""),
        "with": link.get("beside", ""),
        "offset_seconds": link.get("offset", 0) / 1000,
        "matching": [part for part in agrees if not part.startswith("-")],
        "contradicting": [part[1:] for part in agrees if part.startswith("-")],
        **({"left_out": link["stripped"]} if link.get("stripped") else {}),
    }


def _votes(archive: Archive, copy: int, beside: str) -> list[dict[str, Any]]:
    """Give how many rare texts say that the two copies' senders are one person, and who they are.

    Empty where both are named by an identifier that holds everywhere, or nothing was learned.
    """
    from archiver.store.catalogue.homes import copy_named
    from archiver.store.catalogue.related import authors_of, tie_between

    connection = archive.catalogue.connection
    other = copy_named(connection, beside)
    relation = tie_between(connection, copy, other) if other else None
    if other is None or relation is None:
        return []
    pair = set(authors_of(connection, (copy, other)))
    return [
        vote
        for vote in json.loads(relation).get("authors", ())
        if {vote["left"], vote["right"]} <= pair
    ]


def evidence(
    frame: Frame, archive: Archive, holding: dict[str, Any], *, sealed: bool
) -> dict[str, Any]:
    """Give the JSON of one holding with its place in the original bytes.

    The file of a delivery that is sealed is named only where what is `sealed` was asked for.
    """
    from archiver.store.items import Items, latest_event, manifest_of

    event = latest_event(archive, holding["delivery"])
    manifest = manifest_of(archive, event)
    item = Items(archive).of(holding["delivery"], holding["item"])
    covered = not sealed and holding["state"] != State.INGESTED
    rule = holding["rule"] or ""
    link = _link(holding["link"])
    if link["with"] if link else "":
        link["author_votes"] = _votes(archive, holding["copy"], link["with"])
    return {
        "delivery": holding["delivery"],
        "item": holding["item"],
        "account": holding["account"],
        "state": holding["state"],
        "level": holding["level"],
        "rule": rule.partition("/")[0] or "first",
        "version": int(rule.partition("/")[2] or 1),
        "evidence": list(_COMPARED.get(rule, ("first item of the record",))),
        **({"link": link} if link else {}),
        "format": holding["format"],
        "received_at": frame.moment(holding["received_at"]),
        "place": {
            "source": COVERED if covered else manifest.members[item.member].name,
            "offset": item.offset,
            "length": item.length,
            **({"node": item.node} if item.node else {}),
        },
        "raw": {"time": item.time_text, "sender": item.sender},
    }
