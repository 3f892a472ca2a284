"""Notice a conversation whose export does not begin where the conversation did.

Some services put something first into every conversation: WhatsApp a notice about encryption, a
group its creation. Where the first entry is another one, older entries may be missing, and nothing
else in such an export would say so. A format whose conversations begin with nothing of the kind
has no such check. Facts of the services' own exports and databases, checked November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from archiver.format import Check, Source
from archiver.model import Finding, Item, Kind, Normal

NO_BEGINNING = "W-E001"

_LRM = "\u200e"
_UNKNOWN = "unknown"


class Opening(Struct, frozen=True):
    """What conversations begin with: types of events, for threads that have `thread` in them.

    Of a conversation that begins before `since` (milliseconds since 1970), and where that is not 0
    of one without a trusted time, nothing can be said.
    """

    types: frozenset[str]
    thread: str = ""
    since: int = 0

    def __call__(self, source: Source) -> Check:
        """Watch one source."""
        return _Beginnings(self)


class _Begun(NamedTuple):
    sent_at: int | None
    finding: Finding


class _Beginnings:
    """Watches how each conversation of a source begins; remembers one entry for each."""

    def __init__(self, opening: Opening) -> None:
        self._types, self._since = opening.types, opening.since
        self._applies = re.compile(opening.thread).search
        self._first: dict[str, _Begun | None] = {}

    def see(self, items: Sequence[Item], normals: Sequence[Normal]) -> None:
        """Keep the first entry of each conversation that is no opening, until one as old comes."""
        first, types, event = self._first, self._types, Kind.EVENT
        for item, normal in zip(items, normals, strict=True):
            thread = normal.thread
            if thread not in first:
                first[thread] = self._begun(item, normal)
            elif item.kind is event and item.type in types:
                begun, when = first[thread], normal.sent_at
                if begun and begun.sent_at is not None and (when or 0) <= begun.sent_at:
                    first[thread] = None

    def findings(self) -> Iterator[Finding]:
        """Name the conversations that begin in another way."""
        yield from (begun.finding for begun in self._first.values() if begun is not None)

    def _begun(self, item: Item, normal: Normal) -> _Begun | None:
        if item.type in self._types or _is_unread(item) or not self._applies(normal.thread):
            return None
        if self._since and (normal.sent_at is None or normal.sent_at < self._since):
            return None
        where = (item.member, item.offset, item.length, item.number)
        return _Begun(normal.sent_at, Finding(NO_BEGINNING, {"name": item.title}, *where))


def _is_unread(item: Item) -> bool:
    """Whether it may be an opening in words that are not known; an iPhone's begin with LRM."""
    return item.type == _UNKNOWN or (item.text.startswith(_LRM) and not item.attachments)


_NOTICE = ("encryption-notice", "business-notice")
_MADE = ("group-created", "group-migrated")
_ENTERED = ("member-joined", "member-added", "member-invited")
# New conversations begin with the notice since WhatsApp encrypts all of them: 5 April 2016.
_ENCRYPTED = int(datetime(2016, 4, 6, tzinfo=UTC).timestamp()) * 1000

WHATSAPP_TEXT = Opening(frozenset((*_NOTICE, *_MADE)), since=_ENCRYPTED)
WHATSAPP_DATABASE = Opening(
    frozenset((*_NOTICE, *_MADE, "community-changed")),
    thread=r"@(?:g\.us|s\.whatsapp\.net|lid)\Z",
    since=_ENCRYPTED,
)
"""Without channels, status messages and broadcast lists, which begin with no notice."""

TELEGRAM_GROUP = Opening(frozenset(_MADE), thread=r"\Aprivate_group\b")
"""Basic groups only; in others the numbers tell (`archiver.normalise.running`)."""

SIGNAL_GROUP = Opening(frozenset((*_MADE, *_ENTERED, "group-changed")), thread=r"\Asignal-group:")
MATRIX_ROOM = Opening(frozenset((*_MADE, *_ENTERED)))
