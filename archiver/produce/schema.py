"""The tables of productions beside the catalogue's, as numbered migrations.

Like the catalogue they are a projection: rebuild makes them anew. What a production showed under
which number is kept, so that a later one of the case gives the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.store.catalogue.schema import execute
from archiver.store.tables import Tables

if TYPE_CHECKING:
    from sqlite_utils import Database

_PRODUCTIONS = """
CREATE TABLE production(
    public TEXT PRIMARY KEY, case_file TEXT NOT NULL, seq INTEGER NOT NULL, content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX production_of ON production(case_file, seq);
CREATE TABLE production_number(
    case_file TEXT NOT NULL, unit TEXT NOT NULL, record TEXT NOT NULL, number TEXT NOT NULL,
    PRIMARY KEY(case_file, unit, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE production_handed(
    seq INTEGER PRIMARY KEY, production TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE INDEX production_handed_of ON production_handed(production);
"""

_BATES = """
CREATE TABLE bates(
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, case_file TEXT NOT NULL,
    content TEXT NOT NULL, slice TEXT NOT NULL, prefix TEXT NOT NULL
) STRICT;
CREATE INDEX bates_of ON bates(case_file, slice);
"""


_SLICES = """
CREATE TABLE production_slice(
    seq INTEGER NOT NULL, place INTEGER NOT NULL, case_file TEXT NOT NULL, unit TEXT NOT NULL,
    number TEXT NOT NULL, records TEXT NOT NULL, PRIMARY KEY(seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX production_slice_of ON production_slice(case_file, unit, seq, place);
INSERT INTO production_slice
    SELECT 0, row_number() OVER (ORDER BY case_file, unit, record), case_file, unit, number,
        json_array(record) FROM production_number;
DROP TABLE production_number;
"""


def m001_productions(db: Database) -> None:
    """What was produced of a case, the numbers given out, and to whom it was handed."""
    execute(db, _PRODUCTIONS)


def m002_bates(db: Database) -> None:
    """The Bates numbers that were given out."""
    execute(db, _BATES)


def m003_slices(db: Database) -> None:
    """What each production showed under which number; of older ones it is who named each."""
    execute(db, _SLICES)


_TABLES = Tables("produce", (m001_productions, m002_bates, m003_slices))
ready, is_ready, migrate = _TABLES.ready, _TABLES.is_ready, _TABLES.migrate
