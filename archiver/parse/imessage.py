"""The database of Apple's Messages: ``chat.db`` of a Mac, ``sms.db`` of an iPhone.

Built from the code of others that read it (imessage-exporter, 2024 to 2026) and from published
schemas, November 2026; Apple publishes none and no real database was at hand. In an unencrypted
backup of a phone it lies under a digest, and so do its attachments. It holds iMessage, SMS, MMS and
RCS; which it was stands with each message.

`thread` is the identifier of the conversation without its service, so that what one person wrote
by SMS and by iMessage stands together; `native_id` is the message's guid, which is the same on all
devices of the account. Times are nanoseconds since 2001-01-01 UTC (seconds before 2017).

Every row of the message table is an item. A tapback is a row of its own and so an event of type
``reaction`` that names the message it is about; that message also has it among what is noted.
Signs that only mark the place of an attachment (U+FFFC) are left out of the words.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.apple.message import COLUMNS, Messages
from archiver.parse.apple.people import People
from archiver.parse.phone_backup import is_stored_as, stored_as
from archiver.parse.sqlite_beside import Beside
from archiver.parse.sqlite_export import messages, read_whole
from archiver.parse.sqlite_file import MAGIC, belongs
from archiver.parse.sqlite_table import Database, Row

NAME = "imessage"
SERVICE = "imessage"
VERSION = 1

NO_MESSAGES = "E-H001"
DELETED = "W-H007"
GAPS = ("W-H008",)

_TABLE = "message"
_NAMES = ("chat.db", "sms.db")
_STORED = (stored_as("HomeDomain", "Library/SMS/sms.db"),)
_SIGNS = (b"chat_message_join", b"attributedBody", b"message_attachment_join")
_DELETED = "deleted_messages"


def claims(head: bytes, name: str) -> bool:
    """Whether a file is a SQLite database whose tables, or else whose name, are Messages'.

    SQLite may put the list of its tables far behind the beginning that is looked at.
    """
    if not head.startswith(MAGIC):
        return False
    own = name.rpartition("/")[2].lower() in _NAMES or is_stored_as(name, _STORED)
    return own or any(sign in head for sign in _SIGNS)


def wants(main: str, other: str) -> bool:
    """Whether the bytes of another file are needed: those of the write-ahead log."""
    return belongs(main, other)


def survey(source: Source) -> Learnt:
    """Times are counted from 2001; nothing need be asked."""
    return Learnt(clocks=("apple",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every message of the database, and what is to be known about it."""
    return read_whole(source, NO_MESSAGES, lambda database: database.has(_TABLE, "guid"), _read)


def _read(source: Source, database: Database) -> Iterator[Item | Finding]:
    make = Messages(People(database), source.members, source.main)
    yield from messages(source, database, _TABLE, COLUMNS, _sides(database), make)
    deleted = sum(1 for _ in database.rows(_DELETED, ("guid",)))
    if deleted:
        yield Finding(DELETED, {"count": deleted}, source.main)


def _sides(database: Database) -> Beside:
    """Start reading the side tables in step with the messages."""
    return Beside(
        database,
        {
            "chat": ("chat_message_join", _chats(database, "chat_message_join")),
            "gone": (
                "chat_recoverable_message_join",
                _chats(database, "chat_recoverable_message_join"),
            ),
            "file": ("message_attachment_join", _files(database)),
            "tapback": (_TABLE, _tapbacks(database)),
        },
    )


def _chats(database: Database, table: str) -> Iterator[Row]:
    if not database.has(table, "chat_id", "message_id"):
        return iter(())
    when = database.column(table, "delete_date")
    return database.joined(
        (table,),
        f"SELECT message_id, chat_id, {when} FROM {table} ORDER BY message_id",  # noqa: S608
    )


def _files(database: Database) -> Iterator[Row]:
    tables = ("message_attachment_join", "attachment")
    if not database.has(tables[0], "message_id", "attachment_id"):
        return iter(())
    columns = ", ".join(
        database.column(tables[1], name, "a")
        for name in ("filename", "transfer_name", "mime_type", "total_bytes")
    )
    return database.joined(
        tables,
        f"SELECT j.message_id, {columns} FROM {tables[0]} j"  # noqa: S608
        f" LEFT JOIN {tables[1]} a ON a.rowid = j.attachment_id"
        " ORDER BY j.message_id, j.attachment_id",
    )


def _tapbacks(database: Database) -> Iterator[Row]:
    """Read the tapbacks by the message that they are about."""
    if not database.has(_TABLE, "associated_message_guid", "associated_message_type"):
        return iter(())
    columns = ", ".join(
        database.column(_TABLE, name, "r")
        for name in ("associated_message_emoji", "is_from_me", "handle_id", "date")
    )
    about = (
        "CASE WHEN r.associated_message_guid LIKE 'p:%/%'"
        " THEN substr(r.associated_message_guid, instr(r.associated_message_guid, '/') + 1)"
        " WHEN r.associated_message_guid LIKE 'bp:%' THEN substr(r.associated_message_guid, 4)"
        " ELSE r.associated_message_guid END"
    )
    return database.joined(
        (_TABLE,),
        f"SELECT t.rowid, r.associated_message_type, {columns} FROM message r"  # noqa: S608
        f" CROSS JOIN message t ON t.guid = {about}"
        " WHERE r.associated_message_type BETWEEN 2000 AND 2999 ORDER BY t.rowid, r.rowid",
    )
