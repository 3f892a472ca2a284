"""Make an item of one message of an Android phone's database and of what its side tables add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archiver.model import Attachment, Item, Kind, Noted
from archiver.parse.sqlite_beside import NOTHING, Rows, first
from archiver.parse.sqlite_table import Row, text_of, whole
from archiver.parse.whatsapp_database import kinds
from archiver.parse.whatsapp_database.card import card_text
from archiver.parse.whatsapp_database.making import NO_CHAT, UNSEEN, Codes, Making, Sent, Speaker
from archiver.parse.whatsapp_database.media import Media, Told
from archiver.parse.whatsapp_database.names import GROUP, Chat
from archiver.parse.whatsapp_database.people import People

_CODES = Codes(unknown_type="W-B004", no_chat="W-B005", other_content="W-B006")

COLUMNS = (
    "chat_row_id", "from_me", "key_id", "sender_jid_row_id", "timestamp", "message_type",
    "text_data", "starred", "origination_flags",
)  # fmt: skip
_STATUS = "status@broadcast"
_WORDS = ("template", "product", "order", "event", "invite", "element")


class Messages(Making):
    """Makes items; `remarks` holds the findings about the last one."""

    def __init__(self, people: People, chats: dict[int, Chat], media: Media, member: int) -> None:
        """Begin with the conversations by row."""
        super().__init__(people, media, member, _CODES)
        self._people, self._chats = people, chats

    def plain(self, number: int, row: Row) -> Item | None:
        """Make the item of a row that holds words and nothing else; None when there is more.

        Nine messages in ten are such, and what is to be looked up for them is known already.
        """
        at, chat, own, key, sender, time, type_, text, starred, flags = row
        if (
            type_ != kinds.TEXT
            or starred
            or flags
            or type(text) is not str
            or type(key) is not str
            or type(time) is not int
        ):
            return None
        speaker = self._speakers.get((chat, own, sender), UNSEEN)
        if speaker is UNSEEN:
            speaker = self._speaker(row)
        if speaker is None:
            return None
        return Item(
            number, self._member, 0, 0, Kind.MESSAGE, "text", str(time), speaker.name, text,
            speaker.marks, (), speaker.direction + key, speaker.title, speaker.values, None,
            f"message/{at}", speaker.thread, speaker.id,
        )  # fmt: skip

    def _speaker(self, row: Row) -> Speaker | None:
        """Look up who speaks where, once; None when it must be looked at each time."""
        sent = self.sent(row)
        is_plain = sent.chat.thread and sent.chat.raw != _STATUS and sent.key != "-1"
        speaker = self._speakers[row[1], row[2], row[4]] = self._spoken(sent) if is_plain else None
        return speaker

    def item(self, number: int, sent: Sent, beside: Rows) -> Item:
        """Make the item of one message."""
        own = ("own",) if sent.own else ()
        node = sent.node
        name, sender_id, values = self._person(sent.chat, sent.sender)
        key = _native_id(sent, beside)
        kind, type_, marks = self._kind(number, sent, beside)
        values = values | self._values(sent, beside)
        return Item(
            number, self._member, 0, 0, kind, type_, sent.time, name, self._text(sent, beside),
            (*own, *marks, *self._marks(sent, beside)), tuple(self._files(number, sent, beside)),
            key, sent.chat.title, values, None, node, sent.chat.thread, sender_id,
            tuple(self._noted(sent, beside)),
        )  # fmt: skip

    def sent(self, row: Row) -> Sent:
        """Read a row of the table ``message``."""
        chat = self._chats.get(row[1], NO_CHAT) if type(row[1]) is int else NO_CHAT
        own = whole(row[2]) == 1 and whole(row[6]) != kinds.SYSTEM
        sender = "" if own else self._people.raw(row[4])
        if not sender and not own and whole(row[6]) != kinds.SYSTEM:
            sender = "" if chat.raw.endswith(GROUP) else chat.raw
        return Sent(
            f"message/{row[0]}", chat, own, text_of(row[3]), sender, text_of(row[5] or None),
            whole(row[6]), text_of(row[7]), whole(row[8]), whole(row[9]),
        )  # fmt: skip

    def _kind(self, number: int, sent: Sent, beside: Rows) -> tuple[Kind, str, tuple[str, ...]]:
        if not sent.chat.thread:
            self._remark(_CODES.no_chat, number, sent)
        if sent.type == kinds.SYSTEM or sent.type in kinds.TIMER:
            return Kind.EVENT, self._event(number, sent, beside), ()
        if sent.type == kinds.MISSED:
            return Kind.EVENT, _missed(first(beside, "missed")), ()
        if sent.type == kinds.CALL and (call := first(beside, "call")):
            missed = kinds.RESULTS.get(whole(call[2])) == "missed" and not sent.own
            return (Kind.EVENT, _missed(call), ()) if missed else (Kind.MESSAGE, "call", ())
        if sent.type == kinds.DELETED and sent.own:
            return Kind.MESSAGE, "deleted", ("deleted-own",)
        return self._message(number, sent, kinds.MESSAGES)

    def _event(self, number: int, sent: Sent, beside: Rows) -> str:
        duration = whole(_one(beside, "timer"))
        if sent.type in kinds.TIMER:
            return kinds.timer(duration)
        name = kinds.event_of(whole(_one(beside, "action")), duration)
        if name == "unknown":
            self._remark(_CODES.unknown_type, number, sent)
        return name

    def _text(self, sent: Sent, beside: Rows) -> str:
        """Give the words: the message's own, else what its side table says in their place."""
        if sent.text or beside is NOTHING:
            return sent.text
        if media := first(beside, "media"):
            return text_of(media[6])
        if place := first(beside, "location"):
            return "\n".join(filter(None, map(text_of, place[2:5])))
        if cards := beside.get("card"):
            return "\n".join(card_text(text_of(card[0])) for card in cards)
        for name in _WORDS:
            if row := first(beside, name):
                return "\n".join(filter(None, map(text_of, row[:3])))
        return ""

    def _values(self, sent: Sent, beside: Rows) -> dict[str, str]:
        """Give what else the side tables tell, under names."""
        found: dict[str, Any] = {}
        if sent.type == kinds.SYSTEM:
            found |= self._told(sent, beside)
        if place := first(beside, "location"):
            found |= {"latitude": place[0], "longitude": place[1], "duration": place[5] or None}
        if call := first(beside, "call"):
            result = kinds.RESULTS.get(whole(call[2]), text_of(call[2]))
            found |= {"video": call[0] or None, "duration": call[1], "result": result}
        if media := first(beside, "media"):
            found["duration"] = media[7] or found.get("duration")
        if link := first(beside, "link"):
            found |= {"link": link[0], "link_title": link[1]}
        if event := first(beside, "event"):
            found["start"] = event[3]
        if mentions := beside.get("mention"):
            raws = (self._people.known(self._people.raw(row[0])) for row in mentions)
            found["mentions"] = " ".join(raw for raw in raws if raw)
        if (quoted := first(beside, "quoted")) and (other := self._chats.get(quoted[4])):
            found["reply_thread"] = other.thread if other != sent.chat else None
        return {name: text_of(value) for name, value in found.items() if value not in (None, "")}

    def _told(self, sent: Sent, beside: Rows) -> dict[str, Any]:
        """Give what a system message tells: who did what to whom."""
        found: dict[str, Any] = {"action": _one(beside, "action")}
        if sent.sender:
            found["actor"] = self._people.called(sent.sender)
        if members := beside.get("member"):
            raws = [self._people.raw(row[0]) for row in members]
            found["object"] = ", ".join(self._people.called(raw) for raw in raws if raw)
            found["object_ids"] = " ".join(self._people.known(raw) for raw in raws if raw)
        if number := first(beside, "number"):
            found |= {"old": self._people.raw(number[0]), "new": self._people.raw(number[1])}
        found["before"] = _one(beside, "before")
        found["duration"] = _one(beside, "timer")
        found["blocked"] = _one(beside, "blocked")
        if kinds.ACTIONS.get(whole(found["action"])) in ("title-changed", "group-created"):
            found["title"] = sent.text
        return found

    def _marks(self, sent: Sent, beside: Rows) -> Iterator[str]:
        if "edited" in beside:
            yield "edited"
        if sent.flags & 1 or whole(_one(beside, "forwarded")) > 0:
            yield "forwarded"
        if "once" in beside and "view-once" not in kinds.MESSAGES.get(sent.type, ("", ()))[1]:
            yield "view-once"
        if "ephemeral" in beside:
            yield "disappearing"
        if sent.chat.raw == _STATUS:
            yield "status"

    def _files(self, number: int, sent: Sent, beside: Rows) -> Iterator[Attachment]:
        for path, name, mime, length, size, digest, _, _ in beside.get("media", ()):
            told = Told(
                text_of(path), text_of(name), text_of(mime), whole(length) or whole(size) or None,
                text_of(digest),
            )  # fmt: skip
            yield self._attachment(number, sent, told)

    def _noted(self, sent: Sent, beside: Rows) -> Iterator[Noted]:
        if sent.starred:
            yield Noted("starred")
        if sent.flags & 1 or whole(_one(beside, "forwarded")) > 0:
            yield Noted("forwarded", text_of(_one(beside, "forwarded")))
        if beside is NOTHING:
            return
        for own, by, key, words, _ in beside.get("quoted", ()):
            yield Noted("reply", f"{whole(own)}:{text_of(key)}", self._by(own, by, sent))
            if words:
                yield Noted("quote", text_of(words), self._by(own, by, sent))
        for _, when in beside.get("edited", ()):
            yield Noted("edit", "", "", _time(when))
        for _, admin, when in beside.get("revoked", ()):
            yield Noted(
                "deleted", "", self._jid(admin) or self._people.known(sent.sender), _time(when)
            )
        for duration, until in beside.get("ephemeral", ()):
            yield Noted("expires", text_of(duration), "", _time(until))
        for name, votes in beside.get("option", ()):
            yield Noted("option", text_of(name), text_of(votes))
        yield from self._added(sent, beside)

    def _added(self, sent: Sent, beside: Rows) -> Iterator[Noted]:
        """Give what others did with the message afterwards."""
        for own, by, when, value in beside.get("reaction", ()):
            if value:  # a reaction that was withdrawn leaves an empty one
                yield Noted("reaction", text_of(value), self._by(own, by, sent), _time(when))
        for own, by, when, value in beside.get("vote", ()):
            yield Noted("vote", text_of(value), self._by(own, by, sent), _time(when))
        for own, by, when, state in beside.get("pin", ()):
            if whole(state) == 1:
                yield Noted("pinned", "", self._by(own, by, sent), _time(when))
        for by, delivered, read in beside.get("receipt", ()):
            if whole(delivered) > 0:
                yield Noted("delivered", "", self._jid(by), _time(delivered))
            if whole(read) > 0:
                yield Noted("read", "", self._jid(by), _time(read))

    def _by(self, own: object, row: object, sent: Sent) -> str:
        """Say who did it: the holder, the person in that row, or the only other one there is."""
        if whole(own) == 1:
            return "own"
        other = "" if sent.chat.raw.endswith(GROUP) else sent.chat.thread
        return self._jid(row) or other

    def _jid(self, row: object) -> str:
        return self._people.known(self._people.raw(row))


def _native_id(sent: Sent, beside: Rows) -> str:
    """Give the identifier that a message had when it was sent, also after an edit or a recall."""
    key = sent.key
    if beside is not NOTHING:
        first = text_of(_one(beside, "revoked")) or text_of(_one(beside, "edited"))
        key = first if first and first != "-1" else key
    return f"{int(sent.own)}:{key}" if key and key != "-1" else ""


def _missed(call: Row) -> str:
    return "call-missed-video" if call and whole(call[0]) == 1 else "call-missed-voice"


def _one(beside: Rows, name: str) -> object:
    """Give the first column of the only row."""
    rows = beside.get(name)
    return rows[0][0] if rows else None


def _time(value: object) -> str:
    return text_of(value) if whole(value) > 0 else ""
