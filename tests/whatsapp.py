"""What the tests of WhatsApp texts share: a source from text or bytes, and what is read of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from archiver.format import Source
from archiver.model import Finding, Item, Kind, Member
from archiver.parse.whatsapp_text import ChatText, parse, survey

READ_AT = 1_780_000_000_000
"""28 May 2026."""


def source(
    content: str | bytes, *, name: str = "WhatsApp-chat met Proef.txt", **said: Any
) -> Source:
    """Make a source of one chat text."""
    data = content.encode() if isinstance(content, str) else content
    said.setdefault("read_at", READ_AT)
    said.setdefault("path_name", name)
    members = (Member(name, len(data), ""), *said.pop("media", ()))
    return Source(stream=BytesIO(data), members=members, main=0, **said)


def source_in(path: Path) -> Source:
    """Make a source of a chat text and the files beside it."""
    beside = sorted(each for each in path.parent.iterdir() if each.suffix != ".txt")
    members = tuple(
        Member(each.name, each.stat().st_size, sha256(each.read_bytes()).hexdigest())
        for each in (path, *beside)
    )
    stream: BinaryIO = BytesIO(path.read_bytes())
    return Source(stream, members, 0, path.parent.name, READ_AT)


def read(given: Source | str | bytes) -> tuple[ChatText, list[Item], list[Finding]]:
    """Survey and parse a source."""
    given = given if isinstance(given, Source) else source(given)
    learned = survey(given)
    entries = list(parse(given, learned))
    items = [entry for entry in entries if isinstance(entry, Item)]
    return learned, items, [entry for entry in entries if isinstance(entry, Finding)]


def items(given: Source | str | bytes) -> list[Item]:
    """Give the items only."""
    return read(given)[1]


def codes(given: Source | str | bytes) -> list[str]:
    """Give the codes of all findings and questions."""
    learned, _, findings = read(given)
    return [finding.code for finding in (*learned.questions, *findings)]


def messages(given: list[Item]) -> list[Item]:
    """Leave out events."""
    return [item for item in given if item.kind is Kind.MESSAGE]


def uncovered(given: Source, size: int) -> Iterator[tuple[int, int]]:
    """List the gaps and overlaps that items and findings without an item leave."""
    _, found, findings = read(given)
    places = [(item.offset, item.length) for item in found]
    places += [
        (finding.offset, finding.length)
        for finding in findings
        if finding.item is None and finding.length is not None and finding.offset is not None
    ]
    end = 0
    for offset, length in sorted(places):
        if offset != end:
            yield end, offset
        end = offset + length
    if end != size:
        yield end, size


def peak_memory(given: Source) -> int:
    """Measure the most bytes in use while a source is read, its own bytes not counted."""
    tracemalloc.start()
    try:
        for _ in parse(given, survey(given)):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
