"""Of every format whose entries have places, items and findings account for the whole file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from frames import beyond_the_frame
from reading import places, source

from archiver.format import Source
from archiver.model import Finding, Item
from archiver.pipeline.formats import FORMATS, by_name
from tests import golden

_DATABASES = frozenset({"whatsapp-android", "whatsapp-ios", "imessage"})
"""Their entries are rows; they name the table and the row instead."""
_WHOLE = frozenset(
    {"whatsapp-text", "mbox", "eml", "rsmf", "signal-export", "signal-tools", "threema-chat"}
)
_TABLES = frozenset({"imazing-messages", "imazing-whatsapp", "threema-backup"})
_MARKUP = frozenset({"sms-xml", "ufdr", "telegram-html"})
_SMALL = 200
"""Bytes of a value in the head of a file that need no finding."""
_VALUES = re.compile(rb"<!\[CDATA\[(.*?)\]\]>|>([^<]+)<", re.DOTALL)


def _cases() -> list[Path]:
    lone = [path for name in ("mbox", "eml") for path in golden.EXPORTS.glob(f"{name}/*/export.*")]
    held = [case for form in FORMATS for case in golden.cases(form.name)]
    return sorted(case for case in (*lone, *held) if _DATABASES.isdisjoint(case.parts))


def _given(case: Path) -> tuple[str, Source]:
    if case.is_file():
        return case.parts[-3], source(case.read_bytes(), case.name)
    return case.parent.name, golden.source_of(case)


def _read(form: str, given: Source) -> tuple[bytes, list[Item | Finding]]:
    """Give a file and what is said of it; of other members something may be said too."""
    reader = by_name(form)
    content = given.stream.read()
    given.stream.seek(0)
    entries = reader.parse(given, reader.survey(given))
    return content, [
        entry for entry in entries if isinstance(entry, Item) or entry.member in (None, given.main)
    ]


def _left(entries: Sequence[Item | Finding], content: bytes) -> bytes:
    """Give what no item and no finding covers."""
    left = bytearray(content)
    for offset, length in reversed(places(entries)):
        del left[offset : offset + length]
    return bytes(left)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: "/".join(case.parts[-3:]))
def test_items_and_findings_account_for_every_byte_but_the_frame(case: Path) -> None:
    """What nothing is said of is punctuation, keys, column names, or a small value of the head."""
    form, given = _given(case)
    content, entries = _read(form, given)
    taken = places(entries)
    assert all(one[0] + one[1] <= two[0] for one, two in pairwise(taken))
    assert all(offset + length <= len(content) for offset, length in taken)
    left = _left(entries, content).removeprefix(b"\xef\xbb\xbf")
    if form in _WHOLE:
        assert left.strip() == b""
    elif form in _TABLES or (
        form == "mapped" and content.removeprefix(b"\xef\xbb\xbf")[:1] != b"{"
    ):
        assert left.rstrip() in (
            content.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].rstrip(),
            b"",
        )
    elif form in _MARKUP:
        values = [one.strip() for pair in _VALUES.findall(left) for one in pair]
        assert max(map(len, values), default=0) <= _SMALL
    else:
        assert beyond_the_frame(entries, content) == []


def test_every_format_is_looked_at() -> None:
    """Each format has a case here or is a database."""
    seen = {case.parts[-3] if case.is_file() else case.parent.name for case in _cases()}
    assert seen | _DATABASES == {form.name for form in FORMATS}
