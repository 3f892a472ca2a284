"""Mark the items that carry a marking, while they are read; nothing of their text goes on.

Looked into is all that an item says: text, title, sender, subject, labels, names of files, what
else it tells, and the text of attachments inside a mail that are text. A title or sender
of a chat counts once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from archiver.classify.suspicion import suspects
from archiver.format import Source
from archiver.model import Attachment, Finding, Item
from archiver.pipeline.marking import Mark, marks_of, marks_of_suspect

_TEXT = "text/"


class Seen:
    """Looks at the items of one main member, frame by frame."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known = {""}

    def marks(self, items: Sequence[Item]) -> list[Mark]:
        """Give the marks of some items, those of texts and those of what stands beside them."""
        texts = [item.text for item in items]
        found = [
            mark for at in suspects(texts) for mark in marks_of_suspect(items[at].number, texts[at])
        ]
        rich = [i for i in items if i.attachments or i.noted or i.values or i.mail is not None]
        beside = self._names(items)
        beside += [(item.number, word) for item in rich for word in self._beside(item)]
        words = [word for _, word in beside]
        for at in suspects(words) if words else ():
            found += marks_of_suspect(*beside[at])
        return found

    def noticed(self, findings: Sequence[Finding]) -> list[Mark]:
        """Give the marks of what findings quote."""
        return [
            mark
            for finding in findings
            for value in finding.values.values()
            if isinstance(value, str)
            for mark in marks_of(finding.item or 0, value)
        ]

    def _names(self, items: Sequence[Item]) -> list[tuple[int, str]]:
        """Give titles and senders of chats that are new, each with the first item that has it."""
        new = {name for item in items if item.mail is None for name in (item.title, item.sender)}
        new -= self._known
        self._known |= new
        return [
            (next(item.number for item in items if name in (item.title, item.sender)), name)
            for name in sorted(new)
        ]

    def _beside(self, item: Item) -> Iterator[str]:
        if item.attachments:
            yield from (one.name for one in item.attachments if one.name)
        if item.noted:
            yield from (one.value for one in item.noted if one.value)
        if item.values:
            yield from item.values.values()
        if item.mail is not None:
            yield item.mail.subject
            yield item.sender
            yield from item.mail.labels
            yield from self._attached(item)

    def _attached(self, item: Item) -> Iterator[str]:
        """Give the text of a mail's attachments that are text, read apart from the parser."""
        parts = [one for one in item.attachments if _is_text(one)]
        if not parts:
            return
        from archiver.parse.message import content  # which chats do without

        with suppress(OSError, IndexError, ValueError):
            raw = os.pread(self._source.stream.fileno(), item.length, item.offset)
            for one in parts:
                yield content(raw, one.part or 0).decode("utf-8", "replace")


def _is_text(one: Attachment) -> bool:
    return one.part is not None and one.media_type.startswith(_TEXT) and not one.missing
