"""A test's own keys: an open and a sealed delivery and some detail, and the recovery key."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.store.keys import Keys
from tests.key_store import KEYS_OF, OFFICIAL


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the keys lie."""
    return tmp_path / "keys"


@pytest.fixture
def recovery(tmp_path: Path) -> Path:
    """Where the recovery key lies: on another carrier."""
    return tmp_path / "elsewhere" / "recovery.key"


@pytest.fixture
def keys(root: Path, recovery: Path) -> Keys:
    """The keys of an archive with an open and a sealed delivery and some detail."""
    keys = Keys.create(root, recovery)
    keys.write_delivery("dopen", OFFICIAL, KEYS_OF)
    keys.write_delivery("dsealed", "delivery", KEYS_OF)
    keys.box("log:2026-11", b"detail")
    return keys


@pytest.fixture
def away(keys: Keys, recovery: Path) -> Path:
    """The recovery key after it was moved to where nobody finds it by looking around."""
    target = recovery.parent / "vault" / "recovery.key"
    target.parent.mkdir()
    return recovery.rename(target)
