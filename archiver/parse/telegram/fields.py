"""The members of a message in Telegram Desktop's ``result.json``, as far as they are read.

Built from the program's own writer, ``export_output_json.cpp`` of Telegram Desktop 1.4 (2018) to
6.x (2026). Numbers were strings, or strings numbers, in some releases; both are taken.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType

Number = int | str | None
NOTHING = Raw()


class Plain(Struct, forbid_unknown_fields=True, gc=False, rename={"from_": "from"}):
    """A message that is words only, perhaps a reply or with reactions, as nine in ten are.

    A message with any other member does not decode as one. Its form is checked in one pass and
    without the cost of forty members.
    """

    text: str | list[object]
    id: int
    type: str
    date: str
    date_unixtime: str
    from_: str
    from_id: str
    text_entities: Raw = NOTHING
    reply_to_message_id: int = 0
    reactions: Raw = NOTHING


class Recent(Struct, rename={"from_": "from"}):
    """One person's reaction."""

    from_: str | None = None
    from_id: Number = None
    date: str = ""


class Reaction(Struct):
    """A reaction: how many gave it, and of some of them who."""

    type: str = ""
    count: int = 0
    emoji: str = ""
    document_id: str = ""
    recent: tuple[Recent, ...] = ()


class Answer(Struct):
    """One answer of a poll."""

    text: Any = ""
    voters: int = 0
    chosen: bool = False


class Poll(Struct):
    """A question with answers."""

    question: Any = ""
    closed: bool = False
    total_voters: int = 0
    answers: tuple[Answer, ...] = ()


class Contact(Struct):
    """A person's card."""

    first_name: str = ""
    last_name: str = ""
    phone_number: str = ""


class Message(Struct, rename={"from_": "from"}):
    """Any message; `UNSET` tells what is not there from what is null."""

    id: Number = None
    type: str = ""
    date: str = ""
    date_unixtime: Number = ""
    edited: str = ""
    edited_unixtime: Number = ""
    from_: str | None = None
    from_id: Number = None
    text: Any = ""
    # where it came from
    author: str = ""
    forwarded_from: str | UnsetType | None = UNSET
    forwarded_from_id: Number = None
    saved_from: str | None = None
    reply_to_message_id: Number = None
    reply_to_peer_id: str = ""
    via_bot: str = ""
    # what it carries
    photo: str | None = None
    photo_file_size: int | None = None
    file: str | None = None
    file_name: str = ""
    file_size: int | None = None
    mime_type: str = ""
    media_type: str = ""
    sticker_emoji: str = ""
    duration_seconds: Number = None
    contact_vcard: str | None = None
    contact_information: Contact | None = None
    location_information: dict[str, Any] | UnsetType | None = UNSET
    live_location_period_seconds: Number = None
    place_name: str = ""
    address: str = ""
    poll: Poll | None = None
    todo_list: dict[str, Any] | None = None
    game_title: str = ""
    game_description: str = ""
    invoice_information: Any = None
    giveaway_information: Any = None
    giveaway_results: Any = None
    paid_stars_amount: Number = None
    self_destruct_period_seconds: Number = None
    reactions: tuple[Reaction, ...] = ()
    # what happened
    action: str = ""
    actor: str | None = None
    actor_id: Number = None
    information_text: str = ""
    members: tuple[str | None, ...] = ()
    inviter: str | None = None
    new_creator: str | None = None
    title: str = ""
    new_title: str = ""
    message_id: Number = None
    discard_reason: str = ""
    duration: Number = None
    period: Number = None
