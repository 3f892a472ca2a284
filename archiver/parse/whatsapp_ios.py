"""WhatsApp's own database on an iPhone: ``ChatStorage.sqlite``, from a read-out or a backup.

Built from the code of others that read it (Whatsapp-Chat-Exporter, IPED) and from published
descriptions of its tables, November 2026; WhatsApp publishes none and no real database was at
hand. In an unencrypted backup of the phone it lies under a digest, and so do its media
(`archiver.parse.phone_backup`). Beside it may lie ``ContactsV2.sqlite`` (names of people).

`thread` is the address of the conversation, `native_id` direction and WhatsApp's own identifier of
the message (``0:3EB0…``), as with an Android phone: of one account the two are the same. Times are
seconds since 2001-01-01 UTC. Reactions and polls stand in a message's receipts, a protocol buffer.

Every row of the message table is an item. What else was not read is named in findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from archiver.model import Finding, Item, Learnt, Source
from archiver.parse.phone_backup import is_stored_as, stored_as
from archiver.parse.sqlite_beside import NOTHING, Beside
from archiver.parse.sqlite_file import MAGIC, belongs, open_database, owner
from archiver.parse.sqlite_table import Database, Row
from archiver.parse.whatsapp_database.ios import COLUMNS, Messages
from archiver.parse.whatsapp_database.ios_people import People
from archiver.parse.whatsapp_database.media import Media

NAME = "whatsapp-ios"
SERVICE = "whatsapp"
VERSION = 1

NO_MESSAGES = "E-C001"
NO_NAMES = "W-C002"
GAPS = ("W-C007",)

_TABLE = "ZWAMESSAGE"
_DOMAINS = (
    "AppDomainGroup-group.net.whatsapp.WhatsApp.shared",
    "AppDomainGroup-group.net.whatsapp.WhatsAppSMB.shared",
)
_OWN, _CONTACTS = "ChatStorage.sqlite", "ContactsV2.sqlite"
_STORED = tuple(stored_as(domain, _OWN) for domain in _DOMAINS)
_STORED_CONTACTS = tuple(stored_as(domain, _CONTACTS) for domain in _DOMAINS)
_FOLDERS = tuple((domain, "Message/") for domain in _DOMAINS)
_SIGNS = (b"ZWACHATSESSION", b"ZWAMESSAGE")
_SIDES = {
    "media": (
        "ZWAMEDIAITEM", "ZMESSAGE",
        ("ZMEDIALOCALPATH", "ZTITLE", "ZFILESIZE", "ZVCARDSTRING", "ZVCARDNAME", "ZLATITUDE",
         "ZLONGITUDE", "ZMOVIEDURATION", "ZMETADATA"),
    ),
    "info": ("ZWAMESSAGEINFO", "ZMESSAGE", ("ZRECEIPTINFO",)),
    "link": ("ZWAMESSAGEDATAITEM", "ZMESSAGE", ("ZMATCHEDTEXT", "ZTITLE")),
}  # fmt: skip


def claims(head: bytes, name: str) -> bool:
    """Whether a file is a SQLite database whose tables, or else whose name, are WhatsApp's.

    SQLite may put the list of its tables far behind the beginning that is looked at.
    """
    if not head.startswith(MAGIC):
        return False
    own = name.rpartition("/")[2].lower() == _OWN.lower() or is_stored_as(name, _STORED)
    return own or any(sign in head for sign in _SIGNS)


def wants(main: str, other: str) -> bool:
    """Whether the bytes of another file are needed: the log, and the list of contacts."""
    return belongs(main, other) or _is_contacts(owner(other))


def survey(source: Source) -> Learnt:
    """Times are counted from 2001; those of reactions are written out."""
    return Learnt(clocks=("apple", "iso"))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every message of the database, and what is to be known about it."""
    database, findings = open_database(source)
    yield from findings
    if database is None:
        return
    with closing(database):
        if not database.has(_TABLE):
            yield Finding(NO_MESSAGES, {"count": len(database.tables)}, source.main)
            return
        contacts, findings = _contacts(source)
        yield from findings
        people = People(database, contacts)
        if contacts is not None:
            yield from contacts.drain()
            contacts.close()
        yield from _messages(source, database, people)
        database.name_unread()
        yield from database.drain()


def _contacts(source: Source) -> tuple[Database | None, tuple[Finding, ...]]:
    """Open the list of contacts beside the database, if it was handed in."""
    for index, member in enumerate(source.members):
        if index in source.beside and _is_contacts(member.name):
            return open_database(source, index)
    return None, (Finding(NO_NAMES, {}, source.main),)


def _messages(source: Source, database: Database, people: People) -> Iterator[Item | Finding]:
    make = Messages(people, Media(source.members, source.main, _FOLDERS), source.main)
    beside = _sides(database)
    number = source.first_number - 1
    for number, row in enumerate(database.rows(_TABLE, COLUMNS), source.first_number):
        found = beside.of(row[0])
        item = make.plain(number, row) if found is NOTHING else None
        yield item or make.item(number, row, found)
        if make.remarks:
            yield from make.remarks
            make.remarks.clear()
        if database.findings:
            yield from database.drain()
    beside.finish()
    database.check_count(_TABLE, number - source.first_number + 1)


def _sides(database: Database) -> Beside:
    """Start reading the side tables in step with the messages."""
    found = {
        name: (table, _side(database, table, key, columns))
        for name, (table, key, columns) in _SIDES.items()
    }
    found["parent"] = (_TABLE, _parents(database))
    return Beside(database, found)


def _side(database: Database, table: str, key: str, names: tuple[str, ...]) -> Iterator[Row]:
    if not database.has(table, key):
        return iter(())
    columns = ", ".join(database.column(table, name) for name in names)
    return database.joined(
        (table,),
        f"SELECT {key}, {columns} FROM {table} ORDER BY {key}, rowid",  # noqa: S608
    )


def _parents(database: Database) -> Iterator[Row]:
    """Find the messages that are replied to, as far as they are still there."""
    if not database.has(_TABLE, "Z_PK", "ZPARENTMESSAGE", "ZISFROMME", "ZSTANZAID"):
        return iter(())
    return database.joined(
        (_TABLE,),
        "SELECT m.Z_PK, p.ZISFROMME, p.ZSTANZAID FROM ZWAMESSAGE m"
        " CROSS JOIN ZWAMESSAGE p ON p.Z_PK = m.ZPARENTMESSAGE ORDER BY m.Z_PK",
    )


def _is_contacts(name: str) -> bool:
    named = name.rpartition("/")[2].lower() == _CONTACTS.lower()
    return named or is_stored_as(name, _STORED_CONTACTS)
