"""The files beside a room's export: Element puts the date behind the name it stores one under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from archiver.model import Attachment, Member
from archiver.parse.beside import NOT_HANDED_IN, SEVERAL

_FOLDERS = {"m.image": "images", "m.video": "videos", "m.audio": "audio"}
_MOST_PARTS = 12


class Files:
    """Finds the file of a message by folder, name and ending."""

    def __init__(self, members: Sequence[Member], main: int) -> None:
        """Keep every member by the beginnings of its name up to a hyphen."""
        self._members = members
        self._named: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for index, member in enumerate(members):
            if index != main:
                self._keep(index, member.name)

    def attachment(self, msgtype: str, content: dict[str, Any]) -> Attachment:
        """Link what a message carries, or say that it was not handed in."""
        name = content.get("filename") or content.get("body")
        name = name if isinstance(name, str) else ""
        info = content.get("info")
        info = info if isinstance(info, dict) else {}
        kind, size = info.get("mimetype"), info.get("size")
        kind = kind if isinstance(kind, str) else ""
        size = size if isinstance(size, int) else None
        stem, ending = _split(name)
        found = self._named.get((_FOLDERS.get(msgtype, "files"), stem, ending), [])
        if not found:
            return Attachment(name, kind, size, missing=NOT_HANDED_IN)
        if len({self._members[index].sha256 for index in found}) > 1:
            return Attachment(name, kind, size, missing=SEVERAL)
        member = self._members[found[0]]
        return Attachment(name, kind, member.size, member.sha256, found[0])

    def _keep(self, index: int, name: str) -> None:
        above, _, last = name.replace("\\", "/").rpartition("/")
        folder = above.rpartition("/")[2]
        stem, ending = _split(last)
        parts = stem.split("-")
        for count in range(1, min(len(parts), _MOST_PARTS)):
            self._named[folder, "-".join(parts[:count]), ending].append(index)


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if dot else (name, "")
