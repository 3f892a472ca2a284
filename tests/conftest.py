"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A check judges a change, so that equal code gives equal answers; `make explore` looks elsewhere.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real exports that others made; they never enter the project, so tests skip without them."""
    named = os.environ.get("CHATARCHIEF_SAMPLES")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"no folder of real samples at {folder.name}; set CHATARCHIEF_SAMPLES")
    return folder
