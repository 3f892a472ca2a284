"""Write what single items have beside their words: files, and what else one delivery tells."""

from __future__ import annotations

from collections.abc import Iterable

from archiver.model import Beside, Row
from archiver.store.catalogue.connection import OPTIONAL, Connection, placeholders

_ATTACHMENT = (
    f"INSERT INTO attachment VALUES(?, ?, ?, ?, ?, {OPTIONAL}, ?, {OPTIONAL}, {OPTIONAL}, ?)"
)
_OBSERVATION = f"INSERT INTO observation VALUES({placeholders(range(7))})"


def add_attachments(connection: Connection, delivery: int, rows: Iterable[Row | Beside]) -> None:
    """Keep the files that items of a delivery name."""
    attachments = [
        (delivery, row.number, number, a.name, a.media_type, _given(a.size), a.sha256,
         _given(a.member), _given(a.part), a.missing)
        for row in rows
        if row.attachments
        for number, a in enumerate(row.attachments)
    ]  # fmt: skip
    if attachments:
        connection.executemany(_ATTACHMENT, attachments)


def add_observations(connection: Connection, delivery: int, rows: Iterable[Row | Beside]) -> None:
    """Keep what this delivery alone tells of its items."""
    observations = [
        (delivery, row.number, number, one.kind, one.value, one.by, one.time_text)
        for row in rows
        if row.noted
        for number, one in enumerate(row.noted)
    ]
    if observations:
        connection.executemany(_OBSERVATION, observations)


def _given(number: int | None) -> int | str:
    return "" if number is None else number
