"""What is checked of every format alike, on its cases under ``tests/exports``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from archiver.model import Finding, Item
from archiver.pipeline.formats import FORMATS
from archiver.wording import codes
from tests import golden
from tests.reading import is_sound, places, read, source


def agrees(case: Path) -> bool:
    """Say whether a case gives the items and findings that somebody looked at."""
    return "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


def frame(form: ModuleType, case: Path) -> str:
    """Give what no item and no finding covers; places must be in order and not overlap."""
    given = golden.source_of(case)
    with given.stream as stream:
        entries = [one for one in read(form, given) if _is_of(one, given.main)]
        stream.seek(0)
        data = bytearray(stream.read())
    assert is_sound(entries)
    taken = places(entries)
    assert all(one[0] + one[1] <= two[0] for one, two in pairwise(taken))
    for offset, length in reversed(taken):
        del data[offset : offset + length]
    return data.decode("utf-8", "replace")


def _is_of(entry: Item | Finding, main: int) -> bool:
    return isinstance(entry, Item) or entry.member in (None, main)


def read_damaged(form: ModuleType, cases: Sequence[Path], data: st.DataObject) -> None:
    """Cut a case or change one byte of it; it must be read to its end."""
    given = golden.source_of(data.draw(st.sampled_from(cases)))
    with given.stream as stream:
        whole = bytearray(stream.read())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(at, len(whole)))
    name = given.members[given.main].name
    assert is_sound(read(form, source(bytes(whole[:cut]), name)))


def claimants(case: Path) -> list[str]:
    """Name the formats that claim the main member of a case."""
    given = golden.source_of(case)
    with given.stream as stream:
        head = stream.read(1 << 16)
    name = given.members[given.main].name
    return [form.name for form in FORMATS if form.claims(head, name)]


def unprovoked(pattern: str, test: Path, cases: Sequence[Path], gaps: Sequence[str]) -> list[str]:
    """List the codes that no case and no test provokes; gaps are told of every delivery."""
    text = test.read_text("utf-8")
    text += "".join(golden.expected(case).read_text("utf-8") for case in cases)
    ours = {code for code in codes() if re.fullmatch(pattern, code)}
    assert ours >= set(gaps)
    return sorted(code for code in ours.difference(gaps) if code not in text)
