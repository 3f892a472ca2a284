"""Cut decoded text into entries: a header line and all lines up to the next header.

Entries come in batches, one a block, because half a million of them pass here. Memory stays the
same whatever the file: of an entry longer than `LONGEST` the beginning is kept and the rest only
counted, also when it is one line without an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from archiver.parse.whatsapp.header import REACH
from archiver.parse.whatsapp.reading import Width

LONGEST = 1 << 18
"""Characters of one message that an item keeps, at most 1 MiB; the rest stays in the original.

WhatsApp itself lets nobody write more than 65,536.
"""

_HELD = LONGEST + 2 * REACH
_MOST = _HELD + 2 * REACH
_GROUPS = 4

Entry: TypeAlias = tuple[str, str, str | None, str]
"""Header, its time, its sender if any, and the text behind it up to the next line break."""


class Batch(Struct, frozen=True):
    """Some entries in order.

    `before` is text that belongs to no entry. `flat` holds four strings an entry. Behind `before`
    and behind each entry stands one line feed more; where the file ends without one, the last
    seems a line feed too long. `rest` is the number of bytes of the last of these texts that were
    only counted. `easy` is whether all are sound, short, and end in a bare line feed.
    """

    before: str | None
    flat: list[str]
    rest: int = 0
    easy: bool = False

    def __iter__(self) -> Iterator[Entry]:
        """Give the entries one by one."""
        parts = iter(self.flat)
        return zip(parts, parts, parts, parts, strict=True)


def entries(blocks: Iterable[str], header: re.Pattern[str], width: Width) -> Iterator[Batch]:
    """Yield the entries of a text in order; together they are the whole text.

    `header` is a pattern of :func:`archiver.parse.whatsapp.header.pattern`.
    """
    cutter = _Cutter(header, width)
    for block in blocks:
        yield from cutter.add(block)
    yield from cutter.end()


class _Cutter:
    """Holds what is still open, and nothing else, between two blocks.

    `_text` begins with the line feed before the open entry, at first with one that the file does
    not have. While an entry is too long, `_long` holds its beginning, `_counted` the bytes that
    were let go, and `_text` only the line in which the next header may stand.
    """

    def __init__(self, header: re.Pattern[str], width: Width) -> None:
        self._header = header
        self._width = width
        self._text = "\n"
        self._long: Batch | None = None
        self._counted = 0

    def add(self, block: str) -> Iterator[Batch]:
        """Take a block and give the entries that it completes."""
        self._text += block
        line = self._text.rfind("\n")
        # The last line is left alone while it may be half a header.
        whole = line >= 0 and len(self._text) - line <= REACH
        known, tail = (self._text[:line], self._text[line:]) if whole else (self._text, "")
        parts = self._header.split(known)
        yield from self._complete(parts, easy=_is_easy(known))
        if self._long is not None:
            self._counted += self._width(known)
            self._text = tail
        else:
            self._text = _joined(parts) + tail
            if len(self._text) > _MOST:
                self._shorten(parts, tail)

    def end(self) -> Iterator[Batch]:
        """Give what is left."""
        known = self._text.removesuffix("\n")
        parts = self._header.split(known)
        if self._long is None and not self._text[1:]:
            return
        yield from self._complete(parts, easy=False)
        if self._long is not None:
            yield self._ended(self._width(known))
        else:
            yield _batch(parts)

    def _complete(self, parts: list[str], *, easy: bool) -> Iterator[Batch]:
        """Give all entries but the last, which stays in `parts`."""
        if len(parts) == 1:
            return
        if self._long is not None:
            yield self._ended(self._width(parts[0]))
            parts[0] = ""
        if parts[0] or len(parts) > 1 + _GROUPS:
            yield _batch(parts[:-_GROUPS], easy=easy)
        del parts[1:-_GROUPS]
        parts[0] = ""

    def _ended(self, size: int) -> Batch:
        """Close the long entry, with the bytes of it that came last."""
        ended = self._long or Batch(None, [])
        self._long, size, self._counted = None, self._counted + size, 0
        return replace(ended, rest=size)

    def _shorten(self, parts: list[str], tail: str) -> None:
        """Keep the beginning of what is too long, and the line in which a header may begin."""
        parts[-1], gone = parts[-1][:_HELD], parts[-1][_HELD:]
        self._long, self._counted = _batch(parts), self._width(gone)
        self._text = tail


def _batch(parts: list[str], *, easy: bool = False) -> Batch:
    return Batch(parts[0][1:] if parts[0] else None, parts[1:], 0, easy)


def _joined(parts: list[str]) -> str:
    """Put the open entry together again."""
    return parts[0] if len(parts) == 1 else f"\n{parts[1]}{parts[-1]}"


def _is_easy(text: str) -> bool:
    if "\r" in text or len(text) > LONGEST:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
