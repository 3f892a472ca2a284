"""WhatsApp of an iPhone as iMazing writes it to CSV.

Built from header lines and tests of other projects that read such files (2024 to 2026); no real
export was at hand. Times are those of the computer that made the export, without an offset. Newer
versions give a ``Message ID``, which is then the native identifier; otherwise author, time and
words make the match key. A conversation is known by its name only.

Items and findings without an item cover every byte but the first line and empty lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item
from archiver.parse.imazing.reading import GAP, is_export, read

NAME = "imazing-whatsapp"
SERVICE = "whatsapp"
VERSION = 1
GAPS = (GAP,)


def claims(head: bytes, name: str) -> bool:
    """Whether the first line has the columns of such an export."""
    return head.count(b",", 0, 4096) > 4 and is_export(head, whatsapp=True)


def survey(source: Source) -> Learnt:
    """Learn nothing: times are written like 2025-05-13 12:00:00, in a zone that is not stated."""
    return Learnt(("iso",))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield every row in the order of the file."""
    return read(source)
