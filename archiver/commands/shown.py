"""How records are shown: the JSON that others rely on, and lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archiver.commands.frame import Frame
from archiver.language import say
from archiver.output import Row, labels
from archiver.output.told import person


def as_hit(frame: Frame, record: Mapping[str, Any]) -> Row:
    """Give the JSON of one record."""
    row: dict[str, Any] = {
        "id": public_id(record),
        "kind": "event" if record["event"] else "message",
        "type": record["type"],
        "label": label_of(record),
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


def label_of(record: Mapping[str, Any]) -> str:
    """Say what a record is: an event as a sentence, with all that is told of it."""
    told = record.get("told") or {"actor": _name(record)}
    return labels.label("event" if record["event"] else "message", record["type"], told)


def hit_lines(frame: Frame, hits: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say records, each with its time, sender, conversation and text.

    What the archive says itself begins two places in, with the label in square brackets; words of
    the source begin four places in, so that nobody's message can pass for what the archive says.
    """
    for hit in hits:
        sender = _name(hit) or _unnamed(hit)
        moment = frame.moment(hit["sent_at"]) or say("(no time)")
        marks = f"  [{labels.marks(hit['marks'])}]" if hit["marks"] else ""
        yield f"{public_id(hit)}  {moment}  {sender}  ({hit['title']}){marks}"
        if hit["subject"]:
            yield f"    {hit['subject']}"
        words = hit.get("snippet") or hit["text"] or ""
        if hit["event"] or hit["type"] not in _PLAIN or not words:
            yield f"  [{label_of(hit)}]"
        yield from (f"    {line}" for line in words.splitlines())


_PLAIN = ("text", "mail", "media")
"""Types of messages of which the words say enough."""


def _name(hit: Mapping[str, Any]) -> str:
    """Name who sent it; only the source's own mark makes a nameless one the account holder.

    The source writes a name as it is; an identifier has it in small letters.
    """
    written = hit["label"] or hit.get("told", {}).get("actor")
    if written:
        return str(written)
    if "own" in (hit["marks"] or "").split():
        return person("own")
    return person(str(hit["author"]))


def _unnamed(hit: Mapping[str, Any]) -> str:
    return say("(event)") if hit["event"] else say("(sender unknown)")
