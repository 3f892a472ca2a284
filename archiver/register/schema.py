"""The register's own table beside the catalogue's, as numbered migrations.

Every list of the register is short and is read whole, so that one table keeps them all: an entry is
the canonical JSON of its struct, under the name of its list and its public id. `subject` is whom or
what it is about: an account, or a person by name. `seq` is the event that last said it. Like the
catalogue it is a projection that rebuild makes anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.store.catalogue.schema import execute
from archiver.store.tables import Tables

if TYPE_CHECKING:
    from sqlite_utils import Database

_ENTRIES = """
CREATE TABLE register_entry(
    list TEXT NOT NULL, public TEXT NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL,
    content TEXT NOT NULL, PRIMARY KEY(list, public)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_entry_subject ON register_entry(list, subject);
"""


def m001_entries(db: Database) -> None:
    """Entries of every list."""
    execute(db, _ENTRIES)


_TABLES = Tables("register", (m001_entries,))
is_ready, migrate = _TABLES.is_ready, _TABLES.migrate
