"""What a Google Chat export writes of one message; what is not named stays in the original."""

from __future__ import annotations

from msgspec import Struct


class Person(Struct, frozen=True, gc=False):
    """Who wrote or takes part."""

    name: str | None = None
    email: str | None = None


class AttachedFile(Struct, frozen=True, gc=False):
    """A file beside the messages, under a name that the export gave it."""

    original_name: str | None = None
    export_name: str | None = None


class DriveFile(Struct, frozen=True, gc=False):
    """A document that the message points to."""

    id: str | None = None
    title: str | None = None


class Annotation(Struct, frozen=True, gc=False):
    """A link, mention or document within the words."""

    drive_metadata: DriveFile | None = None


class Emoji(Struct, frozen=True, gc=False):
    """A sign of its own, or one of the organisation by name."""

    unicode: str | None = None
    name: str | None = None


class Reaction(Struct, frozen=True, gc=False):
    """Who reacted with one sign."""

    emoji: Emoji | None = None
    reactor_emails: tuple[str, ...] | None = None


class Quoted(Struct, frozen=True, gc=False):
    """The message that is quoted."""

    creator: Person | None = None
    text: str | None = None
    message_id: str | None = None


class Version(Struct, frozen=True, gc=False):
    """An earlier wording, oldest first."""

    text: str | None = None
    created_date: str | None = None
    updated_date: str | None = None


class Deletion(Struct, frozen=True, gc=False):
    """By whom a message was deleted."""

    deletion_type: str | None = None


class Entry(Struct, frozen=True, gc=False):
    """One message."""

    creator: Person | None = None
    created_date: str | None = None
    updated_date: str | None = None
    text: str | None = None
    topic_id: str | None = None
    message_id: str | None = None
    message_state: str | None = None
    attached_files: tuple[AttachedFile, ...] | None = None
    annotations: tuple[Annotation, ...] | None = None
    quoted_message_metadata: Quoted | None = None
    reactions: tuple[Reaction, ...] | None = None
    previous_message_versions: tuple[Version, ...] | None = None
    deletion_metadata: Deletion | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether only the place of the message is left."""
        return self.message_state == "DELETED" or self.deletion_metadata is not None


class GroupInfo(Struct, frozen=True, gc=False):
    """``group_info.json``: a space has a name, a direct conversation only members."""

    name: str | None = None
    members: tuple[Person, ...] | None = None


class UserInfo(Struct, frozen=True, gc=False):
    """``user_info.json``: whose export it is."""

    user: Person | None = None
