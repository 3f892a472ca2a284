"""The description of the archive names every event that the program writes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from archiver.settings import TABLE

_ROOT = Path(__file__).parents[1]
_EVENT = re.compile(
    r"[a-z]+\.(?:[a-z]+-)?(?:[a-z]+ed|begun|done|kept|made|rebuilt|run|shown|split|written)"
)
"""An event's type is a thing and what happened to it, in the past tense."""


def _types() -> set[str]:
    """Give the literals of the program that have the form of an event's type."""
    files = [*_ROOT.glob("archiver/**/*.py"), *_ROOT.glob("retention/**/*.py")]
    found = {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _EVENT.fullmatch(node.value)
    }
    return found - {one.name for one in TABLE}


def test_every_event_is_described() -> None:
    """No type of event is written that a reader of the archive would not find explained."""
    page = (_ROOT / "docs/archive-format.md").read_text("utf-8")
    found = _types()

    assert {"delivery.kept", "dispose.done", "hold.lift-asked", "record.split"} <= found
    assert sorted(one for one in found if f"`{one}`" not in page) == []
