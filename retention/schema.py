"""Retention's own tables beside the catalogue's, and its triggers, as numbered migrations.

Like the catalogue they are a projection: rebuild makes them anew. `held` only makes a hold fast and
lets the database itself refuse to delete what is held; what a hold covers follows from its scope.
`appraised` says what the last appraisal rested on, `fresh` which deliveries came after it. `rule` 0
is that nothing is known: appraisal N, never disposable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.store.catalogue.schema import execute
from archiver.store.tables import Tables

if TYPE_CHECKING:
    from sqlite_utils import Database

_APPRAISAL = """
CREATE TABLE selection_list(
    digest TEXT PRIMARY KEY, content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE assignment(
    conversation TEXT PRIMARY KEY, list TEXT NOT NULL, category TEXT NOT NULL,
    reason TEXT NOT NULL, officer TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rule(id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE, appraisal TEXT NOT NULL)
    STRICT;
INSERT INTO rule VALUES(0, '{}', 'N');
CREATE TABLE appraisal(
    copy INTEGER PRIMARY KEY, rule INTEGER NOT NULL, start_at INTEGER, end_at INTEGER
) STRICT;
CREATE TABLE appraised(
    one INTEGER PRIMARY KEY CHECK(one = 1), at TEXT NOT NULL, asked TEXT NOT NULL,
    basis TEXT NOT NULL
) STRICT;
CREATE INDEX appraisal_end ON appraisal(end_at) WHERE end_at IS NOT NULL;
CREATE TRIGGER copy_appraised AFTER DELETE ON copy
BEGIN DELETE FROM appraisal WHERE copy = OLD.id; END;
"""

_HOLDS = """
CREATE TABLE hold(
    id INTEGER PRIMARY KEY, public TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
    scope TEXT NOT NULL, received TEXT NOT NULL, ground TEXT NOT NULL, reason TEXT NOT NULL,
    placed_by TEXT NOT NULL, placed_at TEXT NOT NULL
) STRICT;
CREATE TABLE hold_step(
    hold INTEGER NOT NULL, seq INTEGER NOT NULL, what TEXT NOT NULL, officer TEXT NOT NULL,
    at TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY(hold, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE held(
    copy INTEGER NOT NULL, hold INTEGER NOT NULL, PRIMARY KEY(copy, hold)
) STRICT, WITHOUT ROWID;
CREATE TABLE letter(
    hold INTEGER NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, written TEXT NOT NULL,
    due TEXT NOT NULL, answered TEXT NOT NULL, answer TEXT NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY(hold, person, kind)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER copy_held BEFORE DELETE ON copy
WHEN EXISTS (SELECT 1 FROM held WHERE copy = OLD.id)
BEGIN SELECT RAISE(ABORT, 'held: a hold forbids that this is deleted'); END;
CREATE TRIGGER holding_held BEFORE DELETE ON holding
WHEN EXISTS (SELECT 1 FROM held WHERE copy = OLD.copy)
BEGIN SELECT RAISE(ABORT, 'held: a hold forbids that this is deleted'); END;
"""

_NAMED = """
CREATE TABLE hold_named(
    hold INTEGER NOT NULL, delivery TEXT NOT NULL, item INTEGER NOT NULL,
    PRIMARY KEY(hold, delivery, item)
) STRICT, WITHOUT ROWID;
"""

_FRESH = """
CREATE TABLE fresh(delivery INTEGER PRIMARY KEY) STRICT;
"""

_CASE_ENDS = """
CREATE TABLE case_end(case_file TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
ALTER TABLE assignment ADD COLUMN case_file TEXT NOT NULL DEFAULT '';
"""


def m001_appraisal_and_holds(db: Database) -> None:
    """Selection lists, appraisals, holds and their letters."""
    execute(db, _APPRAISAL, _HOLDS)


def m002_named(db: Database) -> None:
    """What a hold covers by name, beside its scope."""
    execute(db, _NAMED)


def m003_fresh(db: Database) -> None:
    """The deliveries that came since the last appraisal."""
    execute(db, _FRESH)


def m004_case_ends(db: Database) -> None:
    """The case from whose end the term of a conversation runs, and when cases were closed."""
    execute(db, _CASE_ENDS)


_TABLES = Tables("retention", (m001_appraisal_and_holds, m002_named, m003_fresh, m004_case_ends))
ready, is_ready, migrate = _TABLES.ready, _TABLES.is_ready, _TABLES.migrate
