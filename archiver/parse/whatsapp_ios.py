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
from functools import partial

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.phone_backup import is_stored_as, stored_as
from archiver.parse.sqlite_beside import Beside, side
from archiver.parse.sqlite_export import messages, read_whole
from archiver.parse.sqlite_file import MAGIC, belongs, owner
from archiver.parse.sqlite_table import Database, Row
from archiver.parse.whatsapp_database.ios import COLUMNS, Messages
from archiver.parse.whatsapp_database.ios_people import People
from archiver.parse.whatsapp_database.media import Media
from archiver.parse.whatsapp_database.names import with_contacts

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
    return read_whole(source, NO_MESSAGES, lambda database: database.has(_TABLE), _read)


def _read(source: Source, database: Database) -> Iterator[Item | Finding]:
    make_people = partial(People, database)
    people = yield from with_contacts(source, _is_contacts, NO_NAMES, make_people)
    make = Messages(people, Media(source.members, source.main, _FOLDERS), source.main)
    yield from messages(source, database, _TABLE, COLUMNS, _sides(database), make)


def _sides(database: Database) -> Beside:
    """Start reading the side tables in step with the messages."""
    found = {
        name: (table, side(database, table, key, columns))
        for name, (table, key, columns) in _SIDES.items()
    }
    found["parent"] = (_TABLE, _parents(database))
    return Beside(database, found)


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
