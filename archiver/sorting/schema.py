"""Sorting's own tables beside the catalogue's, as numbered migrations.

Like the catalogue they are a projection: rebuild makes them anew. An **act** is one event that says
something of an episode; it names items, never conversations, so that what arrives later is not
covered by it. Of a copy the latest act counts that was not taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.store.catalogue.schema import execute
from archiver.store.tables import Tables

if TYPE_CHECKING:
    from sqlite_utils import Database

_ACTS = """
CREATE TABLE act(
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, episode TEXT NOT NULL, account TEXT NOT NULL,
    outcome TEXT NOT NULL, source TEXT NOT NULL, officer TEXT NOT NULL, at TEXT NOT NULL,
    reason TEXT NOT NULL, undone INTEGER NOT NULL
) STRICT;
CREATE TABLE act_item(
    delivery INTEGER NOT NULL, item INTEGER NOT NULL, act INTEGER NOT NULL,
    PRIMARY KEY(delivery, item, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX act_item_act ON act_item(act);
CREATE TABLE sort_list(
    public TEXT PRIMARY KEY, account TEXT NOT NULL, document TEXT NOT NULL, officer TEXT NOT NULL,
    at TEXT NOT NULL, seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sort_list_act(
    list TEXT NOT NULL, act INTEGER NOT NULL, PRIMARY KEY(list, act)
) STRICT, WITHOUT ROWID;
CREATE INDEX sort_list_of_act ON sort_list_act(act);
CREATE TABLE confirmed_rule(
    code TEXT PRIMARY KEY, digest TEXT NOT NULL, officer TEXT NOT NULL, at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


def m001_acts(db: Database) -> None:
    """What was decided of episodes, and the lists that officials confirmed."""
    execute(db, _ACTS)


_TABLES = Tables("sorting", (m001_acts,))
ready, is_ready, migrate = _TABLES.ready, _TABLES.is_ready, _TABLES.migrate
