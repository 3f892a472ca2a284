"""What travels between the stages: frozen records, nothing that acts.

Words follow OAIS (ISO 14721), ISO 15489 and RFC 5322; ``docs/terminology.md`` maps them to Dutch.
The structs are `msgspec.Struct` and not dataclasses because half a million of them are made in
one ingest and because they are the canonical JSON of the archive's objects: a frozen dataclass
costs ten times as much to make (see ``docs/decisions``).

Every time is an integer of **milliseconds since 1970-01-01T00:00:00Z**, every length and offset a
number of bytes, every digest SHA-256 in lower-case hexadecimal unless a field says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

ITEMS_A_FRAME = 256
"""Items in one compressed frame of an items object."""


class Kind(StrEnum):
    """What an item is: something a person said, or something that happened."""

    MESSAGE = "message"
    EVENT = "event"


class Precision(StrEnum):
    """How fine the source states a time."""

    MILLISECOND = "ms"
    SECOND = "s"
    MINUTE = "min"


class Zone(StrEnum):
    """What a time's zone rests on."""

    STATED = "stated"
    EPOCH = "epoch"
    ASSUMED = "assumed"


class State(StrEnum):
    """What became of a delivery."""

    INGESTED = "ingested"
    SEALED = "sealed"
    QUESTION = "question"
    QUARANTINED = "quarantined"
    CUSTODY = "custody"
    WITHDRAWN = "withdrawn"
    ISOLATED = "isolated"

    @property
    def is_final(self) -> bool:
        """Whether the same file of the same account need never be read again."""
        return self in (State.INGESTED, State.SEALED)


class Role(StrEnum):
    """What an officer may do; roles bind the program, not someone who holds the keys."""

    SORTER = "sorter"
    RECORDS_OFFICER = "records-officer"
    WOO_JURIST = "woo-jurist"
    SECURITY_OFFICER = "security-officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PROCESS_OWNER = "process-owner"
    ARCHIVE_MANAGER = "archive-manager"
    SERVICE = "service"


class AccountKind(StrEnum):
    """Whose account it is."""

    BUSINESS = "business"
    PRIVATE = "private"


class Layout(StrEnum):
    """How a delivery lies on the disk."""

    FILE = "file"
    FOLDER = "folder"
    ZIP = "zip"
    TAR = "tar"


# -- what was handed in ---------------------------------------------------------------------------


class Member(Struct, frozen=True, omit_defaults=True):
    """One regular file of a delivery: the file itself, a file of a folder, an entry of a container.

    `name` is data and never a path to open: relative, ``/`` between parts, as the source wrote it.
    """

    name: str
    size: int
    sha256: str
    modified: int | None = None


class Delivery(Struct, frozen=True):
    """One export as it lies on the disk, measured and hashed, still unread.

    `open` gives a seekable reader of one member's bytes; the caller closes it.
    `sha256` of a folder is the digest of its sorted names, sizes and digests.
    """

    path: Path
    layout: Layout
    members: tuple[Member, ...]
    sha256: str
    size: int
    open: Callable[[Member], BinaryIO]
    findings: tuple[Finding, ...] = ()


class Finding(Struct, frozen=True, omit_defaults=True, gc=False):
    """A coded observation about input or state; `E…` must be solved, `W…` must be known.

    `values` fill the named fields of the code's sentence (``config/findings.toml``). `member`,
    `offset` and `length` say where in the delivery, `item` which item, when that is known.
    """

    code: str
    values: dict[str, str | int] = {}
    member: int | None = None
    offset: int | None = None
    length: int | None = None
    item: int | None = None


# -- what the parsers yield -----------------------------------------------------------------------


class Attachment(Struct, frozen=True, omit_defaults=True, gc=False):
    """A file that an item refers to.

    `name` is as the item writes it (empty when the source only says that there was one). `member`
    is the index of the delivery's member that holds its bytes, or None when it was not handed in;
    for mail the bytes stand inside the item itself and `part` is the MIME part's number
    (depth-first from 0). `sha256` is of the decoded bytes.
    """

    name: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    member: int | None = None
    part: int | None = None
    missing: str = ""


class Mail(Struct, frozen=True, omit_defaults=True, gc=False):
    """Header fields of RFC 5322 as decoded text, next to the raw bytes that stay in the original.

    Addresses are ``(display name, address)`` pairs; `references` are message identifiers without
    angle brackets, oldest first. `labels` are a mail program's own (X-Gmail-Labels, X-Folder).
    """

    message_id: str = ""
    subject: str = ""
    date: str = ""
    from_: tuple[tuple[str, str], ...] = ()
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    bcc: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    received: str = ""
    postmark: str = ""
    labels: tuple[str, ...] = ()
    raw_sha256: str = ""
    neutral_sha256: str = ""


class Noted(Struct, frozen=True, omit_defaults=True, gc=False):
    """What one delivery tells of a message beside its words, as it stood when it was exported.

    `kind` is one of ``reaction``, ``edit`` (`value` is an earlier wording), ``vote``, ``option``
    (of a poll), ``reply`` (`value` is the native id of what is replied to), ``quote`` (its words),
    ``forwarded``, ``deleted``, ``expires`` (seconds), ``delivered``, ``read``, ``label``,
    ``pinned``, ``starred``, and of mail ``bcc``, ``labels``, ``received``; what a mail replies to
    is named by Message-IDs, the likeliest first. `by` is who did it and `time_text` when, both as
    the source writes them; empty where it does not say.
    """

    kind: str
    value: str = ""
    by: str = ""
    time_text: str = ""


class Item(Struct, frozen=True, omit_defaults=True, gc=False):
    """One entry exactly as it stands in one delivery: raw values and their place, nothing inferred.

    `number` counts from 1 within the delivery. `member`, `offset`, `length` give the bytes of the
    entry, header line included. `type` is finer than `kind`: for messages ``text``, ``media``,
    ``deleted``, ``location``, ``contact``, ``poll``, ``call``; for events a code of
    ``config/wordings`` such as ``group-created``. `marks` are codes such as ``edited``,
    ``view-once``, ``media-omitted``; ``own`` says that the holder of the account sent it.
    `title` is the conversation as the source names it.

    Of sources that say more than a text does: `node` is the place of an entry that has no bytes of
    its own (``message/4711``: table and row); `thread` the source's own identifier of the
    conversation; `native_id` its identifier of the message, which holds within the thread;
    `sender_id` a typed identifier of the sender as the source gives it (``jid:``, ``aci:``,
    ``tg:``, ``mxid:``, ``e164:``, ``mail:`` …); `noted` what else it tells of the message.
    """

    number: int
    member: int
    offset: int
    length: int
    kind: Kind = Kind.MESSAGE
    type: str = "text"
    time_text: str = ""
    sender: str = ""
    text: str = ""
    marks: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    native_id: str = ""
    title: str = ""
    values: dict[str, str] = {}
    mail: Mail | None = None
    node: str = ""
    thread: str = ""
    sender_id: str = ""
    noted: tuple[Noted, ...] = ()


class Normal(Struct, frozen=True, omit_defaults=True, gc=False):
    """What normalising makes of one item; stored apart from the raw values, with its version.

    `sent_at` is None when no time can be trusted. `ambiguous` marks the hour that summer time
    repeats. `author` is a typed identifier (``e164:``, ``mail:``, ``name:``, or empty for an
    event without one). `keys` are match keys from coarse to fine, each 16 bytes: two items are
    the same record when they share the first, and the others only say how alike they are.
    `thread` names the strand within the account, `scope` where the first key is valid.

    `alike` is of mail: digests of what it says without what was added on its way, of its
    attachments (empty without any), and of both as far as they point to another copy without a
    common identifier; empty when not all of the mail was read.
    """

    number: int
    sent_at: int | None = None
    precision: Precision = Precision.MINUTE
    zone: Zone = Zone.ASSUMED
    ambiguous: bool = False
    author: str = ""
    thread: str = ""
    scope: str = "strand"
    counted: bool = True
    keys: tuple[bytes, ...] = ()
    conflict: bytes | None = None
    alike: tuple[bytes, ...] = ()


class Row(Struct, frozen=True, array_like=True, gc=False):
    """Everything the catalogue needs of one item, ready to match and to index.

    `basis` says how fine the time is and what its zone rests on, such as ``min/assumed``.
    `folded` is the search text where it differs from `text` (else None); `stem` the extra tokens.
    `participants` are ``(role, identifier, label)`` for mail; chat has its author only. `noted` is
    what else this one holding says, such as reactions or a mail program's labels. `said` is a
    checksum of the raw words of a chat's item.
    """

    number: int
    kind: Kind
    type: str
    sent_at: int | None
    basis: str
    author: str
    label: str
    subject: str | None
    text: str
    folded: str | None
    stem: str
    marks: str
    thread: str
    title: str
    scope: str
    counted: bool
    keys: tuple[bytes, ...]
    conflict: bytes | None
    attachments: tuple[Attachment, ...] = ()
    participants: tuple[tuple[str, str, str], ...] = ()
    native_id: str = ""
    folded_subject: str | None = None
    alike: tuple[bytes, ...] = ()
    noted: tuple[Noted, ...] = ()
    said: int = 0


class Beside(Struct, frozen=True, array_like=True, gc=False):
    """What an item has beside its words."""

    number: int
    attachments: tuple[Attachment, ...]
    noted: tuple[Noted, ...]


class Repeats(Struct, array_like=True):
    """As much of items as finds them again, when the archive seems to have their match keys.

    All are of one thread, and `native` tells that their keys rest on the source's own identifiers.
    Columns are of equal length, numbers rising; `said` holds a checksum of an item's raw words: a
    copy that has the same says the same. `events` counts those that are no messages, `untimed`
    messages that no clock could place. What else there is to know of the items stands in the frames
    of their batch.
    """

    thread: str
    native: bool
    numbers: list[int]
    times: list[int | None]
    keys: list[bytes]
    said: list[int]
    events: int
    untimed: int
    beside: list[Beside]


# -- what deduplicating decides --------------------------------------------------------------------


class Decision(Struct, frozen=True, gc=False):
    """Where one item belongs: `record` is the catalogue's key of a known record, 0 for a new one.

    `level` is the rung of the ladder (0 to 3), `rule` the name and version of what decided.
    """

    record: int = 0
    level: int = 0
    rule: str = ""


NEW = Decision()
"""The decision of an item that no record is known for."""


class Verdict(Struct, frozen=True, omit_defaults=True):
    """A run of items with the same outcome, as the verdicts object stores it.

    Items `first` to `last` are new records when `record` is empty; else item `first + n` is a
    holding of the record that was first seen as item `item + n` of the delivery `record`.
    """

    first: int
    last: int
    record: str = ""
    item: int = 0
    level: int = 0
    rule: str = ""
    v: int = 1


class Span(Struct, frozen=True, gc=False):
    """Items `first` to `last` that hold the copies from `copy` on, one after the other.

    Item `first` is a holding of the record that is named ``<delivery>.<item>``, and so on.
    """

    first: int
    last: int
    copy: int
    delivery: int
    item: int
    level: int
    rule: str


class Union(Struct, frozen=True, omit_defaults=True):
    """The strand of a thread where its name does not say, and on what evidence.

    `strand` is a name of the strand. With rule ``namesake`` it holds for this delivery alone.
    """

    thread: str
    strand: str
    run: int
    rare: int
    rule: str
    v: int = 1


class Utterance(Struct, frozen=True, gc=False):
    """One strand's copy of a message or event, as aligning two strands compares it.

    `copy` is the catalogue's key of the copy. `sent_at` is as the source's clock and an assumed
    zone give it, `precision` how fine (``ms``, ``s``, ``min``), `ambiguous` marks the hour that
    summer time repeats. `author` is the typed identifier as this strand knows the person (``""``
    for an event of nobody). `media` are ``(name, sha256)``, either may be empty. `native` tells the
    source's own identifier within the strand, where it has one.
    """

    copy: int
    sent_at: int | None
    precision: str
    ambiguous: bool
    author: str
    event: bool
    type: str
    text: str
    marks: str = ""
    media: tuple[tuple[str, str], ...] = ()
    native: bytes = b""


# -- who and on what basis ------------------------------------------------------------------------


class Account(Struct, frozen=True, omit_defaults=True):
    """One identifier of one person on one service, with owner, period and legal basis.

    Dates are ISO 8601 days; `until` is empty while the account is in use.
    """

    id: str
    person: str
    service: str
    identifier: str
    kind: AccountKind
    owner: str
    basis: str
    since: str
    until: str = ""
    folder: str = ""


class Officer(Struct, frozen=True, omit_defaults=True):
    """Who may act: login name, roles, public key and period."""

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    public_key: str = ""
    since: str = ""
    until: str = ""


class Actor(Struct, frozen=True):
    """The person who acts now, and where it comes from.

    `source` is what named the person: ``sudo``, ``login`` or ``uid``.
    """

    officer: Officer
    uid: int
    source: str
    host: str
    via: str
