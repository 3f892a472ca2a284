"""Split a file of JSON lines (one RFC 8259 value a line) into values, without holding it.

The events are those of `archiver.parse.json_elements`, as if the lines were one array.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from archiver.parse.json_elements import BOM, LONGEST, TOO_LONG, Element, Unread

_BOM = b"\xef\xbb\xbf"


def lines(stream: BinaryIO, *, longest: int = LONGEST) -> Iterator[Element | Unread]:
    """Yield every line that is not blank; of one that is too long only the place."""
    stream.seek(0)
    at, index = 0, 0
    if stream.read(len(_BOM)) == _BOM:
        yield Unread((), 0, len(_BOM), BOM)
        at = len(_BOM)
    stream.seek(at)
    while line := stream.readline(longest + 1):
        size = len(line)
        if size > longest and not line.endswith(b"\n"):
            size += _rest(stream)
        raw = line.strip()
        if size > longest:
            yield Unread((index,), at, size, TOO_LONG)
        elif raw:
            yield Element((), index, at + line.find(raw[:1]), len(raw), raw)
        index += bool(raw)
        at += size


def _rest(stream: BinaryIO) -> int:
    """Pass over the rest of a line and count it."""
    count = 0
    while part := stream.readline(1 << 20):
        count += len(part)
        if part.endswith(b"\n"):
            break
    return count
