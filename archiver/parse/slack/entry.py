"""What a Slack export writes of one message, and of people and conversations.

Only what is read is named; every other member stays in the original.
"""

from __future__ import annotations

from msgspec import Struct, field


class Edited(Struct, frozen=True, gc=False):
    """Who changed a message last, and when."""

    user: str | None = None
    ts: str | None = None


class Reaction(Struct, frozen=True, gc=False):
    """One emoji under a message; `users` may be cut short, `count` is not."""

    name: str = ""
    users: tuple[str, ...] = ()
    count: int | None = None


class File(Struct, frozen=True, gc=False):
    """A file that was shared; an export holds only where it stood."""

    id: str = ""
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None
    mode: str | None = None


class Unfurled(Struct, frozen=True, gc=False):
    """What Slack calls an attachment: a message of a program, a preview, or a shared message."""

    text: str | None = None
    fallback: str | None = None
    pretext: str | None = None
    title: str | None = None
    author_id: str | None = None
    author_name: str | None = None
    service_name: str | None = None
    ts: str | int | float | None = None
    is_share: bool | None = None
    is_msg_unfurl: bool | None = None


class Version(Struct, frozen=True, gc=False):
    """A wording of a message inside an entry that tells of its change."""

    text: str | None = None
    user: str | None = None
    ts: str | None = None


class Profile(Struct, frozen=True, gc=False):
    """What a person calls themself."""

    real_name: str | None = None
    display_name: str | None = None
    name: str | None = None
    email: str | None = None


class Entry(Struct, frozen=True, gc=False):
    """One entry of a day's file."""

    ts: str = ""
    type: str = ""
    subtype: str | None = None
    user: str | None = None
    text: str | None = None
    username: str | None = None
    bot_id: str | None = None
    bot_profile: Profile | None = None
    user_profile: Profile | None = None
    thread_ts: str | None = None
    edited: Edited | None = None
    reactions: tuple[Reaction, ...] | None = None
    files: tuple[File | None, ...] | None = None
    file: File | None = None
    attachments: tuple[Unfurled, ...] | None = None
    pinned_to: tuple[str, ...] | None = None
    inviter: str | None = None
    topic: str | None = None
    purpose: str | None = None
    name: str | None = None
    old_name: str | None = None
    message: Version | None = None
    original: Version | None = None
    previous_message: Version | None = None
    deleted_ts: str | None = None


class Person(Struct, frozen=True, gc=False):
    """One entry of ``users.json``."""

    id: str = ""
    name: str | None = None
    real_name: str | None = None
    profile: Profile | None = None


class Channel(Struct, frozen=True, gc=False):
    """One entry of ``channels.json``, ``groups.json``, ``dms.json`` or ``mpims.json``."""

    id: str = ""
    name: str | None = None
    members: tuple[str, ...] = field(default_factory=tuple)
