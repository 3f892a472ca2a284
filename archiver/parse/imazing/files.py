"""Find the files of iMazing's messages among the members of the delivery.

A row writes ``photo.jpg``; iMazing saves ``2025-05-13 12 00 00 - Sam de Wit - photo.jpg``: time
and conversation stand before the name. A time that fits decides among files of one name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from archiver.model import Attachment, Member
from archiver.parse.beside import NOT_HANDED_IN, SEVERAL

_BETWEEN = " - "


class Files:
    """The members beside the main one, by every end of their names."""

    def __init__(self, members: Sequence[Member], main: int) -> None:
        """Keep a member under its name and under what follows each dash in it."""
        self._members = members
        self._named: dict[str, list[int]] = defaultdict(list)
        for index, member in enumerate(members):
            parts = member.name.rpartition("/")[2].split(_BETWEEN)
            if index != main:
                for start in range(len(parts)):
                    self._named[_BETWEEN.join(parts[start:])].append(index)

    def attachment(self, name: str, sent: str) -> Attachment:
        """Link the name in a row to its bytes, or say why there are none."""
        fitting = self._named.get(name, [])
        if len(fitting) > 1:
            time = sent.replace(":", " ")[:19]
            fitting = [each for each in fitting if self._base(each).startswith(time)] or fitting
        if not fitting:
            return Attachment(name, missing=NOT_HANDED_IN)
        if len({self._members[index].sha256 for index in fitting}) > 1:
            return Attachment(name, missing=SEVERAL)
        member = self._members[fitting[0]]
        return Attachment(name, "", member.size, member.sha256, fitting[0])

    def _base(self, index: int) -> str:
        return self._members[index].name.rpartition("/")[2]
