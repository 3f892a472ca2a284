"""What Microsoft Graph writes of one message of Teams (resource ``chatMessage``, version 1.0).

What is not named here stays in the original.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct


class Identity(Struct, frozen=True, gc=False, rename="camel"):
    """A person, a program or a device."""

    id: str | None = None
    display_name: str | None = None
    user_identity_type: str | None = None


class IdentitySet(Struct, frozen=True, gc=False, rename="camel"):
    """Who acted: one of these."""

    user: Identity | None = None
    application: Identity | None = None
    device: Identity | None = None
    conversation: Identity | None = None

    @property
    def one(self) -> Identity | None:
        """The one that is there."""
        return self.user or self.application or self.device or self.conversation


class Body(Struct, frozen=True, gc=False, rename="camel"):
    """The words, as text or as HTML."""

    content_type: str | None = None
    content: str | None = None


class Attached(Struct, frozen=True, gc=False, rename="camel"):
    """A file, a card, or (content type ``messageReference``) a message that is quoted."""

    id: str | None = None
    content_type: str | None = None
    content_url: str | None = None
    content: str | None = None
    name: str | None = None


class Reaction(Struct, frozen=True, gc=False, rename="camel"):
    """Who reacted how, and when."""

    reaction_type: str | None = None
    display_name: str | None = None
    created_date_time: str | None = None
    user: IdentitySet | None = None


class Actions(Struct, frozen=True, gc=False, rename="camel"):
    """One entry of the history of a message."""

    modified_date_time: str | None = None
    actions: str | None = None
    reaction: Reaction | None = None


class Channel(Struct, frozen=True, gc=False, rename="camel"):
    """The channel of a team."""

    team_id: str | None = None
    channel_id: str | None = None


class PolicyViolation(Struct, frozen=True, gc=False, rename="camel"):
    """That a rule of the organisation blocked the message."""

    dlp_action: str | None = None


class Entry(Struct, frozen=True, gc=False, rename="camel"):
    """One message or event."""

    id: str = ""
    reply_to_id: str | None = None
    message_type: str | None = None
    created_date_time: str | None = None
    last_edited_date_time: str | None = None
    deleted_date_time: str | None = None
    subject: str | None = None
    summary: str | None = None
    chat_id: str | None = None
    importance: str | None = None
    from_: IdentitySet | None = msgspec.field(name="from", default=None)
    body: Body | None = None
    channel_identity: Channel | None = None
    policy_violation: PolicyViolation | None = None
    event_detail: dict[str, object] | None = None
    attachments: tuple[Attached, ...] | None = None
    reactions: tuple[Reaction, ...] | None = None
    message_history: tuple[Actions, ...] | None = None


class Reference(Struct, frozen=True, gc=False, rename="camel"):
    """The content of an attachment that quotes a message."""

    message_id: str | None = None
    message_preview: str | None = None
    message_sender: IdentitySet | None = None
