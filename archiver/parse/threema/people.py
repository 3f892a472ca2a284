"""With whom a file of Threema's data backup is, from the tables of contacts and groups beside it.

A file of messages is named after its contact or group: by the Threema ID in older backups, by a
number drawn for the backup in newer ones, which a column of the table then holds. The column is
found by its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from archiver.format import Source
from archiver.parse import comma
from archiver.parse.row import Row, Texts

CONTACTS, GROUPS = "contacts.csv", "groups.csv"
_DIRECT, _GROUP = "message_", "group_message_"
_MOST = 100_000
"""Contacts and groups that are read; the rest stay without a name."""


class Conversation(NamedTuple):
    """A conversation: its identifier, its name, and the Threema ID of the one it is with."""

    thread: str
    title: str
    identity: str = ""


class People:
    """The names of those who take part, by Threema ID."""

    def __init__(self, source: Source) -> None:
        """Read the tables that were handed in beside the messages."""
        self._names: dict[str, str] = {}
        self._owner: dict[str, str] = {}
        self._groups: dict[str, Conversation] = {}
        for index, stream in source.beside.items():
            called = base(source.members[index].name)
            if called == CONTACTS:
                self._read_contacts(stream)
            elif called == GROUPS:
                self._read_groups(stream)

    def name(self, identity: str) -> str:
        """Give the name of a contact, else the Threema ID."""
        return self._names.get(identity) or identity

    def conversation(self, member: str) -> Conversation:
        """Say with whom the messages of a file are."""
        key = base(member).removesuffix(".csv")
        if key.startswith(_GROUP):
            key = key.removeprefix(_GROUP)
            return self._groups.get(key) or Conversation(f"threema-group:{key}", key)
        key = key.removeprefix(_DIRECT)
        identity = self._owner.get(key, key)
        return Conversation(f"threema:{identity}", self.name(identity), identity)

    def _read_contacts(self, stream: BinaryIO) -> None:
        for cells in _rows(stream):
            identity = cells.get("identity", "")
            full = " ".join(filter(None, (cells.get("firstname"), cells.get("lastname"))))
            self._names[identity] = full or cells.get("nick_name", "")
            for key, value in cells.items():
                if key != "identity" and value.isdecimal() and len(value) > 2:
                    self._owner.setdefault(value, identity)

    def _read_groups(self, stream: BinaryIO) -> None:
        for cells in _rows(stream):
            group, creator = cells.get("id", ""), cells.get("creator", "")
            # The creator's ID makes the group's own unique.
            found = Conversation(f"threema-group:{creator}/{group}", cells.get("groupname", ""))
            self._groups[f"{group}-{creator}"] = found
            for key, value in cells.items():
                if "uid" in key and value:
                    self._groups.setdefault(value, found)


def base(name: str) -> str:
    """Give the last part of a member's name."""
    return name.rpartition("/")[2]


def is_messages(name: str) -> bool:
    """Whether a member's name is that of a file of messages."""
    return base(name).startswith((_DIRECT, _GROUP)) and name.endswith(".csv")


def _rows(stream: BinaryIO) -> Iterator[Texts]:
    stream.seek(0)
    for count, row in enumerate(comma.rows(stream)):
        if count >= _MOST:
            return
        if isinstance(row, Row):
            yield row.cells
