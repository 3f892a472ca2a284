"""Calls in an Android phone's call list that no message in a conversation stands for."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Item, Kind
from archiver.parse.sqlite_table import Database, Row, text_of, whole
from archiver.parse.whatsapp_database import kinds
from archiver.parse.whatsapp_database.names import Chat
from archiver.parse.whatsapp_database.people import People

TABLE = "call_log"
COLUMNS = (
    "jid_row_id", "from_me", "call_id", "timestamp", "video_call", "duration", "call_result",
    "group_jid_row_id",
)  # fmt: skip


class Calls:
    """Makes items of the call list; `shown` counts the rows that a message stands for."""

    def __init__(self, database: Database, people: People, chats: dict[int, Chat]) -> None:
        self._database, self._people = database, people
        self._chats = {chat.raw: chat for chat in chats.values()}
        self.shown = self.count = 0

    def items(self, number: int, member: int) -> Iterator[Item]:
        """Yield the calls that stand in no conversation."""
        linked = self._linked()
        named = next(linked, None)
        for row in self._database.rows(TABLE, COLUMNS):
            self.count += 1
            while named is not None and named < row[0]:
                named = next(linked, None)
            if named == row[0]:
                self.shown += 1
            else:
                yield self._item(number, member, row)
                number += 1

    def _linked(self) -> Iterator[int]:
        """Give the rows of the call list that messages name, in rising order."""
        if not self._database.has("message_call_log", "call_log_row_id"):
            return iter(())
        rows = self._database.joined(
            ("message_call_log",),
            "SELECT call_log_row_id FROM message_call_log"
            " WHERE typeof(call_log_row_id) = 'integer' ORDER BY 1",
        )
        return (row[0] for row in rows)

    def _item(self, number: int, member: int, row: Row) -> Item:
        own, video = whole(row[2]) == 1, whole(row[5]) == 1
        result = kinds.RESULTS.get(whole(row[7]), text_of(row[7]))
        other, group = self._people.raw(row[1]), self._people.raw(row[8] or 0)
        raw = group or other
        chat = self._chats.get(raw) or self._people.chat(raw, "")
        missed = result == "missed" and not own
        known = self._people.known(other)
        told = {
            "result": result, "duration": text_of(row[6]), "video": "1" if video else "",
            "lid": other if known != other else "", "chat": raw if raw != chat.thread else "",
        }  # fmt: skip
        return Item(
            number, member, 0, 0, Kind.EVENT if missed else Kind.MESSAGE,
            ("call-missed-video" if video else "call-missed-voice") if missed else "call",
            str(row[4]) if whole(row[4]) > 0 else "",
            "" if own else self._people.name(other), "", ("own",) if own else (), (),
            f"call:{row[3]}" if row[3] else "", chat.title,
            {name: value for name, value in told.items() if value}, None,
            f"{TABLE}/{row[0]}", chat.thread, "" if own or not other else f"jid:{known}",
        )  # fmt: skip
