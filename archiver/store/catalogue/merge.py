"""Merge the parts of full text: every write adds some, and each word is looked up in all of them.

A step does a bounded piece of work, so that it can be done while others want to write; what a step
began the next one goes on with, also after a crash. FTS5, "The 'merge' Command",
https://sqlite.org/fts5.html#the_merge_command (SQLite 3.51).
"""

from __future__ import annotations

from archiver.store.catalogue.connection import Connection
from archiver.store.catalogue.indexed import TABLES

PAGES = 250
"""A step writes about so many pages of an index, of 4 KiB each."""

_NOTHING = 2
"""A merge that finds nothing to do changes fewer rows than this."""


def merge_step(connection: Connection) -> bool:
    """Do one step, inside a transaction; False when there was nothing left to do."""
    for table, _ in TABLES:
        before = connection.total_changes
        connection.execute(f"INSERT INTO {table}({table}, rank) VALUES('merge', {PAGES})")
        if connection.total_changes - before >= _NOTHING:
            return True
    return False
