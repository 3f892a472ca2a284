"""The search for hostile input finds what it looks for, and learns on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from archiver.format import Format
from archiver.model import Finding, Item
from archiver.pipeline.formats import FORMATS, by_name
from tests.fuzz import __main__ as fuzzing
from tests.fuzz import seeds
from tests.fuzz.guide import Guide


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "KEPT", tmp_path)
    monkeypatch.setattr(fuzzing, "KEPT", tmp_path)


def _with(parse: Any) -> Format:
    return replace(by_name("threema-chat"), parse=parse)


def test_a_parser_that_raises_is_found(tmp_path: Path) -> None:
    """A variant that makes a parser raise is counted and kept as a file."""

    def raises(*_: object) -> Iterator[Item]:
        raise ValueError
        yield

    tried, failed = fuzzing.fuzz(_with(raises), 0, 1, Guide())
    assert (tried, failed > 0) == (0, True)
    assert list(tmp_path.glob("threema-chat-*"))


@pytest.mark.parametrize("length", [10, 10_000_000])
def test_places_that_overlap_or_lie_outside_are_found(length: int) -> None:
    """Two items of the same bytes are a failure, and so is one beyond the end of the file."""
    form = _with(lambda *_: iter(Item(number, 0, 0, length) for number in (1, 2)))
    one = seeds.seeds(by_name("threema-chat"))[0]
    normal = replace(form, normaliser=lambda *_: lambda item: item)
    with pytest.raises(AssertionError, match=r"two|outside"):
        fuzzing.check(normal, one, one.data)


def test_bytes_that_belong_to_nothing_are_found() -> None:
    """Of a format that must account for every byte, one that says nothing fails."""
    nothing: Iterator[Item | Finding] = iter(())
    form = replace(by_name("signal-export"), parse=lambda *_: nothing)
    one = seeds.seeds(form)[0]
    with pytest.raises(AssertionError, match="nothing"):
        fuzzing.check(form, one, one.data)


def test_a_variant_that_leads_further_is_a_seed_from_then_on(tmp_path: Path) -> None:
    """What reached new lines of a parser is kept and is among the seeds of the next run."""
    form, guide = by_name("threema-chat"), Guide()
    before = len(seeds.seeds(form))
    tried, failed = fuzzing.fuzz(form, 1.0, 1, guide)
    assert (tried > 0, failed) == (True, 0)
    assert guide.reached > 50
    assert len(seeds.seeds(form)) == before + len(list((tmp_path / "seeds").rglob("*"))) - 1


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_has_seeds_that_hold(form: Format) -> None:
    """Each format is fuzzed from its own fixtures, databases too, and these pass."""
    assert fuzzing.fuzz(form, 0, 1, Guide()) == (0, 0)
