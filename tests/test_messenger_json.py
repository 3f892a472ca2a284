"""Messenger and Instagram: letters that were written in pieces, and the two forms of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reading import found, items, read, source

from archiver.parse import messenger_json
from archiver.parse.messenger_json import mended


@pytest.mark.parametrize("text", ["Café één €", "👍🏽", "naïef", "Ø"])
def test_a_text_in_pieces_is_put_together(text: str) -> None:
    """What Facebook writes byte by byte is read as what was meant."""
    assert mended(text.encode().decode("latin-1")) == (text, True)


@pytest.mark.parametrize("text", ["Café", "Café €", "gewoon", "ÿ", ""])
def test_a_text_that_is_right_stays_as_it_is(text: str) -> None:
    """A string that is no UTF-8 in pieces is not touched, each string by itself."""
    assert mended(text) == (text, False)


def test_mended_and_right_strings_may_stand_in_one_file() -> None:
    """One finding a file counts the strings that were put together."""
    messages = [
        {"sender_name": "Sam", "timestamp_ms": 1, "content": text}
        for text in ("Ã©Ã©n", "Café €", "gewoon")
    ]
    entries = read(messenger_json, source(json.dumps({"messages": messages}), "message_1.json"))

    assert [each.text for each in items(entries)] == ["één", "Café €", "gewoon"]
    assert found(entries) == ["W-J010"]


def test_the_name_behind_the_messages_is_known_before_them() -> None:
    """Facebook writes the conversation's name last; every item has it."""
    content = '{"messages": [{"sender_name": "Sam", "timestamp_ms": 1}], "title": "Overleg"}'

    assert items(read(messenger_json, source(content, "message_1.json")))[0].title == "Overleg"


def test_a_conversation_without_a_name_is_called_by_its_people() -> None:
    """A private conversation may have no title."""
    content = '{"participants": [{"name": "Sam"}, "Noor", 5], "messages": []}'

    assert messenger_json.survey(source(content, "x.json")).title == "Sam, Noor"


def test_instagram_is_told_by_its_folder() -> None:
    """The same form is Instagram's where the path or a file's path says so."""
    head = b'{"messages": [{"sender_name": "a", "timestamp_ms": 1}]}'

    assert messenger_json.claims(head, "messages/inbox/a/message_1.json")
    assert messenger_json.claims_instagram(head, "your_instagram_activity/messages/message_1.json")
    assert not messenger_json.claims(head, "your_instagram_activity/messages/message_1.json")


def test_the_public_sample_is_read_whole(samples: Path) -> None:
    """The public sample file gives its two messages."""
    content = (samples / "chat/chat-miner/instagram/test_export.json").read_bytes()

    assert messenger_json.claims(content, "test_export.json")
    assert [each.text for each in items(read(messenger_json, source(content, "x.json")))] == [
        "Hello Jane!",
        "Hello John!",
    ]
