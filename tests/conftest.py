"""Fixtures that every test may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from archiver.language import use

# A check judges a change, so that equal code gives equal answers; `make explore` looks elsewhere.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("fixed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no coverage in a test that is marked so: it then takes about half the time."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real exports that others made; they never enter the project, so tests skip without them."""
    named = os.environ.get("CHATARCHIEF_SAMPLES")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"no folder of real samples at {folder.name}; set CHATARCHIEF_SAMPLES")
    return folder


@pytest.fixture
def english_again() -> Iterator[None]:
    """Speak English after a test that had a command speak another language."""
    yield
    use("en")
