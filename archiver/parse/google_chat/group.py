"""Which conversation it is and whose export, out of the two small files of a Google Chat export."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from archiver.format import Source
from archiver.model import Finding
from archiver.parse.beside import Beside
from archiver.parse.google_chat.entry import GroupInfo, UserInfo
from archiver.parse.json_reading import Reading

UNREADABLE = "W-Q007"
SEVERAL_OWNERS = "W-Q008"
LONGEST = 4 << 20

T = TypeVar("T", bound=Struct)


class Group:
    """One conversation of one export."""

    def __init__(self, source: Source) -> None:
        """Read what stands beside the messages; `findings` tells of what cannot be read."""
        self.findings: list[Finding] = []
        self._source = source
        self.folder = source.members[source.main].name.rpartition("/")[0]
        self.thread = self.folder.rpartition("/")[2] or source.path_name
        owners = set()
        info = GroupInfo()
        for index in source.beside:
            name = source.members[index].name
            if name in (f"{self.folder}/group_info.json", "group_info.json"):
                info = self._read(source, index, GroupInfo()) or info
            elif name.rpartition("/")[2] == "user_info.json":
                told = self._read(source, index, UserInfo())
                owners.add((told and told.user and told.user.email) or "")
        owners.discard("")
        self.owner = owners.pop() if len(owners) == 1 else ""
        if owners:
            self.findings.append(Finding(SEVERAL_OWNERS, {"count": len(owners)}, source.main))
        self._names = {one.email or "": one.name or "" for one in info.members or ()}
        self.title = info.name or self._others() or self.thread

    @cached_property
    def beside(self) -> Beside:
        """The files beside the messages, put in order when the first one is named."""
        return Beside(self._source.members, self._source.main)

    def name(self, mail: str) -> str:
        """Give the name of who takes part; empty when the export has none."""
        return self._names.get(mail, "")

    def _others(self) -> str:
        """Name a direct conversation by who else takes part."""
        others = (name or mail for mail, name in self._names.items() if mail != self.owner)
        return ", ".join(filter(None, others))

    def _read(self, source: Source, index: int, empty: T) -> T | None:
        stream = source.beside[index]
        stream.seek(0)
        found = Reading(type(empty)).read(stream.read(LONGEST)).value
        if found is None:
            name = source.members[index].name
            self.findings.append(Finding(UNREADABLE, {"name": name}, index))
        return found
