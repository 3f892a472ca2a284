"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real exports that others made; they never enter the project, so tests skip without them."""
    named = os.environ.get("CHATARCHIEF_SAMPLES")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"no folder of real samples at {folder.name}; set CHATARCHIEF_SAMPLES")
    return folder
