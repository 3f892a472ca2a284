"""The frames of Signal's backup format as its JSON writes them; only what an archive keeps.

From the message definitions of libsignal (``backup.proto``, 2024 to 2026) in the JSON mapping of
Protocol Buffers 3: fields at their default are left out, 64-bit numbers are strings, bytes are
base64, an enumeration is its name or, when newer than the writer, a number. Keys that Signal
writes beside these values (of the account, of profiles, groups, stickers and files) have no field
here, so that none can come into an item.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct


class _Object(Struct, rename="camel"):
    """A message of the format; its fields are written in camel case."""


class Text(_Object, gc=False):
    """Words, with styles and mentions that say where they hold."""

    body: str = ""


class Locator(_Object, gc=False):
    """Where the bytes of a file are; the digest is SHA-256 of the plain bytes in base64."""

    plaintext_hash: str = ""
    size: int | None = None


class Pointer(_Object, gc=False):
    """A file that a message refers to."""

    content_type: str = ""
    file_name: str = ""
    caption: str = ""
    locator_info: Locator | None = None


class Attached(_Object, gc=False):
    """A file of a message and how it is shown."""

    pointer: Pointer | None = None
    flag: str | int = ""


class Reaction(_Object, gc=False):
    """An emoji that somebody put under a message."""

    emoji: str = ""
    author_id: int = 0
    sent_timestamp: int = 0


class Quote(_Object, gc=False):
    """The message that is replied to."""

    target_sent_timestamp: int | None = None
    author_id: int = 0
    text: Text | None = None


class Preview(_Object, gc=False):
    """What a link leads to, as the sender's phone saw it."""

    url: str = ""
    title: str = ""


class Standard(_Object, gc=False):
    """Words, files, or both."""

    quote: Quote | None = None
    text: Text | None = None
    attachments: tuple[Attached, ...] = ()
    link_preview: tuple[Preview, ...] = ()
    long_text: Pointer | None = None
    reactions: tuple[Reaction, ...] = ()


class CardName(_Object, gc=False):
    """The name on a visiting card."""

    given_name: str = ""
    family_name: str = ""
    prefix: str = ""
    suffix: str = ""
    middle_name: str = ""
    nickname: str = ""


class CardValue(_Object, gc=False):
    """A number or address on a visiting card."""

    value: str = ""


class Card(_Object, gc=False):
    """A visiting card."""

    name: CardName | None = None
    number: tuple[CardValue, ...] = ()
    email: tuple[CardValue, ...] = ()
    organization: str = ""


class Contacted(_Object, gc=False):
    """A message that is a visiting card."""

    contact: Card | None = None
    reactions: tuple[Reaction, ...] = ()


class Sticker(_Object, gc=False):
    """A sticker, and the emoji it stands for."""

    emoji: str = ""
    data: Pointer | None = None


class Stickered(_Object, gc=False):
    """A message that is a sticker."""

    sticker: Sticker | None = None
    reactions: tuple[Reaction, ...] = ()


class Once(_Object, gc=False):
    """A message to be seen once; the export leaves its file out."""

    attachment: Attached | None = None
    reactions: tuple[Reaction, ...] = ()


class StoryText(_Object, gc=False):
    """Words said about a story."""

    text: Text | None = None
    long_text: Pointer | None = None


class StoryReply(_Object, gc=False):
    """An answer to a story."""

    text_reply: StoryText | None = None
    emoji: str = ""
    reactions: tuple[Reaction, ...] = ()


class Vote(_Object, gc=False):
    """Who chose an option."""

    voter_id: int = 0


class Option(_Object, gc=False):
    """An option of a poll."""

    option: str = ""
    votes: tuple[Vote, ...] = ()


class Poll(_Object, gc=False):
    """A question with options."""

    question: str = ""
    allow_multiple: bool = False
    options: tuple[Option, ...] = ()
    has_ended: bool = False
    reactions: tuple[Reaction, ...] = ()


class Admin(_Object, gc=False):
    """The administrator who removed a message."""

    admin_id: int = 0


class Payment(_Object, gc=False):
    """A payment that was announced."""

    amount_mob: str = ""
    note: str = ""


class Badge(_Object, gc=False):
    """A donation made in somebody's name."""

    state: str | int = ""


class Incoming(_Object, gc=False):
    """When a message came in; times in milliseconds since 1970, kept as they are written."""

    date_received: str | int = 0
    date_server_sent: str | int | None = None
    read: bool = False


class Status(_Object, gc=False):
    """How far a message came with one of its recipients."""

    recipient_id: int = 0
    timestamp: int = 0
    delivered: dict[str, Any] | None = None
    read: dict[str, Any] | None = None
    viewed: dict[str, Any] | None = None
    failed: dict[str, Any] | None = None


class Outgoing(_Object, gc=False):
    """What became of a message that the account sent."""

    send_status: tuple[Status, ...] = ()


class Pin(_Object, gc=False):
    """Since when a message is pinned."""

    pinned_at_timestamp: int = 0


class ChatItem(_Object, gc=False):
    """One message or event; `revisions` are its earlier wordings, oldest first."""

    chat_id: int = 0
    author_id: int = 0
    date_sent: int = 0
    expires_in_ms: int | None = None
    revisions: tuple[ChatItem, ...] = ()
    sms: bool = False
    incoming: Incoming | None = None
    outgoing: Outgoing | None = None
    standard_message: Standard | None = None
    contact_message: Contacted | None = None
    sticker_message: Stickered | None = None
    remote_deleted_message: dict[str, Any] | None = None
    admin_deleted_message: Admin | None = None
    update_message: dict[str, Any] | None = None
    payment_notification: Payment | None = None
    gift_badge: Badge | None = None
    view_once_message: Once | None = None
    direct_story_reply_message: StoryReply | None = None
    poll: Poll | None = None
    pin_details: Pin | None = None


class Contact(_Object, gc=False):
    """A person: identifiers in base64, and every name that the phone knows."""

    aci: str = ""
    pni: str = ""
    username: str = ""
    e164: int | None = None
    profile_given_name: str = ""
    profile_family_name: str = ""
    nickname: dict[str, Any] | None = None
    system_given_name: str = ""
    system_family_name: str = ""
    system_nickname: str = ""


class Blob(_Object, gc=False):
    """A group's title."""

    title: str = ""


class Snapshot(_Object, gc=False):
    """A group as the phone last knew it."""

    title: Blob | None = None


class Group(_Object, gc=False):
    """A group; `master_key` is a secret and only its digest ever leaves `people`."""

    master_key: str = ""
    snapshot: Snapshot | None = None


class Named(_Object, gc=False):
    """A list or link that has a name."""

    name: str = ""


class Listed(_Object, gc=False):
    """A list for stories."""

    distribution_id: str = ""
    distribution_list: Named | None = None


class Recipient(_Object, gc=False):
    """Somebody or something that a chat is with; `id` holds within the file."""

    id: int = 0
    contact: Contact | None = None
    group: Group | None = None
    distribution_list: Listed | None = None
    self_: dict[str, Any] | None = msgspec.field(default=None, name="self")
    release_notes: dict[str, Any] | None = None
    call_link: Named | None = None


class Chat(_Object, gc=False):
    """A conversation with a recipient; `id` holds within the file."""

    id: int = 0
    recipient_id: int = 0


class AdHocCall(_Object, gc=False):
    """A call by a link."""

    call_id: int = 0
    recipient_id: int = 0
    call_timestamp: int = 0


class Owner(_Object, gc=False):
    """The names of the account's holder."""

    given_name: str = ""
    family_name: str = ""


class Frame(_Object, gc=False):
    """One line; exactly one of these is there. What is not read is only recognised."""

    chat_item: ChatItem | None = None
    recipient: Recipient | None = None
    chat: Chat | None = None
    account: Owner | None = None
    ad_hoc_call: AdHocCall | None = None
    sticker_pack: Any = None
    notification_profile: Any = None
    chat_folder: Any = None
    backup_time_ms: Any = None


decode = msgspec.json.Decoder(Frame, strict=False).decode
"""Decode a line; numbers may be strings."""
