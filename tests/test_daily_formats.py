"""The formats of every day: known by name like all others, and loaded without them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from archiver.pipeline import daily_formats, formats
from archiver.pipeline.late import Late

_LOADED = (
    "import sys, archiver.pipeline.child;"
    "print(*(name for name in sys.modules if name.startswith('archiver.parse.')))"
)


def test_every_format_is_found_by_its_name() -> None:
    """The reader knows the same formats as the whole list, and no others."""
    for form in formats.FORMATS:
        assert daily_formats.by_name(form.name) is form
    with pytest.raises(KeyError):
        daily_formats.by_name("nonsens")


def test_the_reader_starts_without_what_it_may_not_need() -> None:
    """The process that reads mail and chat texts loads no parser of another format."""
    command = [sys.executable, "-c", _LOADED]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    late = (form.parse for form in formats.FORMATS if isinstance(form.parse, Late))
    parsers = {parse.module for parse in late}
    daily = {form.parse.__module__ for form in daily_formats.DAILY_FORMATS}
    assert daily <= set(loaded)
    assert len(parsers) > 15
    assert not parsers.intersection(loaded)
