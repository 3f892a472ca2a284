"""Find the file that a message names among the members of its delivery, by the path it writes.

A source writes the path that the file had on the phone or in the export; in the delivery it lies
under another folder, or flat. The longest common end of the path wins; when several files of
different content fit equally well, none is taken. Names are compared in NFC because macOS writes
decomposed names into containers.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from archiver.model import Attachment, Member

NOT_HANDED_IN = "not-handed-in"
NOT_EXPORTED = "not-exported"
SEVERAL = "several-files-fit"
WITHDRAWN = "withdrawn"


_Named = dict[str, list[tuple[tuple[str, ...], int]]]


class Beside:
    """The files that were handed in beside a main member."""

    def __init__(self, members: Sequence[Member], main: int) -> None:
        """Know all members but the main one."""
        self._members, self._main = members, main
        self._named = _by_last_part(members)

    def attachment(
        self, path: str, *, name: str = "", media_type: str = "", size: int | None = None
    ) -> Attachment:
        """Link a path to the bytes that were handed in, or say why there are none.

        `name` is the file's own name where the source tells it apart from the path; `size` is what
        the source says, and is kept when the file is missing.
        """
        shown = name or path.replace("\\", "/").rpartition("/")[2] or path
        found = self._find(path) if path else []
        if not found:
            return Attachment(shown, media_type, size, missing=NOT_HANDED_IN)
        if len({self._members[index].sha256 for index in found}) > 1:
            return Attachment(shown, media_type, size, missing=SEVERAL)
        member = self._members[found[0]]
        return Attachment(shown, media_type, member.size, member.sha256, found[0])

    def _find(self, path: str) -> list[int]:
        """Give the members whose names share the longest end with a path."""
        parts = _parts(path)
        best, found = 0, list[int]()
        for other, index in self._named.get(parts[-1] if parts else "", ()):
            if index == self._main:
                continue
            common = _common_end(parts, other)
            if common > best:
                best, found = common, []
            if common == best:
                found.append(index)
        return found


_remembered: list[tuple[tuple[Member, ...], _Named]] = []
"""The members that were sorted last: a delivery may have thousands of main members, and all have
the same members beside them."""


def _by_last_part(members: Sequence[Member]) -> _Named:
    """Sort members by the last part of their names, once for all main members of a delivery."""
    if _remembered and _remembered[0][0] is members:
        return _remembered[0][1]
    named: _Named = defaultdict(list)
    for index, member in enumerate(members):
        if parts := _parts(member.name):
            named[parts[-1]].append((parts, index))
    if isinstance(members, tuple):
        _remembered[:] = [(members, named)]
    return named


def _common_end(one: Sequence[str], two: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(reversed(one), reversed(two), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _parts(path: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFC", path.replace("\\", "/"))
    return tuple(part for part in plain.split("/") if part not in ("", ".", ".."))
