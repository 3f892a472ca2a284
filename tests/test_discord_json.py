"""Discord: the file's own count of messages is checked, and its limits are told."""

from __future__ import annotations

import json
from typing import Any

from reading import found, items, read, source

from archiver.model import Item, Kind, Noted
from archiver.parse import discord_json

HEAD = {"guild": {"name": "G"}, "channel": {"id": "5", "name": "c"}}


def _file(*messages: dict[str, Any], **more: Any) -> bytes:
    return json.dumps(HEAD | {"messages": messages} | more).encode()


def _one(**fields: Any) -> Item:
    message = {"id": "1", "type": "Default", "timestamp": "2024-03-05T10:00:00+00:00"} | fields
    return items(read(discord_json, source(_file(message), "x.json")))[0]


def test_a_wrong_count_must_be_solved() -> None:
    """A file that holds other than it says was changed or cut."""
    assert found(read(discord_json, source(_file(messageCount=3), "x.json"))) == ["E-J011"]
    assert found(read(discord_json, source(_file(messageCount=0), "x.json"))) == []


def test_a_limited_export_says_so() -> None:
    """An export of a period is never called complete."""
    told = _file(dateRange={"after": "2024-01-01T00:00:00+00:00", "before": None})

    assert found(read(discord_json, source(told, "x.json"))) == ["W-J012"]


def test_an_event_is_no_message() -> None:
    """Members who come and go, and pins, are events."""
    assert (_one(type="GuildMemberJoin").kind, _one(type="Reply").kind) == (
        Kind.EVENT,
        Kind.MESSAGE,
    )


def test_reactions_name_people_and_count_the_others() -> None:
    """Late versions name who reacted; earlier ones only count."""
    reaction = {"emoji": {"name": "👍"}, "count": 2, "users": [{"name": "sam", "nickname": None}]}

    assert _one(reactions=[reaction]).noted == (
        Noted("reaction", "👍", "sam"),
        Noted("reaction", "👍"),
    )


def test_a_file_on_the_network_was_not_exported() -> None:
    """An address on the network is no file of the export."""
    file = {"url": "https://cdn.example/a.png", "fileName": "a.png", "fileSizeBytes": 4}

    assert _one(attachments=[file]).attachments[0].missing == "not-exported"
