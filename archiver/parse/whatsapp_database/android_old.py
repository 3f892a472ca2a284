"""Read the table ``messages`` that Android phones had until about 2022, in terms of the newer ones.

Almost everything stood in one wide table then; what the newer tables say apart is made of its
columns here, so that one and the same code makes the items.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archiver.parse.sqlite_beside import NOTHING, Beside, Rows
from archiver.parse.sqlite_table import Database, Row, text_of, whole
from archiver.parse.whatsapp_database import kinds
from archiver.parse.whatsapp_database.making import Sent
from archiver.parse.whatsapp_database.names import GROUP, Chat
from archiver.parse.whatsapp_database.people import People

TABLE = "messages"
COLUMNS = (
    "key_remote_jid", "key_from_me", "key_id", "remote_resource", "timestamp", "media_wa_type",
    "data", "starred", "forwarded", "status", "media_size", "media_name", "media_mime_type",
    "media_caption", "media_hash", "media_duration", "media_url", "latitude", "longitude",
    "thumb_image", "quoted_row_id", "edit_version",
)  # fmt: skip
_SYSTEM = 6
_STRING = re.compile(rb"t([\x00-\x03][\x00-\xff])")


class Older:
    """Turns rows of ``messages`` into what the newer tables would say."""

    def __init__(self, database: Database, people: People, chats: Mapping[str, Chat]) -> None:
        self._people, self._chats = people, dict(chats)
        self._quotes = None if database.has("message_quoted") else _quotes(database)

    def sent(self, row: Row) -> Sent:
        """Read the columns that both generations have."""
        raw = text_of(row[1])
        chat = self._chats.get(raw)
        if chat is None:
            chat = self._chats[raw] = self._people.chat(raw, "")
        system = whole(row[10]) == _SYSTEM and whole(row[6]) == kinds.TEXT
        own = whole(row[2]) == 1 and not system
        sender = "" if own else text_of(row[4])
        if not sender and not own and not system and not raw.endswith(GROUP):
            sender = raw
        type_ = kinds.SYSTEM if system else whole(row[6])
        text = "" if type_ in (4, 14) else text_of(row[7])
        return Sent(
            f"{TABLE}/{row[0]}", chat, own, text_of(row[3]), sender, text_of(row[5] or None), type_,
            text, whole(row[8]), int(whole(row[9]) > 0),
        )  # fmt: skip

    def beside(self, row: Row, sent: Sent, beside: Rows) -> Rows:
        """Add what the wide table says to what side tables there are."""
        found = {**self._told(row, sent), **beside}
        if self._quotes is not None and row[21] is not None:
            quoted = self._quotes.of(row[0]).get("quoted")
            if quoted:
                found["quoted"] = quoted
        return found or NOTHING

    @staticmethod
    def _told(row: Row, sent: Sent) -> dict[str, list[Row]]:
        if sent.type == kinds.SYSTEM:
            return {"action": [(row[11],)]}
        if sent.type == kinds.MISSED:
            return {"missed": [(int(text_of(row[14]) == "video"),)]}
        if sent.type in (4, 14):
            return {"card": [(row[7],)]}
        if sent.type in (5, 16):
            return {"location": [(row[18], row[19], row[12], None, row[17], None)]}
        if row[13] or row[15] or (row[12] and sent.type not in (kinds.TEXT, kinds.DELETED)):
            return {"media": [(
                _path(row[20]), row[12], row[13], row[11], None, row[15], row[14], row[16],
            )]}  # fmt: skip
        return {}


def _path(serialised: object) -> str:
    """Find the path of the file in what the program kept of it (a serialised Java object)."""
    if not isinstance(serialised, bytes):
        return ""
    for match in _STRING.finditer(serialised):
        string = serialised[match.end() : match.end() + int.from_bytes(match[1])]
        if b"Media/" in string:
            return string.decode(errors="replace")
    return ""


def _quotes(database: Database) -> Beside:
    tables = (TABLE, "messages_quotes")
    if not database.has(TABLE, "_id", "quoted_row_id") or not database.has(tables[1], "_id"):
        return Beside(database, {})
    columns = ", ".join(
        database.column(tables[1], name, "q")
        for name in ("key_from_me", "remote_resource", "key_id", "data")
    )
    rows = database.joined(
        tables,
        f"SELECT m._id, {columns}, NULL FROM messages m"  # noqa: S608
        " CROSS JOIN messages_quotes q ON q._id = m.quoted_row_id ORDER BY m._id",
    )
    return Beside(database, {"quoted": (tables[1], rows)})
