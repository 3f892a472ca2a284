"""How records are shown: the JSON that others rely on, and lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.output import Row


def as_hit(frame: Frame, record: Mapping[str, Any]) -> Row:
    """Give the JSON of one record."""
    row: dict[str, Any] = {
        "id": public_id(record),
        "kind": "event" if record["event"] else "message",
        "type": record["type"],
        "sent_at": frame.moment(record["sent_at"]),
        "time_basis": record["basis"],
        "sender": record["label"],
        "conversation": record["title"],
        "conversation_id": record["conversation"],
        "service": record["service"],
        "text": record["text"],
        "marks": (record["marks"] or "").split(),
        "holdings": record["holdings"],
        "sealed": not record["open"],
    }
    if record["subject"] is not None:
        row["subject"] = record["subject"]
    if record.get("snippet"):
        row["snippet"] = record["snippet"]
    else:
        row["snippet"] = record["text"][:200]
    return row


def public_id(record: Mapping[str, Any]) -> str:
    """Give the name of a record for everyone outside the catalogue."""
    return f"{record['delivery']}.{record['item']}"


def hit_lines(frame: Frame, hits: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say records, each with its time, sender, conversation and text."""
    for hit in hits:
        sender = hit["label"] or _unnamed(hit)
        moment = frame.moment(hit["sent_at"]) or say("(no time)")
        marks = f"  [{hit['marks']}]" if hit["marks"] else ""
        yield f"{public_id(hit)}  {moment}  {sender}  ({hit['title']}){marks}"
        if hit["subject"]:
            yield f"    {hit['subject']}"
        words = hit.get("snippet") or hit["text"] or (f"[{hit['type']}]" if hit["event"] else "")
        yield from (f"    {line}" for line in words.splitlines())


def _unnamed(hit: Mapping[str, Any]) -> str:
    """Name who sent what carries no name: only the source's own mark makes it the holder."""
    if "own" in (hit["marks"] or "").split():
        return say("(account holder)")
    identifier = str(hit["author"])
    if identifier:
        return identifier.removeprefix("e164:").removeprefix("mail:")
    return say("(event)") if hit["event"] else say("(sender unknown)")
