"""Conversations in JSON (Messenger, Instagram, Discord, Matrix): what holds for all of them."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import golden
import pytest
from frames import beyond_the_frame, overlaps
from hypothesis import given, settings
from hypothesis import strategies as st
from ministry import ministry
from reading import found, is_sound, items, read, source

from archiver.normalise.native import native_normaliser
from archiver.parse import discord_json, matrix_json, messenger_json
from archiver.pipeline.formats import FORMATS

FORMS: dict[str, ModuleType] = {
    "messenger-json": messenger_json,
    "instagram-json": messenger_json,
    "discord-json": discord_json,
    "matrix-json": matrix_json,
}
CASES = [case for name in FORMS for case in golden.cases(name)]
RICH = {"messenger-json": "common", "discord-json": "channel", "matrix-json": "room"}
HEADS: dict[str, dict[str, Any]] = {
    "messenger-json": {"title": "Proef"},
    "discord-json": {"guild": {"name": "G"}, "channel": {"id": "5", "name": "c"}},
    "matrix-json": {"room_name": "Proef", "exported_by": "Sam"},
}
MESSAGES: dict[str, dict[str, Any]] = {
    "messenger-json": {"sender_name": "Sam", "timestamp_ms": 5, "content": "hallo"},
    "discord-json": {"id": "1", "type": "Default", "timestamp": "2024-03-05T10:00:00+00:00"},
    "matrix-json": {"type": "m.room.message", "event_id": "$1", "content": {"body": "hallo"}},
}


def _name(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


def _main(case: Path) -> Path:
    return case / "input" / (case / "source.toml").read_text("utf-8").split('"')[1]


def _file(name: str, *messages: Any, **more: Any) -> bytes:
    return json.dumps(HEADS[name] | {"messages": list(messages)} | more, indent=2).encode()


def _codes(name: str, content: bytes) -> list[str]:
    return found(read(FORMS[name], source(content, "export.json")))


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_case_is_read_as_reviewed(case: Path) -> None:
    """Each export under tests/exports is read exactly as its reviewed lines say."""
    assert "".join(golden.lines(case)) == golden.expected(case).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_items_and_findings_cover_all_but_the_frame(case: Path) -> None:
    """What no item and no finding covers is punctuation, keys and small headers."""
    entries = read(FORMS[case.parent.name], golden.source_of(case))

    assert beyond_the_frame(entries, _main(case).read_bytes()) == []
    assert overlaps(entries) == []
    assert is_sound(entries)


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_no_other_format_claims_it(case: Path) -> None:
    """A file is claimed by its content, whatever its name, and by one format only."""
    head = _main(case).read_bytes()[:65536]

    assert [each.name for each in FORMATS if each.claims(head, "x.dat")] == [case.parent.name]


@pytest.mark.parametrize("name", HEADS)
def test_everything_unusual_is_a_finding(name: str) -> None:
    """Each finding is provoked by a file of its own."""
    message = MESSAGES[name]
    assert _codes(name, _file(name, message)[:-9]) == ["E-J001"]
    assert _codes(name, json.dumps(HEADS[name]).encode()) == ["E-J002"]
    assert _codes(name, _file(name, message, extra=[1])) == ["W-J003"]
    assert _codes(name, _file(name, 5, message)) == ["W-J004"]
    assert _codes(name, _file(name, message | {"x": "a\x01"}).replace(b"\\u0001", b"\\x01")) in (
        ["W-J005"],
        [],  # a member that is not read need not be mended
    )
    assert _codes(name, _file(name, message | {"type": "hologram"})) == ["W-J006"]
    wrong = {next(iter(message)): [1]}
    assert "W-J007" in _codes(name, _file(name, message | wrong))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(RICH)), st.integers(0, 8_000), st.binary(max_size=3), st.booleans())
def test_no_damage_makes_it_raise(name: str, at: int, put: bytes, cut: bool) -> None:
    """Whatever is cut or changed, the rest is read, and what is not read is told."""
    whole = _main(golden.EXPORTS / name / RICH[name]).read_bytes()
    given_source = source(whole[:at] + put + (b"" if cut else whole[at + len(put) :]), "x.json")
    entries = read(FORMS[name], given_source)
    normalise = native_normaliser(given_source, FORMS[name].survey(given_source))

    assert all(normalise(each).number == each.number for each in items(entries))
    assert overlaps(entries) == []
    assert is_sound(entries)


@pytest.mark.parametrize(
    ("name", "service", "count", "present", "word"),
    [
        ("messenger-json", "messenger", 10, 1, "Café"),
        ("discord-json", "discord", 11, 1, "Goedemorgen"),
        ("matrix-json", "matrix", 31, 2, "concept"),
    ],
)
def test_a_folder_is_ingested_found_and_explained(
    tmp_path: Path, name: str, service: str, count: int, present: int, word: str
) -> None:
    """An export with its files becomes records that can be searched and explained."""
    place = ministry(tmp_path)
    place.account("fenna", service=service)
    folder, input_ = place.folder / "export", golden.EXPORTS / name / RICH[name] / "input"
    for path in sorted(input_.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(input_)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    done = place.ingest(folder, "fenna", code=None)
    hits = place.search(word)["hits"]

    assert (done["source_format"], done["state"], done["read"]) == (name, "ingested", count)
    assert done["attachments"]["present"] == present
    assert hits
    assert place.json("explain", hits[0]["id"])["holdings"]
