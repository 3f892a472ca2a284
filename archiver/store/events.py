"""Events: what the log says happened, and the one way in which each is written.

An event is one line of canonical JSON (RFC 8259, narrowed): keys sorted, no blanks, integers only,
no null, nothing empty, ASCII without escapes. It carries codes, ids, counts, times and digests;
every name, reason or query is ciphertext under `detail`, so that the log can be kept, and checked,
after what it speaks of has lawfully been destroyed. Its six W's are those of BIO2 8.15.01.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from archiver.errors import ArchiveError, ExitCode

VERSION = 1
"""The version of the event form that this program writes."""


class Detail(Struct, frozen=True, forbid_unknown_fields=True):
    """Free text, encrypted by the caller: the name of its key and the ciphertext in base64."""

    box: str
    key: str


class Origin(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where the act came from: the machine, and what named the person there."""

    host: str = ""
    via: str = ""


class Tool(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What acted: the program's version and the digest of its settings."""

    config: str = ""
    version: str = ""


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that happened, as the log keeps it for good.

    `seq` counts from 0 and is given by the log; an event not yet logged has 0. `at` is RFC 3339 in
    UTC with milliseconds (`stamp`). `objects` maps a role (``original``, ``items``) to the names of
    stored objects. `type`, `actor`, `result` and `codes` are codes or ids.
    """

    account: str = ""
    actor: str
    at: str
    basis: str = ""
    case: str = ""
    codes: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    delivery: str = ""
    detail: Detail | None = None
    objects: dict[str, tuple[str, ...]] = {}
    origin: Origin | None = None
    result: str = ""
    # A default that is made and not given is also written when it is equal: seq and v always stand
    # in the line.
    seq: int = field(default_factory=lambda: 0)
    tool: Tool | None = None
    type: str
    v: int = field(default_factory=lambda: VERSION)


class EventRefused(ArchiveError):
    """The log refuses an event: its field {field} holds more than a code, id, count or digest."""


class BadEvent(ArchiveError):
    """This line of the log is not an event."""

    exit_code = ExitCode.DAMAGE
    code = "E-L101"


class NotCanonical(BadEvent):
    """This event is not written in the one canonical way."""

    code = "E-L102"


class FreeText(BadEvent):
    """This event holds something other than codes, ids, counts, times and digests."""

    code = "E-L103"


class NewerEvent(BadEvent):
    """This event is of version {version}, which this program does not know."""

    exit_code = ExitCode.NO_ARCHIVE
    code = "E-L105"


def encode(event: Event) -> bytes:
    """Write an event as its canonical line, without the newline: these bytes are the leaf.

    Raises:
        EventRefused: A field holds anything but ``[A-Za-z0-9._:@/+-]``, so that no name and no
            text can slip into the log unencrypted, or a value of another type.
    """
    try:
        line = _ENCODER.encode(_without_empty(event))
        decode(line)
    except _UNFIT as error:
        raise EventRefused(field=_culprit(event)) from error
    return line


def decode(line: bytes) -> Event:
    """Read one line of the log, without its newline.

    Raises:
        BadEvent: It is not an event; its subclasses say what else is wrong with it.
    """
    try:
        event = _DECODER.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise _newer(line) or BadEvent() from error
    if event.v != VERSION:
        raise NewerEvent(version=event.v)
    if _ENCODER.encode(event) != line or _holds_empty(line):
        raise NotCanonical()
    if not _GRAMMAR.fullmatch(line) or not _is_stamp(event.at) or event.seq < 0:
        raise FreeText()
    return event


def stamp(milliseconds: int) -> str:
    """Write a time (milliseconds since 1970-01-01T00:00:00Z) in the form of an event's `at`."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03}Z"


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(Event)
_UNFIT = (BadEvent, OverflowError, TypeError, UnicodeEncodeError)

# Every token of a line: a plain string, punctuation, an integer that any JSON reader keeps exactly,
# a box of base64 (at least the nonce and tag of an empty text). Possessive, so that a bad line
# fails at once.
_GRAMMAR = re.compile(
    rb"(?:"
    rb'"(?!box":")[A-Za-z0-9._:@/+-]++"'
    rb"|[{}\[\]:,]++"
    rb"|-?[0-9]{1,15}+(?![0-9])"
    rb'|"box":"[A-Za-z0-9+/]{38,}+={0,2}"'
    rb")*+"
)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z", re.ASCII)


def _without_empty(event: Event) -> Event:
    if all(event.objects.values()):
        return event
    kept = {role: names for role, names in event.objects.items() if names}
    return msgspec.structs.replace(event, objects=kept)


def _holds_empty(line: bytes) -> bool:
    return b":[]" in line or b":{}" in line


def _is_stamp(text: str) -> bool:
    if not _STAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _newer(line: bytes) -> NewerEvent | None:
    """Tell a line of a later version, whose fields are unknown here, from one that is damaged."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    version = found.get("v") if isinstance(found, dict) else None
    return NewerEvent(version=version) if isinstance(version, int) and version > VERSION else None


def _culprit(event: Event) -> str:
    """Name the first field that the log refuses; never its value, which may be a secret."""
    return next(n for n in Event.__struct_fields__ if not _is_clean(n, getattr(event, n)))


def _is_clean(name: str, value: Any) -> bool:
    fields = {"actor": "a", "at": stamp(0), "type": "t", name: value}
    try:
        decode(_ENCODER.encode(_without_empty(Event(**fields))))
    except _UNFIT:
        return False
    return True
