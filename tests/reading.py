"""What the tests of formats share: a source from bytes, what is read of it, what is not covered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from types import ModuleType
from typing import Any

from archiver.format import Source
from archiver.model import Finding, Item, Member
from archiver.wording import codes, describe

READ_AT = 1_780_000_000_000
"""28 May 2026."""


def source(content: str | bytes, name: str, *media: tuple[str, bytes], **said: Any) -> Source:
    """Make a source of one file and the files beside it."""
    data = content.encode() if isinstance(content, str) else content
    members = tuple(
        Member(called, len(held), sha256(held).hexdigest())
        for called, held in ((name, data), *media)
    )
    said.setdefault("read_at", READ_AT)
    said.setdefault("path_name", name)
    return Source(stream=BytesIO(data), members=members, main=0, **said)


def read(form: ModuleType, given: Source) -> list[Item | Finding]:
    """Survey and parse a source."""
    return list(form.parse(given, form.survey(given)))


def items(entries: Sequence[Item | Finding]) -> list[Item]:
    """Give the items only."""
    return [entry for entry in entries if isinstance(entry, Item)]


def found(entries: Sequence[Item | Finding]) -> list[str]:
    """Give the codes of the findings."""
    return [entry.code for entry in entries if isinstance(entry, Finding)]


def places(entries: Sequence[Item | Finding]) -> list[tuple[int, int]]:
    """Give what items, and findings with a length and without an item, cover; in order."""
    taken = [(one.offset, one.length) for one in items(entries)]
    taken += [
        (one.offset, one.length)
        for one in entries
        if isinstance(one, Finding) and one.item is None and one.offset is not None and one.length
    ]
    return sorted(taken)


def uncovered(entries: Sequence[Item | Finding], size: int) -> Iterator[tuple[int, int]]:
    """List the gaps and overlaps in a file of so many bytes."""
    end = 0
    for offset, length in places(entries):
        if offset != end:
            yield end, offset
        end = offset + length
    if end != size:
        yield end, size


def is_sound(entries: Sequence[Item | Finding]) -> bool:
    """Say whether numbers rise by one and every code has a sentence that its values fill."""
    numbers = [one.number for one in items(entries)]
    sentences = [  # a brace that a value brings along is no field that nothing fills
        describe(one.code, {name: str(said).replace("{", "") for name, said in one.values.items()})
        for one in entries
        if isinstance(one, Finding) and one.code in codes()
    ]
    return (
        numbers == list(range(1, len(numbers) + 1))
        and len(sentences) == len(found(entries))
        and not any("{" in sentence for sentence in sentences)
    )
