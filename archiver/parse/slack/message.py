"""Make the item of one entry of a Slack export."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from archiver.format import Source
from archiver.model import Attachment, Item, Kind, Noted
from archiver.parse.beside import NOT_EXPORTED, WITHDRAWN, Beside
from archiver.parse.json_messages import Message
from archiver.parse.slack.directory import Directory
from archiver.parse.slack.entry import Entry, File, Unfurled

UNKNOWN = "unknown"
_STONE = "tombstone"
"""What stands in the place of a message that was taken back but has answers."""

_MESSAGES = frozenset(
    {"bot_message", "me_message", "thread_broadcast", "reply_broadcast", "file_share"}
    | {"file_comment", "file_mention", "slackbot_response", "document_mention"}
)
_CALLS = frozenset({"huddle_thread", "sh_room_created", "sh_room_shared"})
_EVENTS = {
    "channel_join": "member-joined",
    "channel_leave": "member-left",
    "channel_topic": "description-changed",
    "channel_purpose": "description-changed",
    "channel_name": "title-changed",
    "channel_archive": "conversation-archived",
    "channel_unarchive": "conversation-reopened",
    "channel_convert_to_private": "settings-changed",
    "channel_convert_to_public": "settings-changed",
    "channel_posting_permissions": "settings-changed",
    "channel_canvas_updated": "document-changed",
    "tabbed_canvas_updated": "document-changed",
    "pinned_item": "pinned",
    "unpinned_item": "unpinned",
    "bot_add": "program-added",
    "bot_remove": "program-removed",
    "bot_enable": "program-added",
    "bot_disable": "program-removed",
    "app_conversation_join": "program-added",
    "app_conversation_leave": "program-removed",
    "reminder_add": "reminder-added",
    "reminder_delete": "reminder-removed",
    "message_changed": "message-edited",
    "message_deleted": "message-deleted",
    "message_replied": "message-replied",
    "ekm_access_denied": "access-denied",
}


class Messages:
    """Reads the entries of one file."""

    def __init__(self, source: Source, directory: Directory) -> None:
        """Prepare what is the same for every entry."""
        self._source, self._directory = source, directory
        self._main = source.main

    @cached_property
    def _beside(self) -> Beside:
        """The files beside the messages, put in order when the first one is named."""
        return Beside(self._source.members, self._source.main)

    def item(self, found: Message[Entry], number: int) -> Item:
        """Give the item of an entry."""
        entry, directory = found.value, self._directory
        kind, type_ = _kind(entry)
        sender, sender_id = self._sender(entry)
        return Item(
            number,
            self._main,
            found.offset,
            found.length,
            kind,
            type_,
            entry.ts.partition(".")[0],
            sender,
            _text(entry),
            _marks(entry),
            tuple(self._files(entry)),
            entry.ts,
            directory.title,
            dict(_values(entry)),
            thread=directory.thread,
            sender_id=sender_id,
            noted=tuple(_noted(entry)),
        )

    def _sender(self, entry: Entry) -> tuple[str, str]:
        if entry.subtype == _STONE:
            return "", ""  # Slack's own program set it; whose message it was is no longer said
        code = entry.user or entry.bot_id or ""
        told = entry.user_profile or entry.bot_profile
        own = (told.display_name or told.real_name or told.name or "") if told else ""
        label = self._directory.name(code) or own or entry.username or ""
        return label, f"slack:{code}" if code else ""

    def _files(self, entry: Entry) -> Iterator[Attachment]:
        """Link files that a tool put beside the export; Slack itself gives addresses only."""
        for file in (*(entry.files or ()), entry.file):
            if file is None:
                continue
            name, media = file.name or file.title or file.id, file.mimetype or ""
            if file.mode == "tombstone":
                yield Attachment(name, media, file.size, missing=WITHDRAWN)
                continue
            yield self._linked(file, name, media)

    def _linked(self, file: File, name: str, media: str) -> Attachment:
        """Link by the file's code in the path: a name alone, such as image.png, proves nothing."""
        for path in (f"{file.id}/{name}", f"{file.id}-{name}") if file.id else ():
            found = self._beside.attachment(path, name=name, media_type=media, size=file.size)
            if found.member is not None and file.id in self._source.members[found.member].name:
                return found
        return Attachment(name, media, file.size, missing=NOT_EXPORTED)


def _kind(entry: Entry) -> tuple[Kind, str]:
    subtype = entry.subtype or ""
    if subtype == _STONE:
        return Kind.MESSAGE, "deleted"
    if subtype in _EVENTS or subtype.replace("group_", "channel_") in _EVENTS:
        return Kind.EVENT, _EVENTS[subtype if subtype in _EVENTS else f"channel_{subtype[6:]}"]
    if subtype in _CALLS:
        return Kind.MESSAGE, "call"
    if entry.type != "message" or (subtype and subtype not in _MESSAGES):
        return Kind.MESSAGE, UNKNOWN
    return Kind.MESSAGE, "media" if entry.files or entry.file else "text"


def _text(entry: Entry) -> str:
    """Give the words; of what a program said, those of its attachments when it has no others."""
    version = entry.message or entry.original or entry.previous_message
    if entry.text or version:
        return entry.text or (version.text if version else "") or ""
    return "\n".join(filter(None, map(_said, entry.attachments or ())))


def _said(one: Unfurled) -> str:
    words = "\n".join(filter(None, (one.pretext, one.title, one.text)))
    return words or one.fallback or ""


def _marks(entry: Entry) -> tuple[str, ...]:
    marks = []
    if entry.edited is not None:
        marks.append("edited")
    if entry.subtype == _STONE:
        marks.append("deleted")
    if any(each.is_share for each in entry.attachments or ()):
        marks.append("forwarded")
    return tuple(marks)


def _values(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.subtype:
        yield "subtype", entry.subtype
    if entry.subtype == _STONE and entry.user:
        yield "user", entry.user
    if entry.edited is not None and entry.edited.ts:
        yield "edited", entry.edited.ts
    for name in ("inviter", "topic", "purpose", "name", "old_name"):
        if value := getattr(entry, name):
            yield name, value


def _noted(entry: Entry) -> Iterator[Noted]:
    if entry.thread_ts and entry.thread_ts != entry.ts:
        yield Noted("reply", entry.thread_ts)
    for reaction in entry.reactions or ():
        for user in reaction.users:
            yield Noted("reaction", reaction.name, f"slack:{user}")
    for channel in entry.pinned_to or ():
        yield Noted("pinned", channel)
    yield from _quoted(entry)
    yield from _changed(entry)


def _quoted(entry: Entry) -> Iterator[Noted]:
    """Give what is shown under the words: a shared message, or the preview of a page."""
    if not entry.text:
        return
    for one in entry.attachments or ():
        if said := _said(one):
            by = one.author_id and f"slack:{one.author_id}"
            kind = "forwarded" if one.is_share else "quote"
            name = by or one.author_name or one.service_name or ""
            yield Noted(kind, said, name, str(one.ts or ""))


def _changed(entry: Entry) -> Iterator[Noted]:
    """Give what an entry of a full export says of the change of another message."""
    before = entry.original or entry.previous_message
    about = entry.deleted_ts or (entry.message or before or entry).ts
    if entry.subtype not in ("message_changed", "message_deleted") or not about:
        return
    yield Noted("reply", about)
    if entry.subtype == "message_deleted":
        yield Noted("deleted", about)
    elif before is not None and before.text:
        yield Noted("edit", before.text, f"slack:{before.user}" if before.user else "")
