"""What is proven of the mails of a private account: mail by mail, and counted."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Status(StrEnum):
    """What the archive has of a mail on business accounts."""

    COVERED = "covered"
    FORWARDED = "forwarded"
    UNCOVERED = "uncovered"


class Evidence(Struct, frozen=True):
    """A mail of a business account that holds another one, or may: its item, and by which rule.

    `share` is the percentage of the words that it has, `files` how many of the attachments.
    `form` is how it stands there and `against` what makes it a proposal. A sealed mail is named
    to sorters only; else `id` and `account` are empty.
    """

    id: str
    account: str
    level: int
    rule: str
    share: int = 100
    files: int = 0
    form: str = ""
    against: str = ""


class ProvenMail(Struct, frozen=True):
    """One mail of the private account: what is had of it, on what evidence, what was proposed.

    `sent_at` is in ms since 1970. `found` counts the mails that hold it, `attachments` its own.
    """

    record: str
    id: str
    sealed: bool
    sent_at: int | None
    sender: str
    subject: str
    status: Status
    evidence: Evidence | None
    found: int
    attachments: int
    proposals: tuple[Evidence, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all of it is on a business account: all words and all attachments."""
        return self.status is Status.COVERED or (
            self.evidence is not None
            and self.evidence.share == 100
            and self.evidence.files == self.attachments
        )


class Tally(Struct, frozen=True):
    """How many mails of how many; `whole` of the forwarded ones lack nothing.

    `proposed` of the uncovered ones have a proposal.
    """

    total: int
    covered: int
    forwarded: int
    whole: int
    uncovered: int
    proposed: int


def tally(rows: Iterable[ProvenMail]) -> Tally:
    """Count rows by what was found of them."""
    counted = list(rows)
    by = {each: [one for one in counted if one.status is each] for each in Status}
    forwarded, uncovered = by[Status.FORWARDED], by[Status.UNCOVERED]
    return Tally(
        len(counted),
        len(by[Status.COVERED]),
        len(forwarded),
        sum(one.is_whole for one in forwarded),
        len(uncovered),
        sum(bool(one.proposals) for one in uncovered),
    )
