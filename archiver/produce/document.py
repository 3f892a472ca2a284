"""What is shown of a slice, already redacted, whatever it is written as.

A document holds no word that its view may not see: who writes it as PDF, RSMF or text cannot leak
what is not there. `archiver.produce.documents` makes them.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from archiver.cases.judgement import Outcome
from archiver.cases.redaction import Bar, Segment
from archiver.produce.slices import day_of

Segments = tuple[Segment, ...]


class Shown(Struct, frozen=True, omit_defaults=True):
    """An attachment as it is shown; `missing` says why its bytes are not here, empty if they are.

    `size` is in bytes, None when no delivery says it. `outcome` is what was judged of the file
    itself, None where nobody had to; `number` is that of the file in the production, `of` of the
    one of which it is a double, `link` where it is public already.
    """

    name: Segments
    media_type: str
    size: int | None
    missing: str
    outcome: Outcome | None = None
    number: str = ""
    of: str = ""
    link: str = ""


class Reaction(Struct, frozen=True):
    """A sign that somebody put to a message."""

    sign: str
    by: Segments


class Addressed(Struct, frozen=True):
    """To whom a mail is addressed; `role` is ``to``, ``cc`` or ``bcc``."""

    role: str
    name: Segments


class Quoted(Struct, frozen=True):
    """Words of another message that stand above an answer."""

    by: Segments
    words: Segments


class Line(Struct, frozen=True):
    """One record as a document shows it.

    `sent_at` is in milliseconds since 1970, None when no time can be trusted; `precision` is
    ``ms``, ``s`` or ``min``. `kind` is ``message`` or ``event``, `type` the archive's code; `label`
    says an event or a message without words, `whom` is whom an event is about. `edits` are earlier
    wordings. Of a record that is withheld nothing is here but its time. `link` is where it is
    public already, `of` the number of the document that has the record of which it is a double.
    """

    record: str
    sent_at: int | None
    precision: str
    kind: str
    type: str
    outcome: Outcome
    grounds: tuple[str, ...]
    sender: Segments = ()
    is_own: bool = False
    addressed: tuple[Addressed, ...] = ()
    subject: Segments = ()
    body: Segments = ()
    label: Segments = ()
    whom: tuple[Segments, ...] = ()
    marks: tuple[str, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    edits: tuple[Segments, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    attachments: tuple[Shown, ...] = ()
    link: str = ""
    of: str = ""

    @property
    def barred(self) -> tuple[str, ...]:
        """The grounds of all bars in it, each once; a bar without a ground counts as none."""
        names = (self.sender, self.subject, self.body, self.label, *self.edits)
        quoted = (part for one in self.quoted for part in (one.by, one.words))
        others = (
            *(one.name for one in self.addressed),
            *(one.by for one in self.reactions),
            *(one.name for one in self.attachments),
        )
        bars = (one for part in (*names, *quoted, *others) for one in part if isinstance(one, Bar))
        return tuple(dict.fromkeys(ground for one in bars for ground in one.grounds))


class Document(Struct, frozen=True):
    """One document of a production.

    `number` is letters and digits only and stays the same when a longer export comes in. `since`
    and `until` are the times of the first and the last record (ms since 1970), None when no time
    can be trusted. `outcome` is that of the whole, `grounds` all grounds of it. `related` are
    numbers of documents that have what is double here.
    """

    number: str
    title: Segments
    conversation: str
    service: str
    family: int
    thread: int
    since: int | None
    until: int | None
    lines: tuple[Line, ...]
    outcome: Outcome
    grounds: tuple[str, ...]
    reasons: tuple[Segments, ...] = ()
    links: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The day of the first record in the Netherlands, as ``2024-03-31``; empty without one."""
        return "" if self.since is None else day_of(self.since)

    @property
    def is_shown(self) -> bool:
        """Whether anything of it is public by this production, so that there is a file of it."""
        return self.outcome.shows


def outcome_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Give the outcome of a document by those of its records.

    What lies outside the request and what is double says nothing of the rest.
    """
    found = set(outcomes)
    decided = found - {Outcome.OUT_OF_SCOPE, Outcome.DUPLICATE}
    if not decided:
        return Outcome.DUPLICATE if Outcome.DUPLICATE in found else Outcome.OUT_OF_SCOPE
    if len(decided) == 1:
        return decided.pop()
    return Outcome.PARTLY if any(one.refuses for one in decided) else Outcome.PUBLIC
