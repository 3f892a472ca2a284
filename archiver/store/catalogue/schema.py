"""The catalogue's tables as numbered migrations, and its two full-text tables.

The catalogue is a projection of objects and log: it may be deleted and rebuilt. Its integer keys
are private. A record's key is coded by time (seconds since 1970 shifted left by ten bits, plus a
serial number within the second) so that full-text order is date order; records without a time
that can be trusted stand below `UNTIMED_END`.

A record is narrow and lies in order of time; what it says lies in its copies, in order of arrival.
A **copy** is what one strand has of a record, word for word; `record.copy` is the one shown, the
others are `beside` it. Holdings are items of deliveries that have a copy. `strand_copy` is what
the items of a later delivery are compared with: a copy's match key, and a checksum of its raw words
(`said`), so that nothing else need be read of what is known. `name` keeps the names of records
whose own item was destroyed; `named` is every item that names a copy; `mark`
has keyed digests of what was destroyed, by which it is known again. `copy.key` has the keys of a
mail; of a chat it is empty.

``docs/schema.md`` is generated from here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from archiver.store.catalogue.mail_keys import ID

if TYPE_CHECKING:
    from sqlite_utils import Database

SERIAL_BITS = 10
"""Low bits of the key of a record, that number those of one second."""

BEFORE_ALL, BEYOND_ALL = -(1 << 62), 1 << 62
"""Bounds that no key of a record reaches."""

UNTIMED_START = -(1 << 60)
UNTIMED_END = -(1 << 59)

_REGISTER = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE officer(
    public TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL,
    public_key TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE account(
    id INTEGER PRIMARY KEY, public TEXT NOT NULL UNIQUE, person TEXT NOT NULL,
    service TEXT NOT NULL, identifier TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL,
    basis TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, folder TEXT NOT NULL
) STRICT;
"""

_DELIVERIES = """
CREATE TABLE delivery(
    id INTEGER PRIMARY KEY, public TEXT NOT NULL UNIQUE, account INTEGER REFERENCES account(id),
    state TEXT NOT NULL, format TEXT NOT NULL, path TEXT NOT NULL, layout TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, received_at INTEGER NOT NULL, seq INTEGER NOT NULL,
    read INTEGER NOT NULL, new INTEGER NOT NULL, known INTEGER NOT NULL, rejected INTEGER NOT NULL,
    excluded INTEGER NOT NULL, destroyed INTEGER NOT NULL, messages INTEGER NOT NULL,
    events INTEGER NOT NULL, referenced INTEGER NOT NULL, present INTEGER NOT NULL,
    missing INTEGER NOT NULL, since INTEGER, until INTEGER, objects TEXT NOT NULL,
    manifest TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_file ON delivery(sha256, account);
CREATE TABLE delivery_member(
    delivery INTEGER NOT NULL REFERENCES delivery(id), member INTEGER NOT NULL,
    name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, main INTEGER NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY(delivery, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_bytes ON delivery_member(sha256);
CREATE TABLE finding(
    id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL REFERENCES delivery(id),
    code TEXT NOT NULL, fields TEXT NOT NULL, member INTEGER, start INTEGER, length INTEGER,
    item INTEGER, state TEXT NOT NULL
) STRICT;
CREATE INDEX finding_delivery ON finding(delivery);
"""

_CONVERSATIONS = """
CREATE TABLE conversation(
    id INTEGER PRIMARY KEY, public TEXT NOT NULL UNIQUE, service TEXT NOT NULL, title TEXT NOT NULL,
    delivery INTEGER NOT NULL REFERENCES delivery(id)
) STRICT;
CREATE TABLE strand(
    id INTEGER PRIMARY KEY, public TEXT NOT NULL, account INTEGER NOT NULL REFERENCES account(id),
    service TEXT NOT NULL, home INTEGER NOT NULL REFERENCES conversation(id),
    conversation INTEGER NOT NULL REFERENCES conversation(id), first INTEGER NOT NULL,
    fresh INTEGER NOT NULL
) STRICT;
CREATE INDEX strand_public ON strand(public);
CREATE INDEX strand_fresh ON strand(fresh) WHERE fresh <> 0;
CREATE INDEX strand_conversation ON strand(conversation);
CREATE TABLE strand_name(
    account INTEGER NOT NULL, service TEXT NOT NULL, name TEXT NOT NULL, strand INTEGER NOT NULL,
    PRIMARY KEY(account, service, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE participant(
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL, identifier TEXT NOT NULL,
    UNIQUE(account, identifier)
) STRICT;
CREATE TABLE participant_label(
    participant INTEGER NOT NULL, label TEXT NOT NULL, PRIMARY KEY(participant, label)
) STRICT, WITHOUT ROWID;
"""


def belongs(copy: str, record: str) -> str:
    """Give the condition that a copy belongs to a record, by which an index finds each of them.

    Both are names that a statement gives these tables. (A view would be walked as a whole.)
    """
    return f"({copy}.id = {record}.copy OR ({copy}.record = {record}.id AND {copy}.beside = 1))"


COPIES = f"record m JOIN copy p ON {belongs('p', 'm')}"
"""A record `m` with its copies `p`."""

_RECORDS = """
CREATE TABLE record(
    id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, event INTEGER NOT NULL,
    open INTEGER NOT NULL, sent_at INTEGER, copy INTEGER NOT NULL, delivery INTEGER NOT NULL,
    item INTEGER NOT NULL
) STRICT;
CREATE TABLE copy(
    id INTEGER PRIMARY KEY, record INTEGER NOT NULL, strand INTEGER NOT NULL,
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, open INTEGER NOT NULL,
    beside INTEGER NOT NULL, key BLOB NOT NULL, sent_at INTEGER, basis TEXT NOT NULL,
    author INTEGER, type TEXT NOT NULL, label TEXT NOT NULL, text TEXT NOT NULL,
    stem TEXT NOT NULL, folded TEXT, subject TEXT, folded_subject TEXT, marks TEXT, link TEXT
) STRICT;
CREATE INDEX copy_beside ON copy(record) WHERE beside = 1;
CREATE TABLE wording(record INTEGER PRIMARY KEY, text TEXT NOT NULL, stem TEXT NOT NULL) STRICT;
CREATE TABLE holding(
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, copy INTEGER NOT NULL,
    level INTEGER NOT NULL, rule TEXT,
    PRIMARY KEY(delivery, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_copy ON holding(copy);
CREATE TABLE name(
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, copy INTEGER NOT NULL,
    PRIMARY KEY(delivery, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_copy ON name(copy);
CREATE TABLE mark(
    mark BLOB NOT NULL, delivery INTEGER NOT NULL, PRIMARY KEY(mark, delivery)
) STRICT, WITHOUT ROWID;
CREATE VIEW named AS
    SELECT delivery, item, copy FROM holding UNION ALL SELECT delivery, item, copy FROM name;
CREATE TABLE strand_copy(
    strand INTEGER NOT NULL, record INTEGER NOT NULL, copy INTEGER NOT NULL,
    key BLOB NOT NULL, said INTEGER NOT NULL,
    PRIMARY KEY(strand, record, copy)
) STRICT, WITHOUT ROWID;
CREATE TABLE other_time(
    strand INTEGER NOT NULL, sent_at INTEGER NOT NULL, copy INTEGER NOT NULL,
    PRIMARY KEY(strand, sent_at, copy)
) STRICT, WITHOUT ROWID;
CREATE TABLE match(
    key BLOB NOT NULL, copy INTEGER NOT NULL, level INTEGER NOT NULL, PRIMARY KEY(key, copy)
) STRICT, WITHOUT ROWID;
CREATE TABLE observation(
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, value TEXT NOT NULL, by TEXT NOT NULL, time_text TEXT NOT NULL,
    PRIMARY KEY(delivery, item, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE attachment(
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, number INTEGER NOT NULL,
    name TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER, sha256 TEXT NOT NULL,
    member INTEGER, part INTEGER, missing TEXT NOT NULL,
    PRIMARY KEY(delivery, item, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_bytes ON attachment(sha256) WHERE sha256 <> '';
CREATE TABLE mail_participant(
    copy INTEGER NOT NULL, participant INTEGER NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY(copy, participant, role)
) STRICT, WITHOUT ROWID;
"""

_RECONCILED = """
CREATE TABLE sketch(
    digest INTEGER NOT NULL, strand INTEGER NOT NULL, PRIMARY KEY(digest, strand)
) STRICT, WITHOUT ROWID;
CREATE INDEX sketch_strand ON sketch(strand);
CREATE TABLE tie(
    one INTEGER NOT NULL, two INTEGER NOT NULL, verdict TEXT NOT NULL, relation TEXT NOT NULL,
    PRIMARY KEY(one, two)
) STRICT, WITHOUT ROWID;
CREATE INDEX tie_two ON tie(two);
CREATE TABLE ruling(
    one INTEGER NOT NULL, two INTEGER NOT NULL, together INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY(one, two)
) STRICT, WITHOUT ROWID;
CREATE INDEX ruling_two ON ruling(two);
CREATE TABLE waiting(
    key BLOB PRIMARY KEY, level INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_FULL_TEXT = """
CREATE VIEW searchable AS
    SELECT r.id AS id, coalesce(p.folded_subject, p.subject) AS subject,
           coalesce(w.text, p.folded, p.text) AS text, coalesce(w.stem, p.stem) AS stem,
           c.service AS tags
    FROM record r JOIN copy p ON p.id = r.copy JOIN conversation c ON c.id = r.conversation
    LEFT JOIN wording w ON w.record = r.id;
CREATE VIRTUAL TABLE text_open USING fts5(
    subject, text, stem, tags, content='searchable', content_rowid='id',
    columnsize=0, tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE text_sealed USING fts5(
    subject, text, stem, tags, content='searchable', content_rowid='id',
    columnsize=0, tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO text_open(text_open, rank) VALUES('secure-delete', 1);
INSERT INTO text_open(text_open, rank) VALUES('hashsize', 16777216);
INSERT INTO text_open(text_open, rank) VALUES('usermerge', 2);
INSERT INTO text_sealed(text_sealed, rank) VALUES('secure-delete', 1);
INSERT INTO text_sealed(text_sealed, rank) VALUES('hashsize', 16777216);
INSERT INTO text_sealed(text_sealed, rank) VALUES('usermerge', 2);
"""

_FUNCTIONS = """
CREATE TABLE function_held(
    public TEXT PRIMARY KEY, person TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL,
    key_official INTEGER NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_DEVICES = """
CREATE TABLE device(
    public TEXT PRIMARY KEY, kind TEXT NOT NULL, account INTEGER NOT NULL REFERENCES account(id)
) STRICT, WITHOUT ROWID;
ALTER TABLE delivery ADD COLUMN device TEXT NOT NULL DEFAULT '';
CREATE TABLE delivery_place(
    delivery INTEGER NOT NULL, service TEXT NOT NULL, owner TEXT NOT NULL,
    account INTEGER REFERENCES account(id), open INTEGER NOT NULL,
    PRIMARY KEY(delivery, service, owner)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_place_closed ON delivery_place(account) WHERE open = 0;
CREATE TABLE stray(
    strand INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL
) STRICT;
"""

_ACCESS = """
CREATE TABLE item_access(
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, open INTEGER NOT NULL,
    before INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY(delivery, item)
) STRICT, WITHOUT ROWID;
"""


def migrate(connection: Any) -> None:
    """Bring the tables of the catalogue up to date."""
    step_by_step(connection, _SET, _STEPS)


def is_current(connection: Any) -> bool:
    """Whether the catalogue has every table; one of an earlier release lacks some till a write."""
    return has_all(connection, _SET, _STEPS)


def step_by_step(connection: Any, name: str, steps: Sequence[Step]) -> None:
    """Make those steps of a set of tables that are not made yet, each in a transaction of its own.

    The library that does it takes as long to load as a small mailbox to read, and nearly always
    there is nothing to do.
    """
    if has_all(connection, name, steps):
        return
    from sqlite_utils import Database, Migrations

    migrations = Migrations(name)
    for step in steps:
        migrations()(step)
    migrations.apply(Database(connection))


def has_all(connection: Any, name: str, steps: Sequence[Step]) -> bool:
    """Whether the library has noted every step, in the table that it keeps for that."""
    if not connection.execute(f"PRAGMA table_info({_NOTED})").fetchone():
        return False
    noted = connection.execute(f"SELECT name FROM {_NOTED} WHERE migration_set = ?", (name,))
    return {name for (name,) in noted}.issuperset(step.__name__ for step in steps)


def execute(db: Database, *parts: str) -> None:
    """Run the statements of these parts, each ending in a semicolon and a new line."""
    for part in parts:
        for statement in part.split(";\n"):
            if statement.strip():
                db.execute(statement)


def m001_main_job(db: Database) -> None:
    """Accounts, deliveries, conversations, records and their full text."""
    execute(db, _REGISTER, _DELIVERIES, _CONVERSATIONS, _RECORDS, _RECONCILED, _FULL_TEXT)


def m002_functions(db: Database) -> None:
    """Which function somebody held, and when."""
    execute(db, _FUNCTIONS)


def m003_devices(db: Database) -> None:
    """Devices, and whose conversations their read-outs hold."""
    execute(db, _DEVICES)


def m004_access(db: Database) -> None:
    """What a sorter opened or sealed, item by item."""
    execute(db, _ACCESS)


def m005_identifiers(db: Database) -> None:
    """Which identifier a copy has, without reading all of them."""
    execute(db, f"CREATE INDEX match_identifier ON match(copy) WHERE level = {ID};")


Step = Callable[["Database"], None]
_SET, _NOTED = "catalogue", "_sqlite_migrations"
_STEPS: tuple[Step, ...] = (
    m001_main_job,
    m002_functions,
    m003_devices,
    m004_access,
    m005_identifiers,
)
