"""Who is who in the database of Messages: handles and conversations."""

from __future__ import annotations

import re
from typing import NamedTuple

from archiver.parse.sqlite_table import Database, text_of

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{5,20}")
_GROUP = 43
_SHOWN = 5


class Chat(NamedTuple):
    """One conversation: its identifier on every service, its title, its guid, whether a group."""

    thread: str
    title: str
    guid: str
    group: bool


class People:
    """Handles by row: a telephone number, a mail address or the name of a service."""

    def __init__(self, database: Database) -> None:
        """Read the small tables."""
        self._handles = {row[0]: text_of(row[1]) for row in database.rows("handle", ("id",))}
        members: dict[int, list[str]] = {}
        for row in database.rows("chat_handle_join", ("chat_id", "handle_id")):
            members.setdefault(row[1], []).append(self.handle(row[2]))
        columns = ("guid", "chat_identifier", "display_name", "style")
        self.chats = {
            row[0]: _chat(row[1:], members.get(row[0], []))
            for row in database.rows("chat", columns)
        }

    def handle(self, row: object) -> str:
        """Give the handle in a row; empty when there is none."""
        return self._handles.get(row, "") if type(row) is int else ""


def typed(handle: str) -> str:
    """Give a handle as a typed identifier."""
    if not handle:
        return ""
    if "@" in handle:
        return f"mail:{handle}"
    return f"e164:{handle}" if _NUMBER.fullmatch(handle) else f"handle:{handle}"


def _chat(row: tuple[object, ...], members: list[str]) -> Chat:
    guid, identifier, name, style = text_of(row[0]), text_of(row[1]), text_of(row[2]), row[3]
    group = style == _GROUP or ";+;" in guid
    shown = ", ".join(filter(None, members[:_SHOWN])) if group else identifier
    return Chat(identifier or guid, name or shown or identifier, guid, group)
