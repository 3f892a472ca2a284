"""Tell where two items have one identifier of the source and do not say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archiver.deduplicate import Ladder
from archiver.model import Decision, Finding, Row
from archiver.store.catalogue import gather_mail
from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.homes import homes
from archiver.store.catalogue.mail_keys import MailKeys

OTHER_CONTENT, OTHER_FILES = "E-D001", "W-D021"
"""What is found where two mails have one Message-ID."""
SAME_ID, OTHER_WORDS = "E-D004", "W-D005"
"""What is found of a chat's messages by the source's own identifiers."""


class Conflicts:
    """Collects findings while the items of one delivery are decided."""

    def __init__(self, connection: Connection, ladder: Ladder) -> None:
        self._connection, self._ladder = connection, ladder
        self.findings: list[Finding] = []

    def note(self, rows: Sequence[Row], decisions: Sequence[Decision]) -> None:
        """Tell where a Message-ID says something else, and not only more."""
        conflicts = list(self._ladder.conflicts(rows, decisions))
        if not conflicts:
            return
        other = homes(self._connection, [record for _, record in conflicts])
        if rows[0].scope == "strand":
            for row, record in conflicts:
                self._tell(SAME_ID, row.number, other[record])
            return
        met = gather_mail.of_id(
            self._connection, {row.conflict for row, _ in conflicts if row.conflict}
        )
        for row, record in conflicts:
            if code := _conflict(row, met[record]):
                self._tell(code, row.number, other[record])

    def reworded(self, noted: Sequence[tuple[int, int]]) -> None:
        """Tell where a message has other words than before without a mark that says so."""
        other = homes(self._connection, [record for _, record in noted])
        for item, record in noted:
            self._tell(OTHER_WORDS, item, other[record])

    def _tell(self, code: str, item: int, home: tuple[str, int]) -> None:
        delivery, number = home
        self.findings.append(Finding(code, {"record": f"{delivery}.{number}"}, item=item))


def _conflict(row: Row, others: Iterable[MailKeys]) -> str:
    """Say how a mail differs from copies with its Message-ID: not, in attachments only, or wholly.

    One that only has additions is united with them by reconciling.
    """
    said, files, _ = row.alike or (b"", b"", b"")
    files_of = {other.files for other in others if said and other.said == said}
    if files in files_of:
        return ""
    return OTHER_FILES if files_of else OTHER_CONTENT
