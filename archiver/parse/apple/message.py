"""Make an item of one row of the message table of Messages and of what its side tables add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from archiver.model import Attachment, Finding, Item, Kind, Member, Noted
from archiver.parse.apple import summary, typedstream
from archiver.parse.apple.people import Chat, People, typed
from archiver.parse.beside import Beside as Files
from archiver.parse.phone_backup import Backup
from archiver.parse.sqlite_beside import Rows
from archiver.parse.sqlite_table import Row, text_of, whole

UNKNOWN_TYPE = "W-H002"
NO_CHAT = "W-H003"
SALVAGED = "W-H004"
NOT_DECODED = "W-H005"
NO_SUMMARY = "W-H006"

COLUMNS = (
    "guid", "text", "attributedBody", "handle_id", "is_from_me", "date", "service", "item_type",
    "associated_message_type", "associated_message_guid", "associated_message_emoji",
    "group_action_type", "group_title", "other_handle", "thread_originator_guid", "date_read",
    "date_delivered", "date_edited", "date_retracted", "message_summary_info", "subject", "error",
    "balloon_bundle_id", "is_spam",
)  # fmt: skip
_PLACEHOLDER = "\ufffc"
_NO_CHAT = Chat("", "", "", False)
_TAPBACKS: Final = {0: "❤️", 1: "👍", 2: "👎", 3: "😂", 4: "‼️", 5: "❓", 7: "sticker"}
_EMOJI = 6
_POLL, _VOTE = "com.apple.messages.Polls", 4000
_NORMAL = frozenset({0, 2, 3})
_EVENTS: Final = {
    (1, 0): "member-added", (1, 1): "member-removed", (3, 0): "member-left",
    (3, 1): "picture-changed", (3, 2): "picture-removed", (3, 4): "settings-changed",
    (3, 6): "settings-changed",
}  # fmt: skip
_OTHER_EVENTS: Final = {
    2: "title-changed", 4: "location-sharing", 5: "audio-kept", 6: "call-notice",
}  # fmt: skip


class Sent(NamedTuple):
    """The columns of a message by name."""

    row: int
    guid: str
    text: Any
    body: Any
    handle: Any
    own: Any
    date: Any
    service: str
    item_type: int
    tap_type: int
    tap_guid: str
    tap_emoji: str
    action: int
    title: str
    other: Any
    origin: str
    read: Any
    delivered: Any
    edited: Any
    retracted: Any
    summary: Any
    subject: str
    error: int
    app: str
    spam: int


class _Speaker(NamedTuple):
    """What all plain messages of one person in one conversation have in common."""

    handle: str
    own: bool
    marks: tuple[str, ...]
    title: str
    values: dict[str, str]
    thread: str
    id: str


class Messages:
    """Makes items; `remarks` holds the findings about the last one."""

    def __init__(self, people: People, members: Sequence[Member], main: int) -> None:
        self._people, self._members, self._member = people, members, main
        self._files, self._backup = Files(members, main), Backup(members, main)
        self._speakers: dict[tuple[object, ...], _Speaker] = {}
        self.remarks: list[Finding] = []

    def plain(self, number: int, row: Row, beside: Rows) -> Item | None:
        """Make the item of a row that holds words and nothing else; None when there is more."""
        at, guid, text, body, handle, own, date, service, type_, tapped = row[:10]
        read, delivered, edited, retracted, _, subject, error, app, spam = row[16:]
        if (
            type_ or tapped or row[10] or row[15] or edited or retracted or subject or error or app
            or spam or len(beside) != 1 or type(guid) is not str or type(date) is not int
        ):  # fmt: skip
            return None
        if not text and isinstance(body, bytes):
            text, whole_ = typedstream.text_of(body) or ("", False)
            if not whole_:
                return None
        if type(text) is not str or _PLACEHOLDER in text or "chat" not in beside:
            return None
        chat = beside["chat"][0][0]
        speaker = self._speakers.get((chat, handle, own, service)) or self._speaker(chat, row)
        if speaker is None:
            return None
        return Item(
            number, self._member, 0, 0, Kind.MESSAGE, "text", str(date), speaker.handle, text,
            speaker.marks, (), guid, speaker.title, speaker.values, None, f"message/{at}",
            speaker.thread, speaker.id,
            tuple(_receipts(delivered, read, own=speaker.own)) if read or delivered else (),
        )  # fmt: skip

    def _speaker(self, chat: object, row: Row) -> _Speaker | None:
        """Look up who speaks where, once; None when that is in no conversation."""
        found = self._people.chats.get(chat) if type(chat) is int else None
        if found is None:
            return None
        sent = _sent(row)
        own = whole(sent.own) == 1
        handle = "" if own else self._people.handle(sent.handle)
        speaker = _Speaker(
            handle, own, ("own",) if own else (), found.title, self._values(sent, found),
            found.thread, typed(handle),
        )  # fmt: skip
        self._speakers[chat, row[4], row[5], row[7]] = speaker
        return speaker

    def item(self, number: int, row: Row, beside: Rows) -> Item:
        """Make the item of one row of the table ``message``."""
        sent = _sent(row)
        chat, gone = self._chat(number, sent, beside)
        own = whole(sent.own) == 1
        handle = "" if own else self._people.handle(sent.handle)
        told = self._summary(number, sent)
        text = self._text(number, sent)
        kind, type_, marks = self._kind(number, sent, beside, told, text)
        return Item(
            number, self._member, 0, 0, kind, type_, _time(sent.date), handle,
            "\n".join(filter(None, (sent.subject, text))),
            (*(("own",) if own else ()), *marks, *self._marks(sent, own, told, gone)),
            tuple(self._attachments(beside)), sent.guid, chat.title,
            self._values(sent, chat), None, f"message/{sent.row}", chat.thread, typed(handle),
            tuple(self._noted(sent, own, handle, beside, told, gone)),
        )  # fmt: skip

    def _chat(self, number: int, sent: Sent, beside: Rows) -> tuple[Chat, Row]:
        """Give the conversation, and when it was deleted from there, if it was."""
        rows, gone = beside.get("chat", ()), beside.get("gone", ())
        for row in (*rows, *gone):
            chat = self._people.chats.get(row[0]) if type(row[0]) is int else None
            if chat is not None:
                return chat, gone[0] if gone and not rows else ()
        self._remark(NO_CHAT, number, sent)
        return _NO_CHAT, gone[0] if gone else ()

    def _text(self, number: int, sent: Sent) -> str:
        """Give the words, without the signs that stand where an attachment is shown."""
        text = text_of(sent.text)
        if not text and isinstance(sent.body, bytes) and sent.body:
            taken = typedstream.text_of(sent.body)
            if taken is None or not taken.whole:
                self._remark(NOT_DECODED if taken is None else SALVAGED, number, sent)
            text = taken.text if taken else ""
        return text.replace(_PLACEHOLDER, "").strip() if _PLACEHOLDER in text else text

    def _kind(
        self, number: int, sent: Sent, beside: Rows, told: summary.Summary, text: str
    ) -> tuple[Kind, str, tuple[str, ...]]:
        own = whole(sent.own) == 1
        if sent.item_type:
            return Kind.EVENT, self._event(number, sent), ()
        if _is_tapback(sent.tap_type):
            return Kind.EVENT, "reaction", ()
        if sent.tap_type == _VOTE:
            return Kind.EVENT, "vote", ()
        if sent.tap_type not in _NORMAL:
            self._remark(UNKNOWN_TYPE, number, sent)
            return Kind.MESSAGE, "unknown", ()
        if (told.withdrawn or whole(sent.retracted)) and not text and "file" not in beside:
            return Kind.MESSAGE, "deleted", ("deleted-own" if own else "deleted",)
        if sent.app.endswith(_POLL):
            return Kind.MESSAGE, "poll", ()
        return Kind.MESSAGE, "media" if "file" in beside else "text", ()

    def _event(self, number: int, sent: Sent) -> str:
        name = _EVENTS.get((sent.item_type, sent.action)) or _OTHER_EVENTS.get(sent.item_type)
        if name is None:
            self._remark(UNKNOWN_TYPE, number, sent)
            return "unknown"
        if name == "member-added" and sent.other == sent.handle and whole(sent.other):
            return "number-changed"
        return name

    @staticmethod
    def _marks(sent: Sent, own: bool, told: summary.Summary, gone: Row) -> Iterator[str]:
        if whole(sent.edited) and (told.wordings or not told.withdrawn):
            yield "edited"
        if own and sent.error:
            yield "failed"
        if gone:
            yield "recently-deleted"
        if sent.spam:
            yield "spam"

    def _values(self, sent: Sent, chat: Chat) -> dict[str, str]:
        found = {"service": sent.service, "app": sent.app}
        if sent.item_type:
            found |= {
                "action": f"{sent.item_type}/{sent.action}", "title": sent.title,
                "object": self._people.handle(sent.other),
            }  # fmt: skip
        if _is_tapback(sent.tap_type):
            found["reaction"] = tapback(sent.tap_type, sent.tap_emoji)
            found["removed"] = "1" if sent.tap_type >= 3000 else ""
        if chat.guid != chat.thread:
            found["chat"] = chat.guid
        return {name: value for name, value in found.items() if value}

    def _attachments(self, beside: Rows) -> Iterator[Attachment]:
        for path, name, mime, size in beside.get("file", ()):
            where, shown = text_of(path), text_of(name)
            index = self._backup.find("MediaDomain", _below_library(where))
            if index is None:
                yield self._files.attachment(
                    where, name=shown, media_type=text_of(mime), size=whole(size) or None
                )
            else:
                member = self._members[index]
                shown = shown or where.rpartition("/")[2]
                yield Attachment(shown, text_of(mime), member.size, member.sha256, index)

    def _noted(
        self, sent: Sent, own: bool, handle: str, beside: Rows, told: summary.Summary, gone: Row
    ) -> Iterator[Noted]:
        if target := _target(sent.tap_guid):
            yield Noted("reply", target)
        elif sent.origin:
            yield Noted("reply", sent.origin)
        for wording in told.wordings:
            yield Noted("edit", wording.text, "own" if own else handle, wording.time_text)
        if told.withdrawn or whole(sent.retracted):
            when = _time(sent.retracted) or _time(sent.edited)
            yield Noted("deleted", "", "own" if own else handle, when)
        if gone:
            yield Noted("deleted", "", "own", _time(gone[1]))
        yield from _receipts(sent.delivered, sent.read, own=own)
        for type_, emoji, by_own, by, date in beside.get("tapback", ()):
            if whole(type_) < 3000:
                who = "own" if whole(by_own) == 1 else self._people.handle(by)
                yield Noted("reaction", tapback(whole(type_), text_of(emoji)), who, _time(date))

    def _summary(self, number: int, sent: Sent) -> summary.Summary:
        """Read what became of the message; of one that was never changed there is nothing."""
        changed = whole(sent.edited) or whole(sent.retracted)
        if not changed or not isinstance(sent.summary, bytes):
            return _NOTHING
        try:
            return summary.read(sent.summary)
        except ValueError:
            self._remark(NO_SUMMARY, number, sent)
            return _NOTHING

    def _remark(self, code: str, number: int, sent: Sent) -> None:
        values: dict[str, str | int] = {
            "node": f"message/{sent.row}", "type": f"{sent.item_type}/{sent.tap_type}",
        }  # fmt: skip
        self.remarks.append(Finding(code, values, self._member, item=number))


_NOTHING = summary.Summary((), 0)


def tapback(type_: int, emoji: str) -> str:
    """Give the sign of a tapback."""
    number = type_ % 1000
    return emoji if number == _EMOJI else _TAPBACKS.get(number, emoji)


def _is_tapback(type_: int) -> bool:
    return 2000 <= type_ <= 2007 or 3000 <= type_ <= 3007 or type_ == 1000


def _target(reference: str) -> str:
    """Take the guid out of a reference to a part of a message (``p:0/GUID``, ``bp:GUID``)."""
    if reference.startswith("p:"):
        return reference.partition("/")[2]
    return reference.removeprefix("bp:")


def _sent(row: Row) -> Sent:
    return Sent(
        row[0], text_of(row[1]), row[2], row[3], row[4], row[5], row[6], text_of(row[7]),
        whole(row[8]), whole(row[9]), text_of(row[10]), text_of(row[11]), whole(row[12]),
        text_of(row[13]), row[14], text_of(row[15]), row[16], row[17], row[18], row[19], row[20],
        text_of(row[21]), whole(row[22]), text_of(row[23]), whole(row[24]),
    )  # fmt: skip


def _receipts(delivered: object, read: object, *, own: bool) -> Iterator[Noted]:
    """Say when a message was delivered and read, by the holder where another sent it."""
    if when := _time(delivered):
        yield Noted("delivered", "", "" if own else "own", when)
    if when := _time(read):
        yield Noted("read", "", "" if own else "own", when)


def _time(value: object) -> str:
    return text_of(value) if value else ""


def _below_library(path: str) -> str:
    """Give where a file lay on the phone: its path from the folder Library on."""
    start = path.find("Library/")
    return path[start:] if start >= 0 else path
