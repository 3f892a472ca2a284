"""The catalogue's tables: brought up to date once, and left alone from then on."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from archiver.store.catalogue import schema
from archiver.store.catalogue.schema import migrate


def test_tables_that_are_up_to_date_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue that has every step is opened without the library that makes the steps."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    migrate(connection)
    made = list(connection.execute("SELECT * FROM sqlite_master"))
    monkeypatch.setitem(sys.modules, "sqlite_utils", None)
    migrate(connection)
    assert list(connection.execute("SELECT * FROM sqlite_master")) == made


def test_a_step_that_is_missing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of an earlier release gets the steps that came since, and keeps the others."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    migrate(connection)

    def m999_later(db: Any) -> None:
        db.execute("CREATE TABLE later(id INTEGER PRIMARY KEY) STRICT")

    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS, m999_later))
    migrate(connection)
    assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
