"""The settings of a mapping file, table by table.

Nothing has a default that could change what a message says.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from unicodedata import normalize

from msgspec import Struct


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class Export(_Table, frozen=True):
    """What was handed over: which file, of which service, whose, on what basis, since when sure.

    `file` is the name of the file of messages, without folders. `integrity_known_since` is the day
    from which on it is known that nobody changed the export.
    """

    service: str
    container: Literal["csv", "json-lines", "json-array"]
    file: str
    encoding: str
    owner: str
    basis: str
    integrity_known_since: date


class Csv(_Table, frozen=True):
    """The dialect of RFC 4180 in use; `columns` are the names where the file has no header line."""

    delimiter: str
    quote: str
    columns: tuple[str, ...] = ()


class Json(_Table, frozen=True):
    """The path of the array that holds the messages; empty when the file is the array."""

    items: str = ""


class Columns(_Table, frozen=True):
    """Which column, or path, holds what; several of `time` are joined by a blank.

    What is named under `keep` is stored with the message as it stands and means nothing here.
    """

    time: str | tuple[str, ...]
    text: str
    id: str = ""
    sender: str = ""
    sender_id: str = ""
    conversation: str = ""
    title: str = ""
    reply_to: str = ""
    keep: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Time(_Table, frozen=True):
    """How times are written, the first that fits counts; the zone of those without an offset."""

    formats: tuple[str, ...]
    zone: str = ""


class SenderId(_Table, frozen=True):
    """The scheme of the senders' identifiers, such as ``mail`` or one of the service's own."""

    scheme: str


class Own(_Table, frozen=True):
    """Which values of a column say that the holder of the account sent it, and which not."""

    column: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


class Kinds(_Table, frozen=True):
    """What the values of a column stand for: ``message/text``, ``event/member-added`` …"""

    column: str
    values: dict[str, str]


class Attachments(_Table, frozen=True):
    """Where the names of attached files stand, and the folder in which the files lie."""

    column: str
    separator: str = ""
    folder: str = ""


class Constants(_Table, frozen=True):
    """What holds for every message of the file."""

    conversation: str = ""
    title: str = ""


class Mapping(_Table, frozen=True):
    """A mapping file that was checked."""

    version: Literal[1]
    export: Export
    columns: Columns
    time: Time
    csv: Csv | None = None
    json: Json | None = None
    sender_id: SenderId | None = None
    own: Own | None = None
    kind: Kinds | None = None
    attachments: Attachments | None = None
    constants: Constants = Constants()

    @property
    def times(self) -> tuple[str, ...]:
        """The columns of the time, in order."""
        named = self.columns.time
        return (named,) if isinstance(named, str) else named

    @property
    def used(self) -> frozenset[str]:
        """All columns that the mapping reads."""
        one = self.columns
        named = [one.text, one.id, one.sender, one.sender_id, one.conversation, one.title]
        named += [one.reply_to, *one.keep, *self.times]
        named += [table.column for table in (self.own, self.kind, self.attachments) if table]
        return frozenset(filter(None, named))

    def ignores(self, column: str) -> bool:
        """Whether a column is left out on purpose; ``debug.*`` names all below ``debug``."""
        for name in self.columns.ignore:
            if column == name or (name.endswith("*") and column.startswith(name[:-1])):
                return True
        return False

    def claims(self, _head: bytes, name: str) -> bool:
        """Whether a member is the file of messages that the mapping names."""
        last = name.replace("\\", "/").rpartition("/")[2]
        # macOS writes decomposed names into containers.
        return normalize("NFC", last) == normalize("NFC", self.export.file)
