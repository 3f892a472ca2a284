"""A language in which every letter that was translated is wide, so that all others stand out.

It is Dutch, with the letters A to Z of each translation as fullwidth forms (Unicode, FF21 to FF5A).
What is shown in plain letters came from somewhere else: from what people wrote, or from a sentence,
a key or a code that nobody translated.
"""

from __future__ import annotations

import contextlib
import re
import string
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

from archiver import configuration, language, wording

_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in string.ascii_letters}
_FIELD = re.compile(r"(\{[^{}]*\})")


def wide(sentence: str) -> str:
    """Write a translation in wide letters; its fields keep their names."""
    parts = _FIELD.split(sentence)
    return "".join(part if part.startswith("{") else part.translate(_WIDE) for part in parts)


@contextlib.contextmanager
def spoken() -> Iterator[None]:
    """Have all translations wide, wherever the program takes them from."""
    catalogue = {sentence: wide(dutch) for sentence, dutch in language.catalogue("nl").items()}
    findings = {code: _dutch(entry) for code, entry in wording.codes().items()}
    read = configuration.read
    widened = cache(lambda name: _table(name, read(name)))
    with (
        patch.object(language, "catalogue", lambda _: catalogue),
        patch.object(wording, "codes", lambda: findings),
        patch.object(configuration, "read", widened),
    ):
        yield


def _table(name: str, table: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _all(table) if name.startswith("labels/nl/") else _dutch(table)
    return found


def _dutch(value: Any) -> Any:
    """Widen what a table of several languages says in Dutch."""
    if not isinstance(value, dict):
        return value
    return {
        key: _all(one) if key == "nl" or key.endswith("_nl") else _dutch(one)
        for key, one in value.items()
    }


def _all(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_all(one) for one in value]
    return wide(value) if isinstance(value, str) else value
