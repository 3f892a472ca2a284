"""Copies as what was said: the form in which strands are aligned and exports are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archiver.model import Utterance
from archiver.store.catalogue.connection import Connection

Media = tuple[tuple[str, str], ...]
"""Files of a message as (name, sha256); the digest is empty when the bytes are not here."""

UTTERED = (
    "p.id, p.sent_at, p.basis, coalesce(i.identifier, ''), r.event, p.type, p.text,"
    " coalesce(p.marks, ''), p.delivery, p.item"
)


def utterances(connection: Connection, strand: int) -> Iterator[Utterance]:
    """Give what a strand says, one copy after the other, in the order of its own clock."""
    rows = connection.execute(
        f"SELECT {UTTERED} FROM strand_copy s JOIN copy p ON p.id = s.copy"
        " JOIN record r ON r.id = s.record LEFT JOIN participant i ON i.id = p.author"
        " WHERE s.strand = ? ORDER BY p.sent_at, p.delivery, p.item",
        (strand,),
    )
    return (utterance(connection, row) for row in rows)


def utterance(connection: Connection, row: Sequence[Any], native: bytes = b"") -> Utterance:
    """Make an utterance of the columns `UTTERED`."""
    copy, sent_at, basis, author, event, kind, text, marks, delivery, item = row
    media = media_of(connection, delivery, item, kind, marks)
    return uttered(copy, sent_at, basis, author, bool(event), kind, text, marks, media, native)


def uttered(
    copy: int,
    sent_at: int | None,
    basis: str,
    author: str,
    event: bool,
    kind: str,
    text: str,
    marks: str,
    media: Media,
    native: bytes = b"",
) -> Utterance:
    """Make an utterance of what a copy says; `basis` is such as ``min/assumed``."""
    precision, _, zone = basis.partition("/")
    return Utterance(
        copy,
        sent_at,
        precision,
        zone.endswith("ambiguous"),
        author,
        event,
        kind,
        text,
        marks,
        media,
        native,
    )


def media_of(connection: Connection, delivery: int, item: int, kind: str, marks: str) -> Media:
    """Give the files that an item names; plain text is known to name none."""
    if kind == "text" and "media" not in marks and "attach" not in marks:
        return ()
    return tuple(
        connection.execute(
            "SELECT name, sha256 FROM attachment WHERE delivery = ? AND item = ? ORDER BY number",
            (delivery, item),
        )
    )
