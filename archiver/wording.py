"""Say a finding in words: its code's sentence, in the language in use, with its values filled in.

The sentences are data (``config/findings``), each in English and Dutch, with what can be done.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from archiver.configuration import folder
from archiver.language import current


@cache
def codes() -> dict[str, dict[str, Any]]:
    """Give every code with its sentences."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((folder() / "findings").glob("*.toml")):
        found |= tomllib.loads(path.read_text("utf-8"))
    return found


def describe(code: str, values: Mapping[str, object]) -> str:
    """Give the finding's sentence."""
    return _fill(code, current(), values)


def remedy(code: str, values: Mapping[str, object]) -> str:
    """Give what an officer can do about it."""
    return _fill(code, f"solve_{current()}", values)


def _fill(code: str, name: str, values: Mapping[str, object]) -> str:
    sentence = str(codes().get(code, {}).get(name, ""))
    return sentence.format_map(_Blank(values)) if sentence else code


class _Blank(dict[str, object]):
    """Values, with the field's own name where a finding brings none."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
