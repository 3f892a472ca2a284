"""The floor of parsing: what reading a chat text must cost at least, and what our parser costs.

The floor reads line by line and matches each against one compiled expression; it keeps nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from archiver.format import Source
from archiver.model import Item, Member
from archiver.normalise.chat import chat_normaliser
from archiver.parse import whatsapp_text

_HEADER = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4}) (\d{2}):(\d{2}) - (?:([^:\n]{1,80}): )?")
_LATER = 4_000_000_000_000


def headers(path: Path) -> int:
    """Count the lines that begin a message of a Dutch Android export."""
    match = _HEADER.match
    count = 0
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if match(line):
                count += 1
    return count


def parsed(path: Path) -> int:
    """Count the items that our parser makes: survey and parse, nothing after it."""
    with path.open("rb") as stream:
        member = Member(path.name, path.stat().st_size, "")
        source = Source(stream, (member,), 0, path.name, read_at=_LATER)
        survey = whatsapp_text.survey(source)
        return sum(isinstance(entry, Item) for entry in whatsapp_text.parse(source, survey))


def keyed(path: Path) -> int:
    """Count the items whose match keys were computed: survey, parse and normalise."""
    with path.open("rb") as stream:
        member = Member(path.name, path.stat().st_size, "")
        source = Source(stream, (member,), 0, path.name, read_at=_LATER)
        survey = whatsapp_text.survey(source)
        normalise = chat_normaliser(source, survey)
        entries = whatsapp_text.parse(source, survey)
        return sum(bool(normalise(one).keys) for one in entries if isinstance(one, Item))
