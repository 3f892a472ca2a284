"""What a read-out session consists of, step by step; a session is the sum of its events.

The steps are those of the national instruction on the chats of ministers (21 June 2023): the
settings of the device, the contacts, the conversations by title, the hand-over, the counts.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from archiver.errors import ArchiveError, ExitCode


class Step(StrEnum):
    """What is checked in a session, in the order of the work."""

    SETTINGS = "settings"
    CONTACTS = "contacts"
    CONVERSATIONS = "conversations"
    INGEST = "ingest"
    COUNTS = "counts"


class Deletion(StrEnum):
    """How automatic deletion was found."""

    ON = "on"
    OFF = "off"


class ViewOnce(StrEnum):
    """Whether messages that can be seen once are used, as the official says."""

    USED = "used"
    NOT_USED = "not-used"


class Choice(StrEnum):
    """What the official said of a conversation."""

    CHOSEN = "chosen"
    PRIVATE = "private"
    REFUSED = "refused"


class BadTerm(ArchiveError):
    """Automatic deletion that is on has a term, such as P7D or PT8H, and one that is off has none;
    {text} does not fit."""

    exit_code = ExitCode.USAGE


class Setting(Struct, frozen=True, omit_defaults=True):
    """The settings of one app, or of one conversation in it, as they stood on the device.

    `term` is the ISO 8601 duration after which messages go; `linked` how many devices are linked,
    None when nobody looked. `officer` and `at` (RFC 3339) say who checked it when.
    """

    app: str
    deletion: Deletion
    conversation: str = ""
    term: str = ""
    version: str = ""
    view_once: ViewOnce | None = None
    linked: int | None = None
    officer: str = ""
    at: str = ""

    def check(self) -> None:
        """Check the term.

        Raises:
            BadTerm: It is no duration, lacks, or there is one though nothing is deleted.
        """
        on = self.deletion is Deletion.ON
        if on != bool(self.term) or (on and not _TERM.fullmatch(self.term)):
            raise BadTerm(text=self.term or "…")


class Contacts(Struct, frozen=True, omit_defaults=True):
    """That the official confirmed the list of contacts on a day, and how many of each kind."""

    on: str
    business: int
    private: int
    party: int
    officer: str = ""
    at: str = ""


class Conversation(Struct, frozen=True, omit_defaults=True):
    """One conversation of an export, by its number in the list that was shown.

    Times are milliseconds since 1970. Of what was not chosen only the count is kept, and the title
    when the official agrees. `thread` is how the export itself names what was chosen.
    """

    number: int
    choice: Choice
    messages: int
    events: int = 0
    since: int | None = None
    until: int | None = None
    title: str = ""
    thread: str = ""


class Export(Struct, frozen=True, omit_defaults=True):
    """One export that was looked at, and what of it the official hands over.

    `place` counts the exports of a session. Of one of which nothing was chosen digest and size are
    known only while the session is open.

    `whole` says that the official agrees that it is kept whole and sealed, though not all of it was
    chosen; `titled` that titles may stand in the minutes for good.
    """

    sha256: str
    size: int
    format: str
    account: str
    conversations: tuple[Conversation, ...]
    place: int = 0
    whole: bool = False
    titled: bool = False
    officer: str = ""
    at: str = ""

    @property
    def chosen(self) -> tuple[Conversation, ...]:
        """The conversations that are handed over."""
        return tuple(one for one in self.conversations if one.choice is Choice.CHOSEN)

    @property
    def left(self) -> tuple[Conversation, ...]:
        """The conversations that are not."""
        return tuple(one for one in self.conversations if one.choice is not Choice.CHOSEN)


class HandedIn(Struct, frozen=True, omit_defaults=True):
    """One export that was taken in: the delivery that it became, and its balance."""

    delivery: str
    sha256: str
    state: str
    read: int
    new: int
    known: int
    rejected: int
    excluded: int
    messages: int
    referenced: int
    missing: int
    findings: tuple[str, ...] = ()
    officer: str = ""
    at: str = ""


class Counted(Struct, frozen=True, omit_defaults=True):
    """How many messages the app shows of a chosen conversation, and how many were read.

    `shown` is None where the app shows no number.
    """

    sha256: str
    number: int
    read: int
    shown: int | None = None
    officer: str = ""
    at: str = ""


class Readout(Struct, frozen=True, omit_defaults=True):
    """One session: who, with whom present, about which device or accounts, and what was done.

    `opened_at` and `closed_at` are RFC 3339, empty while it is not closed; `next` is the day of the
    next read-out, `minutes` the number of the event that keeps the minutes.
    """

    id: str
    person: str
    accounts: tuple[str, ...]
    present: tuple[str, ...]
    device: str = ""
    officer: str = ""
    opened_at: str = ""
    settings: tuple[Setting, ...] = ()
    contacts: Contacts | None = None
    exports: tuple[Export, ...] = ()
    handed_in: tuple[HandedIn, ...] = ()
    counted: tuple[Counted, ...] = ()
    closed_at: str = ""
    next: str = ""
    minutes: int = 0

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps of which something was recorded."""
        recorded = (
            (Step.SETTINGS, self.settings),
            (Step.CONTACTS, self.contacts),
            (Step.CONVERSATIONS, self.exports),
            (Step.INGEST, self.handed_in),
            (Step.COUNTS, self.counted),
        )
        return tuple(step for step, found in recorded if found)

    def export(self, sha256: str) -> Export | None:
        """Give the export with these bytes, if it was looked at."""
        return next((one for one in self.exports if one.sha256 == sha256), None)

    def delivery(self, sha256: str) -> HandedIn | None:
        """Give what became of the export with these bytes, if it was taken in."""
        return next((one for one in self.handed_in if one.sha256 == sha256), None)


_TERM = re.compile(r"P(?=.)(?:[0-9]+W|(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)")
"""A duration of ISO 8601-1:2019 §5.5.2 in weeks, or in days and shorter."""
