"""Make the item of one message of Teams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from archiver.format import Source
from archiver.model import Attachment, Item, Kind, Noted
from archiver.parse import hypertext
from archiver.parse.beside import NOT_EXPORTED, NOT_HANDED_IN, Beside
from archiver.parse.json_messages import Message
from archiver.parse.teams.entry import Attached, Entry, IdentitySet, Reference

UNKNOWN = "unknown"
REFERENCES = ("messageReference", "forwardedMessageReference")

_EMOJI = re.compile(r"<emoji\b[^>]*?\balt=\"([^\"]*)\"[^>]*>(?:</emoji>)?", re.IGNORECASE)
_HOSTED = re.compile(r"hostedContents/([A-Za-z0-9_=-]{8,})/")
_EVENTS = {
    "callEnded": "call",
    "callStarted": "call",
    "callRecording": "call-recorded",
    "callTranscript": "call-transcribed",
    "channelAdded": "channel-added",
    "channelDeleted": "channel-removed",
    "channelDescriptionUpdated": "description-changed",
    "channelRenamed": "title-changed",
    "chatRenamed": "title-changed",
    "channelSetAsFavoriteByDefault": "settings-changed",
    "channelUnsetAsFavoriteByDefault": "settings-changed",
    "conversationMemberRoleUpdated": "admin-changed",
    "meetingPolicyUpdated": "settings-changed",
    "membersAdded": "member-added",
    "membersDeleted": "member-removed",
    "membersJoined": "member-joined",
    "membersLeft": "member-left",
    "messagePinned": "pinned",
    "messageUnpinned": "unpinned",
    "tabUpdated": "settings-changed",
    "teamArchived": "conversation-archived",
    "teamCreated": "group-created",
    "teamDescriptionUpdated": "description-changed",
    "teamJoiningEnabled": "settings-changed",
    "teamJoiningDisabled": "settings-changed",
    "teamRenamed": "title-changed",
    "teamUnarchived": "conversation-reopened",
    "teamsAppInstalled": "program-added",
    "teamsAppRemoved": "program-removed",
    "teamsAppUpgraded": "program-added",
}


class Messages:
    """Reads the messages of one file."""

    def __init__(self, source: Source) -> None:
        """Prepare what is the same for every message."""
        self._source, self._main = source, source.main

    @cached_property
    def _beside(self) -> Beside:
        """The files beside the messages, put in order when the first one is named."""
        return Beside(self._source.members, self._source.main)

    def item(self, found: Message[Entry], number: int) -> Item:
        """Give the item of a message."""
        entry = found.value
        kind, type_ = _kind(entry)
        sender, sender_id = _who(entry.from_)
        channel = entry.channel_identity
        thread = entry.chat_id or (channel and channel.channel_id) or ""
        return Item(
            number,
            self._main,
            found.offset,
            found.length,
            kind,
            type_,
            entry.created_date_time or "",
            sender,
            _text(entry),
            tuple(_marks(entry)),
            tuple(self._files(entry)),
            entry.id,
            thread,
            dict(_values(entry)),
            thread=thread,
            sender_id=sender_id,
            noted=tuple(_noted(entry)),
        )

    def _files(self, entry: Entry) -> Iterator[Attachment]:
        """Link what was handed in; Graph itself gives addresses only."""
        for one in entry.attachments or ():
            if one.content_type in REFERENCES:
                continue
            name = one.name or (one.content_url or "").rpartition("/")[2] or one.content_type or ""
            media = one.content_type if one.content_type and "/" in one.content_type else ""
            yield self._linked(f"{one.id or ''}/{name}", name, media)
        for name in dict.fromkeys(_HOSTED.findall(_html(entry))):
            yield self._linked(name, name, "")

    def _linked(self, path: str, name: str, media: str) -> Attachment:
        found = self._beside.attachment(path, name=name, media_type=media)
        if found.missing == NOT_HANDED_IN:
            return Attachment(name, media, missing=NOT_EXPORTED)
        return found


def _kind(entry: Entry) -> tuple[Kind, str]:
    if entry.message_type in ("systemEventMessage", "chatEvent") or entry.event_detail:
        type_ = _EVENTS.get(_event(entry), UNKNOWN)
        return Kind.MESSAGE if type_ == "call" else Kind.EVENT, type_
    if entry.message_type not in ("message", None):
        return Kind.MESSAGE, UNKNOWN
    if entry.deleted_date_time:
        return Kind.MESSAGE, "deleted"
    files = any(one.content_type not in REFERENCES for one in entry.attachments or ())
    return Kind.MESSAGE, "media" if files or _HOSTED.search(_html(entry)) else "text"


def _event(entry: Entry) -> str:
    """Give the name of the event, out of the type that Graph names."""
    named = str((entry.event_detail or {}).get("@odata.type", ""))
    return named.rpartition(".")[2].removesuffix("EventMessageDetail")


def _who(found: IdentitySet | None) -> tuple[str, str]:
    """Give label and identifier: those of people and programs hold within the organisation."""
    one = found.one if found else None
    if one is None:
        return "", ""
    scheme = "entra" if found and found.user else "teams"
    return one.display_name or "", f"{scheme}:{one.id}" if one.id else ""


def _html(entry: Entry) -> str:
    body = entry.body
    return (body.content or "") if body and body.content_type == "html" else ""


def _text(entry: Entry) -> str:
    """Give the words, of HTML without its marks; a subject stands on a line above them."""
    body = entry.body
    words = (body.content or "") if body else ""
    if body and body.content_type == "html":
        words = hypertext.text(_EMOJI.sub(lambda match: match[1], words))
    return "\n".join(filter(None, (entry.subject, words)))


def _marks(entry: Entry) -> Iterator[str]:
    if entry.last_edited_date_time:
        yield "edited"
    if entry.deleted_date_time:
        yield "deleted"
    if any(one.content_type == REFERENCES[1] for one in entry.attachments or ()):
        yield "forwarded"


def _values(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.last_edited_date_time:
        yield "edited", entry.last_edited_date_time
    if entry.event_detail:
        yield "event", _event(entry)
        yield "detail", msgspec.json.encode(entry.event_detail).decode()
    if entry.importance and entry.importance != "normal":
        yield "importance", entry.importance
    if entry.channel_identity and entry.channel_identity.team_id:
        yield "team", entry.channel_identity.team_id
    if entry.policy_violation and entry.policy_violation.dlp_action not in (None, "none"):
        yield "policy", str(entry.policy_violation.dlp_action)


def _noted(entry: Entry) -> Iterator[Noted]:
    if entry.reply_to_id:
        yield Noted("reply", entry.reply_to_id)
    for one in entry.attachments or ():
        yield from _quoted(one)
    for reaction in entry.reactions or ():
        name, number = _who(reaction.user)
        sign = reaction.reaction_type or reaction.display_name or ""
        yield Noted("reaction", sign, number or name, reaction.created_date_time or "")
    if entry.deleted_date_time:
        yield Noted("deleted", "", "", entry.deleted_date_time)


def _quoted(one: Attached) -> Iterator[Noted]:
    """Give the message that an attachment of this kind quotes or passes on."""
    if one.content_type not in REFERENCES:
        return
    try:
        told = msgspec.json.decode(one.content or "", type=Reference)
    except (msgspec.DecodeError, RecursionError):
        told = Reference(one.id)
    if one.content_type == REFERENCES[1]:
        yield Noted("forwarded", told.message_preview or "", _who(told.message_sender)[1])
        return
    if told.message_id:
        yield Noted("reply", told.message_id)
    if told.message_preview:
        yield Noted("quote", told.message_preview, _who(told.message_sender)[1])
