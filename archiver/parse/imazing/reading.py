"""Read the rows of iMazing's CSV; Messages and WhatsApp differ only in their columns.

Columns are found by name, since every version of the program has others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archiver.format import Source
from archiver.model import Finding, Item, Kind, Noted
from archiver.parse import comma
from archiver.parse.imazing.files import Files
from archiver.parse.row import Refused, Row, Texts

NO_ROW = "E-F901"
NO_TIME = "E-F902"
UNKNOWN_TYPE = "W-F903"
UNDECODABLE = "W-F904"
NO_COLUMNS = "E-F905"
GAP = "W-F906"
EXTRA_COLUMN = "W-F907"

NEEDED = frozenset({"Chat Session", "Message Date", "Type", "Sender ID", "Sender Name", "Text"})
WHATSAPP = frozenset({"Sent Date", "Forwarded", "Attachment info"})
"""Columns that only exports of WhatsApp have."""

_READ = NEEDED | WHATSAPP | {
    "Message ID", "Delivered Date", "Read Date", "Edited Date", "Deleted Date", "Service", "Status",
    "Replying to", "Subject", "Reactions", "Attachment", "Attachment type",
}  # fmt: skip
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}.*)?")
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-]{6,20}")
_TYPES = {"Incoming": Kind.MESSAGE, "Outgoing": Kind.MESSAGE, "Notification": Kind.EVENT}
_NO = frozenset({"", "no", "false", "0", "nee"})
_FAILED = frozenset({"failed", "not delivered", "error"})
_KEPT = ("Service", "Status", "Sent Date", "Edited Date", "Deleted Date", "Attachment info")
_SPECIAL = {"contact": "contact", "vcard": "contact", "location": "location", "call": "call"}


def is_export(head: bytes, *, whatsapp: bool) -> bool:
    """Whether a file begins with the columns of an export of WhatsApp, or of Messages."""
    found = set(comma.names(head))
    if not found >= NEEDED:
        return False
    return whatsapp == ("Service" not in found and not found.isdisjoint(WHATSAPP))


def read(source: Source) -> Iterator[Item | Finding]:
    """Yield every row as an item, in file order, and what is none as a finding."""
    source.stream.seek(0)
    columns = comma.names(source.stream.read(4096))
    if not set(columns) >= NEEDED:
        size = source.members[source.main].size
        lacking = ", ".join(sorted(NEEDED.difference(columns)))
        yield Finding(NO_COLUMNS, {"names": lacking}, source.main, 0, size)
        return
    others = tuple(name for name in columns if name not in _READ)
    if others:
        yield Finding(EXTRA_COLUMN, {"names": ", ".join(others)[:200]}, source.main)
    files = Files(source.members, source.main)
    number = source.first_number
    for row in comma.rows(source.stream):
        if isinstance(row, Refused):
            values: dict[str, str | int] = {"reason": row.reason}
            yield Finding(NO_ROW, values, source.main, row.offset, row.length)
            continue
        item = _item(row.cells, number, source.main, row, files, others)
        number += 1
        yield item
        yield from _remarks(item, row)


def _item(
    cells: Mapping[str, str],
    number: int,
    main: int,
    row: Row[Texts],
    files: Files,
    others: tuple[str, ...],
) -> Item:
    own = cells["Type"] == "Outgoing"
    sent, name = cells["Message Date"], cells.get("Attachment", "")
    values = {key: value for key in (*_KEPT, *others) if (value := cells.get(key, ""))}
    return Item(
        number, main, row.offset, row.length, _TYPES.get(cells["Type"], Kind.MESSAGE),
        _type(cells), sent, cells["Sender Name"] or cells["Sender ID"], _text(cells),
        tuple(_marks(cells, own=own)), (files.attachment(name, sent),) if name else (),
        cells.get("Message ID", ""), cells["Chat Session"], values, None, "", "",
        "" if own else _typed(cells["Sender ID"]), tuple(_noted(cells, own=own)),
    )  # fmt: skip


def _type(cells: Mapping[str, str]) -> str:
    if cells["Type"] not in _TYPES:
        return "unknown"
    if cells["Type"] == "Notification":
        return "notification"
    kind = cells.get("Attachment type", "").lower()
    special = next((found for word, found in _SPECIAL.items() if word in kind), "")
    if special or cells.get("Attachment"):
        return special or "media"
    return "deleted" if cells.get("Deleted Date") and not cells["Text"] else "text"


def _text(cells: Mapping[str, str]) -> str:
    subject = cells.get("Subject", "")
    return "\n".join(filter(None, (subject, cells["Text"]))) if subject else cells["Text"]


def _marks(cells: Mapping[str, str], *, own: bool) -> Iterator[str]:
    if cells.get("Edited Date"):
        yield "edited"
    if cells.get("Deleted Date"):
        yield "deleted"
    if cells.get("Forwarded", "").lower() not in _NO:
        yield "forwarded"
    if own:
        if cells.get("Status", "").lower() in _FAILED:
            yield "failed"
        yield "own"


def _noted(cells: Mapping[str, str], *, own: bool) -> Iterator[Noted]:
    """Note reactions as they stand: not every version says whose they are."""
    if reactions := cells.get("Reactions", ""):
        yield Noted("reaction", reactions)
    if quoted := cells.get("Replying to", ""):
        yield Noted("quote", quoted)
    forwarded = cells.get("Forwarded", "")
    if forwarded.lower() not in _NO:
        yield Noted("forwarded", forwarded)
    if deleted := cells.get("Deleted Date", ""):
        yield Noted("deleted", time_text=deleted)
    if own:
        for kind, column in (("delivered", "Delivered Date"), ("read", "Read Date")):
            if when := cells.get(column, ""):
                yield Noted(kind, time_text=when)


def _typed(identifier: str) -> str:
    if "@" in identifier:
        return f"mail:{identifier}"
    return f"e164:{identifier}" if _PHONE.fullmatch(identifier) else ""


def _remarks(item: Item, row: Row[Texts]) -> Iterator[Finding]:
    if not _TIME.fullmatch(item.time_text):
        yield _about(item, NO_TIME, {"time": item.time_text[:100]})
    if item.type == "unknown":
        yield _about(item, UNKNOWN_TYPE, {"name": row.cells["Type"][:100]})
    if row.damaged:
        yield _about(item, UNDECODABLE, {"count": row.damaged})


def _about(item: Item, code: str, values: dict[str, str | int]) -> Finding:
    return Finding(code, values, item.member, item.offset, item.length, item.number)
