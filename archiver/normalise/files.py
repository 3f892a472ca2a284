"""Notice a conversation in numbered files of which one was not handed in (Messenger, Instagram).

"Download your information" writes ``message_1.json`` with the newest 10,000 messages of a
conversation, ``message_2.json`` with those before them, and so on; nothing in a file says how many
there are. There is no published specification; as other readers describe it, November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archiver.format import Source
from archiver.model import Finding, Item, Normal

FULL = "W-E006"
NEWER_MISSING = "W-E007"
MOST = 10_000
"""Messages in a file that is full."""

_NUMBERED = re.compile(r"(?P<stem>(?:.*/)?message_)(?P<number>[0-9]{1,6})\.json")


class NumberedFiles:
    """Counts the messages of one file, and looks which files lie beside it."""

    def __init__(self, source: Source) -> None:
        """Watch one file."""
        self._main, self._count = source.main, 0
        self._name = source.members[source.main].name
        self._names = {member.name for member in source.members}

    def see(self, items: Sequence[Item], normals: Sequence[Normal]) -> None:
        """Count."""
        self._count += len(items)

    def findings(self) -> Iterator[Finding]:
        """Tell of the file after a full one, and of the one before a later one."""
        found = _NUMBERED.fullmatch(self._name)
        if found is None:
            return
        number = int(found["number"])
        older, newer = (f"{found['stem']}{each}.json" for each in (number + 1, number - 1))
        if self._count == MOST and older not in self._names:
            values: dict[str, str | int] = {"count": MOST, "name": self._name, "other": older}
            yield Finding(FULL, values, self._main)
        if number > 1 and newer not in self._names:
            yield Finding(NEWER_MISSING, {"name": self._name, "other": newer}, self._main)
