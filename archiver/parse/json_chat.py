"""Read a JSON file that holds one conversation: headers, and an array ``messages`` of objects.

What several formats share: the elements decoded into a Struct, the headers kept by name, and one
finding for everything that is not read. The codes are the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from archiver.format import Source
from archiver.model import Finding, Item
from archiver.parse.json_elements import Broken, Element, Left, Unread, Value, elements
from archiver.parse.json_reading import Reading

BROKEN = "E-J001"
NO_MESSAGES = "E-J002"
SECTION = "W-J003"
UNREADABLE = "W-J004"
MENDED = "W-J005"
UNKNOWN_TYPE = "W-J006"
WRONG_TYPE = "W-J007"

MESSAGES = ("messages",)
_LONGEST_HEADER = 64 << 10

T = TypeVar("T", bound=msgspec.Struct)
Values = dict[str, str | int]


class JsonChat(Generic[T]):
    """One reading of one file; `headers` has what was told so far, by the name of the member."""

    def __init__(self, source: Source, kind: type[T], known: frozenset[str]) -> None:
        """Prepare to read elements of a kind, and headers of the known names."""
        self._source = source
        self._reading = Reading(kind)
        self._known = known
        self._number = source.first_number
        self.headers: dict[str, Any] = {}
        self.count: int | None = None

    def entries(self) -> Iterator[tuple[Element, T, list[Finding]] | Finding]:
        """Yield each message with its findings (still without an item), and other findings."""
        main, is_whole = self._source.main, True
        for event in elements(self._source.stream, (MESSAGES,)):
            if type(event) is Element:
                read = self._reading.read(event.raw)
                if read.value is None:
                    values: Values = {"reason": "malformed"}
                    yield Finding(UNREADABLE, values, main, event.offset, event.length)
                else:
                    odd = read.mended or read.wrong
                    yield event, read.value, list(_remarks(*read[1:])) if odd else []
            elif isinstance(event, Left) and event.path == MESSAGES:
                self.count = event.count
            elif isinstance(event, Value | Unread):
                yield from self._member(event)
            elif isinstance(event, Broken):
                is_whole = False
                values = {"reason": event.reason, "bytes": event.length, "at": event.at}
                yield Finding(BROKEN, values, main, event.offset, event.length)
        if self.count is None and is_whole:
            yield Finding(NO_MESSAGES, {"name": self._source.path_name}, main)

    def next_number(self) -> int:
        """Give the number of the next item."""
        number, self._number = self._number, self._number + 1
        return number

    def _member(self, event: Value | Unread) -> Iterator[Finding]:
        name = str(event.path[-1]) if event.path else ""
        if isinstance(event, Value) and name in self._known and event.length <= _LONGEST_HEADER:
            self.headers[name] = _decoded(event.raw)
        elif isinstance(event, Unread) and event.path[:1] == MESSAGES:
            values: Values = {"reason": event.reason}
            yield Finding(UNREADABLE, values, self._source.main, event.offset, event.length)
        else:
            values = {"section": name or (event.reason if isinstance(event, Unread) else "?")}
            yield Finding(SECTION, values, self._source.main, event.offset, event.length)


def headers(source: Source, known: frozenset[str]) -> dict[str, Any]:
    """Collect the headers of a file that writes them behind its messages."""
    found: dict[str, Any] = {}
    for event in elements(source.stream, (MESSAGES,)):
        if not isinstance(event, Value) or not event.path or event.path[-1] not in known:
            continue
        if event.length <= _LONGEST_HEADER:
            found[str(event.path[-1])] = _decoded(event.raw)
    return found


def about(item: Item, finding: Finding) -> Finding:
    """Say which item a finding is about."""
    return Finding(finding.code, finding.values, item.member, item.offset, item.length, item.number)


def unknown(type_: str) -> Finding:
    """Say that a kind of message is not known."""
    return Finding(UNKNOWN_TYPE, {"type": type_})


def _remarks(mended: int, wrong: tuple[str, ...]) -> Iterator[Finding]:
    if mended:
        yield Finding(MENDED, {"count": mended})
    if wrong:
        yield Finding(WRONG_TYPE, {"fields": ", ".join(wrong)})


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw.decode("utf-8", "replace").strip('"')
