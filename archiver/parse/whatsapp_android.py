"""WhatsApp's own database on an Android phone: ``msgstore.db``, decrypted or from a read-out.

Built from schemas of 2018 to 2026 and from the code of others that read them
(Whatsapp-Chat-Exporter, IPED), November 2026; WhatsApp publishes none and no real database was at
hand. Both generations are read: the wide table ``messages`` (until about 2022) and ``message``
with ``chat``, ``jid`` and a table for each thing more. Beside it may lie ``wa.db`` (names of
people) and the database's write-ahead log.

`thread` is the address of the conversation, `native_id` direction and WhatsApp's own identifier of
the message (``0:3EB0…``); together they stay the same in every later copy of the database, also
after an edit or a recall. One side's address and direction are part of it: other people's
databases have the same identifier under other ones.

Every row of the message table is an item, except the empty one that the program itself puts first;
so is every call that no message stands for. What else was not read is named in findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.sqlite_beside import NOTHING, Rows
from archiver.parse.sqlite_export import read_whole
from archiver.parse.sqlite_file import MAGIC, belongs, owner
from archiver.parse.sqlite_table import Database, Row
from archiver.parse.whatsapp_database import android_old, calls
from archiver.parse.whatsapp_database.android import COLUMNS, Messages
from archiver.parse.whatsapp_database.media import Media
from archiver.parse.whatsapp_database.names import with_contacts
from archiver.parse.whatsapp_database.people import People, chats, old_chats
from archiver.parse.whatsapp_database.sides import sides

NAME = "whatsapp-android"
SERVICE = "whatsapp"
VERSION = 1

NO_MESSAGES = "E-B001"
NO_NAMES = "W-B002"
TWO_GENERATIONS = "E-B003"
GAPS = ("W-B007",)

_CONTACTS = "wa.db"
_SIGNS = (b"message_row_id", b"key_remote_jid")
_NAMES = ("msgstore",)


def claims(head: bytes, name: str) -> bool:
    """Whether a file is a SQLite database whose tables, or else whose name, are WhatsApp's.

    SQLite may put the list of its tables far behind the beginning that is looked at.
    """
    if not head.startswith(MAGIC):
        return False
    own = _last(name).lower()
    if any(sign in head for sign in _SIGNS):
        return True
    return own.startswith(_NAMES) and own.endswith(".db")


def wants(main: str, other: str) -> bool:
    """Whether the bytes of another file are needed: the log, and the phone's names of people."""
    return belongs(main, other) or _is_contacts(owner(other))


def survey(source: Source) -> Learnt:
    """Times are milliseconds since 1970; nothing need be asked."""
    return Learnt()


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every message and call of the database, and what is to be known about it."""
    return read_whole(source, NO_MESSAGES, _has_messages, _read)


def _has_messages(database: Database) -> bool:
    return database.has("message") or database.has(android_old.TABLE)


def _read(source: Source, database: Database) -> Iterator[Item | Finding]:
    make_people = partial(People, database)
    people = yield from with_contacts(source, _is_contacts, NO_NAMES, make_people)
    reading = _Reading(source, database, people)
    yield from reading.messages()
    yield from reading.calls()


class _Reading:
    """One reading of one database."""

    def __init__(self, source: Source, database: Database, people: People) -> None:
        self._source, self._database, self._people = source, database, people
        self._chats = chats(database, people)
        self._number, self._rows = source.first_number, 0
        media = Media(source.members, source.main)
        self._make = Messages(people, self._chats, media, source.main)

    def messages(self) -> Iterator[Item | Finding]:
        """Read the generation that holds the messages."""
        older = self._database.rows(android_old.TABLE, ("key_id",))
        has_older = next((True for row in older if not _is_empty(row[1])), False)
        newer = self._database.rows("message", ("key_id",))
        if any(not _is_empty(row[1]) for row in newer) or not has_older:
            if has_older:
                yield Finding(TWO_GENERATIONS, {}, self._source.main)
            yield from self._newer()
        else:
            yield from self._older()

    def _newer(self) -> Iterator[Item | Finding]:
        beside = sides(self._database)
        for row in self._database.rows("message", COLUMNS):
            self._rows += 1
            found = beside.of(row[0])
            item = self._make.plain(self._number, row) if found is NOTHING else None
            if item is not None:
                yield item
                self._number += 1
            else:
                yield from self._closely(row, found)
            if self._database.findings:
                yield from self._database.drain()
        beside.finish()
        self._database.check_count("message", self._rows)

    def _closely(self, row: Row, beside: Rows) -> Iterator[Item | Finding]:
        """Make the item of a row that holds more than words."""
        sent = self._make.sent(row)
        if _is_empty(row[3]) and not sent.chat.thread:
            return
        yield self._make.item(self._number, sent, beside)
        yield from self._remarks()

    def _older(self) -> Iterator[Item | Finding]:
        table = android_old.TABLE
        beside = sides(self._database)
        known = old_chats(self._database, self._people)
        known |= {chat.raw: chat for chat in self._chats.values()}
        older = android_old.Older(self._database, self._people, known)
        for row in self._database.rows(table, android_old.COLUMNS):
            self._rows += 1
            found = beside.of(row[0])
            if _is_empty(row[1]):
                continue
            sent = older.sent(row)
            yield self._make.item(self._number, sent, older.beside(row, sent, found))
            yield from self._remarks()
            yield from self._database.drain()
        beside.finish()
        self._database.check_count(table, self._rows)

    def _remarks(self) -> Iterator[Finding]:
        """Give what was met at the last item, and go on to the next number."""
        self._number += 1
        if self._make.remarks:
            yield from self._make.remarks
            self._make.remarks.clear()

    def calls(self) -> Iterator[Item | Finding]:
        """Read the call list."""
        listed = calls.Calls(self._database, self._people, self._chats)
        for item in listed.items(self._number, self._source.main):
            yield item
            self._number += 1
        yield from self._database.drain()
        if self._database.has(calls.TABLE):
            self._database.check_count(calls.TABLE, listed.count)


def _is_empty(key: Row | object) -> bool:
    """Whether this is the identifier of the row that the program puts first, without a message."""
    return key in ("-1", -1)


def _is_contacts(name: str) -> bool:
    return _last(name).lower() == _CONTACTS


def _last(name: str) -> str:
    return name.rpartition("/")[2]
