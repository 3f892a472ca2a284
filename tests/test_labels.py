"""Codes of the formats in plain words: every code of a parser has words in two languages."""

from __future__ import annotations

import json
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import configuration
from archiver.language import LANGUAGES, current, use
from archiver.output import labels

EXPORTS = Path(__file__).parent / "exports"
TOPICS = ("events", "messages", "observations", "marks", "times")


@pytest.fixture(autouse=True)
def _language_again() -> Iterator[None]:
    before = current()
    yield
    use(before)


@cache
def _items() -> tuple[dict[str, Any], ...]:
    """Give the items of every reviewed export."""
    lines = (
        json.loads(line)
        for path in sorted(EXPORTS.glob("**/expected.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    )
    return tuple(line["item"] for line in lines if "item" in line)


def _words(topic: str) -> dict[str, Any]:
    with (configuration.folder() / "labels" / f"{topic}.toml").open("rb") as file:
        return tomllib.load(file)


def test_every_type_that_a_parser_gives_has_words() -> None:
    """Each type of event and of message in the reviewed exports has a label."""
    given_types = {(item.get("kind", "message"), item.get("type", "text")) for item in _items()}
    assert len(given_types) > 40
    for kind in ("event", "message"):
        types = {type_ for of, type_ in given_types if of == kind}
        assert sorted(types - _words(f"{kind}s").keys()) == []


def test_every_type_of_the_chat_wordings_has_words() -> None:
    """Each type of event that the wordings of a chat text know has a label."""
    known = {
        event["type"]
        for path in (configuration.folder() / "wordings").glob("*.toml")
        for event in tomllib.loads(path.read_text("utf-8"))["event"]
    }
    assert known
    assert sorted(known - _words("events").keys()) == []


def test_every_mark_and_observation_that_a_parser_gives_has_words() -> None:
    """Each mark and each kind of observation in the reviewed exports has words."""
    marks = {mark for item in _items() for mark in item.get("marks", ())}
    kinds = {noted["kind"] for item in _items() for noted in item.get("noted", ())}
    assert marks
    assert kinds
    assert sorted(marks - _words("marks").keys()) == []
    assert sorted(kinds - _words("observations").keys()) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_tell_the_same(topic: str) -> None:
    """The Dutch sentences of a code use the fields of the English ones, in the same order."""
    for code, languages in _words(topic).items():
        assert languages.keys() == set(LANGUAGES), code
        told = {language: [_fields(form) for form in languages[language]] for language in LANGUAGES}
        assert told["nl"] == told["en"], code


@pytest.mark.parametrize("topic", TOPICS)
def test_every_code_can_be_said_when_nothing_is_known(topic: str) -> None:
    """The last sentence of a code has no fields, and no other is hidden behind one before it."""
    for code, languages in _words(topic).items():
        needed = [_fields(form) for form in languages["en"]]
        assert not needed[-1], code
        for place, fields in enumerate(needed):
            assert not any(before <= fields for before in needed[:place]), (code, fields)


def _fields(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize(
    ("told", "english", "dutch"),
    [
        ({"actor": "Omar", "object": "Lien"}, "Omar added Lien", "Omar heeft Lien toegevoegd"),
        ({"object": "Lien"}, "Lien was added", "Lien is toegevoegd"),
        ({}, "A participant was added", "Deelnemer toegevoegd"),
    ],
)
def test_a_sentence_tells_as_much_as_is_known(
    told: dict[str, str], english: str, dutch: str
) -> None:
    """An event is told with who and whom where the source says so, and without where not."""
    for language, sentence in (("en", english), ("nl", dutch)):
        use(language)
        assert labels.label("event", "member-added", told) == sentence


def test_an_unknown_code_is_shown_as_it_is() -> None:
    """A type, mark, basis or kind of observation without words is shown as its code."""
    use("nl")
    assert labels.label("event", "train-departed", {"actor": "Omar"}) == "train-departed"
    assert labels.marks("edited nieuw-soort") == "bewerkt, nieuw-soort"
    assert labels.basis("min/assumed") == "op de minuut, zone aangenomen"
    assert labels.basis("eeuw") == "eeuw"
    assert labels.observed("wave", {"value": "hoog", "by": "Omar"}) == "wave is “hoog, Omar”"


@settings(max_examples=60)
@given(
    st.sampled_from([*sorted(_words("observations")), "wave"]),
    st.text("abcdéšñж漢", min_size=1, max_size=5),
    st.text("abcdéšñж漢", min_size=1, max_size=5),
    st.sampled_from(LANGUAGES),
)
def test_no_observation_loses_a_value(kind: str, value: str, by: str, language: str) -> None:
    """Whatever an observation tells stands in its sentence: the value and the person."""
    use(language)
    sentence = labels.observed(kind, {"value": value, "by": by, "term": "", "count": ""})
    assert value in sentence
    assert by in sentence


@pytest.mark.parametrize(
    ("seconds", "english", "dutch"),
    [
        ("604800", "7 days", "7 dagen"), ("86400", "1 day", "1 dag"), ("3600", "1 hour", "1 uur"),
        ("61", "61 seconds", "61 seconden"), ("120", "2 minutes", "2 minuten"),
        ("0", "", ""), ("", "", ""), ("5 min", "", ""), ("²", "", ""),
    ],
)  # fmt: skip
def test_a_length_is_said_in_its_largest_whole_unit(seconds: str, english: str, dutch: str) -> None:
    """A number of seconds is said exactly; what is no number is left out of the sentence."""
    for language, words in (("en", english), ("nl", dutch)):
        use(language)
        assert labels.length(seconds) == words
