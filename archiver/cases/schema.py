"""The cases' own tables beside the catalogue's, as numbered migrations.

Like the catalogue they are a projection: rebuild makes them anew. Records are named by the item
that they were named for when an officer spoke of them, as (delivery, item), never by a private key:
what that item is part of may be another record later on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.store.catalogue.schema import execute
from archiver.store.tables import Tables

if TYPE_CHECKING:
    from sqlite_utils import Database

_CASES = """
CREATE TABLE case_file(
    public TEXT PRIMARY KEY, seq INTEGER NOT NULL, content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE case_step(
    case_file TEXT NOT NULL, seq INTEGER NOT NULL, what TEXT NOT NULL, officer TEXT NOT NULL,
    at TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY(case_file, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_search(
    public TEXT PRIMARY KEY, case_file TEXT NOT NULL, seq INTEGER NOT NULL, content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_search_of ON case_search(case_file, seq);
CREATE TABLE case_candidate(
    case_file TEXT NOT NULL, delivery TEXT NOT NULL, item INTEGER NOT NULL, search TEXT NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY(case_file, delivery, item, search, how)
) STRICT, WITHOUT ROWID;
"""

_JUDGED = """
CREATE TABLE case_judgement(
    case_file TEXT NOT NULL, delivery TEXT NOT NULL, item INTEGER NOT NULL, seq INTEGER NOT NULL,
    reader TEXT NOT NULL, officer TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY(case_file, delivery, item, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_judgement_of ON case_judgement(delivery, item);
"""


def m001_cases(db: Database) -> None:
    """Cases, what was done in them, their searches and their candidates."""
    execute(db, _CASES)


def m002_judged(db: Database) -> None:
    """What was judged of candidates, by a first reader and by a second."""
    execute(db, _JUDGED)


def m003_pseudonyms(db: Database) -> None:
    """Which folded name is which numbered person of a case."""
    execute(
        db,
        "CREATE TABLE case_pseudonym("
        " case_file TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,"
        " PRIMARY KEY(case_file, name)) STRICT, WITHOUT ROWID;",
    )


def m004_files(db: Database) -> None:
    """What was judged of files, each named by the SHA-256 of its bytes, by either reader."""
    execute(
        db,
        "CREATE TABLE case_file_judgement("
        " case_file TEXT NOT NULL, sha256 TEXT NOT NULL, seq INTEGER NOT NULL,"
        " reader TEXT NOT NULL, officer TEXT NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL,"
        " PRIMARY KEY(case_file, sha256, seq)) STRICT, WITHOUT ROWID;",
    )


_TABLES = Tables("cases", (m001_cases, m002_judged, m003_pseudonyms, m004_files))
ready, is_ready, migrate = _TABLES.ready, _TABLES.is_ready, _TABLES.migrate
