"""Who and which conversation the codes of a Slack export stand for, out of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO, TypeVar

from msgspec import Struct

from archiver.format import Source
from archiver.model import Finding, Member
from archiver.parse import json_elements
from archiver.parse.json_messages import Codes, messages
from archiver.parse.json_reading import Reading
from archiver.parse.slack.entry import Channel, Person

T = TypeVar("T", bound=Struct)

PEOPLE = ("users.json", "org_users.json")
CONVERSATIONS = ("channels.json", "groups.json", "dms.json", "mpims.json")
DAY = re.compile(r"(?:(.*)/)?([^/]+)/[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")

UNREADABLE_LIST = "W-Z004"
NOT_READ = "W-Z005"
_CODES = Codes(*(UNREADABLE_LIST,) * 4)


class Directory:
    """The names of one export, for one of its conversations."""

    def __init__(self, source: Source) -> None:
        """Read the lists that the export has; `findings` tells of those that cannot be read."""
        self.findings: list[Finding] = []
        found = DAY.fullmatch(source.members[source.main].name)
        self._folder = found[2] if found else ""
        self.thread = self.title = self._folder
        beside = [(index, source.members[index]) for index in source.beside]
        self._names: dict[str, str] = {}
        for index, member in beside:
            if member.name.rpartition("/")[2] in PEOPLE:
                self._names |= self._people(index, member, source.beside[index])
        for index, member in beside:
            if member.name.rpartition("/")[2] in CONVERSATIONS:
                self._place(index, member, source.beside[index])

    def name(self, user: str) -> str:
        """Give the name of a person; empty when the export has none."""
        return self._names.get(user, "")

    def _people(self, index: int, member: Member, stream: BinaryIO) -> Mapping[str, str]:
        """Read the names of people, once for all days of all conversations."""
        if member.sha256 in _remembered:
            return _remembered[member.sha256]
        names = {each.id: _name(each) for each in self._list(index, member, stream, Person)}
        if not self.findings:
            _remembered.clear()
            _remembered[member.sha256] = names
        return names

    def _place(self, index: int, member: Member, stream: BinaryIO) -> None:
        """Find the conversation by its folder: of channels the name, of direct ones the code."""
        for each in self._list(index, member, stream, Channel):
            if self._folder in (each.name, each.id):
                self.thread = each.id or self._folder
                people = ", ".join(self.name(user) or user for user in each.members)
                self.title = each.name or people or self._folder
                return

    def _list(self, index: int, member: Member, stream: BinaryIO, kind: type[T]) -> Iterator[T]:
        events = json_elements.elements(stream, [()])
        for found in messages(events, Reading(kind), _CODES, index):
            if isinstance(found, Finding):
                self.findings.append(Finding(UNREADABLE_LIST, {"name": member.name}, index))
                return
            yield found.value


def _name(person: Person) -> str:
    told = person.profile
    own = (told.display_name, told.real_name) if told else ()
    return next((name for name in (*own, person.real_name, person.name) if name), "")


_remembered: dict[str, dict[str, str]] = {}
"""The names of the list that was read last, by its digest: a workspace has one list, and a file for
each day of each conversation."""


def not_read(source: Source) -> Iterator[Finding]:
    """Name the lists of the export that nothing is read of, once for the whole delivery."""
    if any(DAY.fullmatch(each.name) for each in islice(source.members, source.main)):
        return
    found = DAY.fullmatch(source.members[source.main].name)
    top = f"{found[1]}/" if found and found[1] else ""
    for index, member in enumerate(source.members):
        name = member.name.removeprefix(top)
        if name.endswith(".json") and "/" not in name and name not in (*PEOPLE, *CONVERSATIONS):
            yield Finding(NOT_READ, {"name": member.name}, index, 0, member.size)
