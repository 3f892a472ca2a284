"""What the copies of records say, word for word: by that an item finds the copy which it shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from archiver.model import Row
from archiver.store.catalogue.connection import Connection, parts
from archiver.store.catalogue.mail_keys import SIZE
from archiver.store.catalogue.schema import belongs
from archiver.store.catalogue.write_mail import MailWriter, Recipients

_CHANGED = frozenset(("edited", "deleted", "deleted-own", "deleted-by-admin", "view-once"))
"""Marks of a message whose words the source itself says were changed or taken away."""

Heading = tuple[bytes, str, int | None, Recipients]
"""Of a mail: key, subject, time and recipients."""

Wording = tuple[str, str, str, Heading | None]
"""Text, label, marks; and of a mail its heading: what a copy is shared by within a strand."""


class Wordings:
    """The copies that records have before a batch, by strand and by what they say."""

    def __init__(self, connection: Connection, mail: MailWriter, records: Iterable[int]) -> None:
        self._mail = mail
        self._found: dict[tuple[int, int], dict[Wording, tuple[int, int]]] = defaultdict(dict)
        rows = _rows(connection, records)
        mails = mail.recipients_of(copy for copy, _, key, *_ in rows if len(key) > SIZE)
        for copy, is_open, key, subject, sent_at, record, strand, *words in rows:
            heading = None
            if len(key) > SIZE:
                heading = key[:SIZE], subject, sent_at, mails.get(copy, frozenset())
            text, label, marks = words
            self._found[record, strand][text, label, marks, heading] = (copy, is_open)

    def same(self, row: Row, record: int, strand: int) -> tuple[int, int] | None:
        """Give the copy that says what an item says, and whether it is open."""
        if _is_own(row):
            return None
        return self._found[record, strand].get((row.text, row.label, row.marks, self._heading(row)))

    def is_reworded(self, row: Row, record: int, strand: int) -> bool:
        """Whether an item's words are others than before, though the source marks no edit."""
        if not row.conflict or not is_aligned(row) or _is_changed(row.marks):
            return False
        before = self._found[record, strand]
        marked = any(_is_changed(marks) for _, _, marks, _ in before)
        return bool(before) and not marked and row.text not in {text for text, *_ in before}

    def _heading(self, row: Row) -> Heading | None:
        if is_aligned(row):
            return None
        return row.keys[0], row.subject or "", row.sent_at, self._mail.recipients(row)


def _rows(connection: Connection, records: Iterable[int]) -> list[Any]:
    """Give the copies of records, the oldest last: of several that are alike it is the one kept."""
    rows: list[Any] = []
    for part, among in parts(sorted(records)):
        rows += connection.execute(
            "SELECT p.id, p.open, p.key, coalesce(p.subject, ''), p.sent_at,"
            " p.record, p.strand, p.text, p.label, coalesce(p.marks, '')"
            f" FROM record r JOIN copy p ON {belongs('p', 'r')} WHERE r.id IN ({among})",
            part,
        )
    rows.sort(key=lambda row: -row[0])
    return rows


def is_aligned(row: Row) -> bool:
    """Whether copies of other strands are found by aligning; mail has its match keys."""
    return row.scope == "strand"


def _is_own(row: Row) -> bool:
    """Whether an item never shares a copy: a mail without an identifier, one of several equals."""
    return not is_aligned(row) and row.counted


def _is_changed(marks: str) -> bool:
    return not _CHANGED.isdisjoint(marks.split())
