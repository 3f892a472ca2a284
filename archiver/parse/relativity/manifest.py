"""What a manifest holds, as RSMF 1.0.0 and 2.0.0 have it; every field but a few may be left out."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, field

Text = str | None


class Custom(Struct):
    """A name and a value that the maker of the file added."""

    name: Text = None
    value: Any = None


class Participant(Struct):
    """Someone who takes part."""

    id: str
    display: Text = None
    email: Text = None
    account_id: Text = None
    avatar: Text = None
    custom: list[Custom] | None = None


class Conversation(Struct):
    """A conversation on one platform; `custodian` is the participant it was taken from."""

    id: str
    platform: Text = None
    display: Text = None
    type: Text = None
    custodian: Text = None
    participants: list[str] | None = None
    icon: Text = None
    custom: list[Custom] | None = None


class Reaction(Struct):
    """A sign that some put under a message."""

    value: Text = None
    count: int | None = None
    participants: list[str] | None = None


class File(Struct):
    """A file that an event names: `id` in the container, `display` as people saw it."""

    id: str
    display: Text = None
    size: int | None = None


class Edit(Struct):
    """A change of a message's words."""

    participant: Text = None
    timestamp: Text = None
    previous: Text = None
    new: Text = None


class Receipt(Struct):
    """That a message reached someone, or was read; without an action it was read."""

    participant: Text = None
    timestamp: Text = None
    action: Text = None


class Event(Struct):
    """A message, or something that happened."""

    type: Text = None
    id: Text = None
    parent: Text = None
    body: Text = None
    participant: Text = None
    conversation: Text = None
    timestamp: Text = None
    deleted: bool | None = None
    importance: Text = None
    direction: Text = None
    reactions: list[Reaction] | None = None
    attachments: list[File] | None = None
    edits: list[Edit] | None = None
    read_receipts: list[Receipt] | None = None
    custom: list[Custom] | None = None


class Tables(Struct):
    """Everything of a manifest but its events; `bad` are entries that could not be understood.

    `dropped` counts details of people and conversations that no item repeats.
    """

    people: dict[str, Participant] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    version: str = ""
    collection: str = ""
    dropped: int = 0


read_event = msgspec.json.Decoder(Event).decode
read_participant = msgspec.json.Decoder(Participant).decode
read_conversation = msgspec.json.Decoder(Conversation).decode
