"""Notice numbers that a source gives out one after the other and of which some are not there.

Telegram numbers the messages of a supergroup or channel from 1; a phone's database numbers the
rows of a table over all conversations; an iPhone numbers the files of a WhatsApp export by the
entry they belong to, events counted. Telegram's numbers in private chats and basic groups count
over the whole account and tell nothing about one chat. A missing number was given to something
that is not in the source; it does not say what that was, nor who took it away. Facts of the
programs' own code and of one real export of an iPhone, checked November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from archiver.format import Source
from archiver.model import Finding, Item, Normal

LATE_START = "W-E002"
CHAT_GAPS = "W-E003"
ROW_GAPS = "W-E004"
FILE_GAPS = "W-E005"

Values = dict[str, str | int]

_OWN_NUMBERS = re.compile(r"(?:private|public)_(?:supergroup|channel)\b")
_TABLES = ("message", "messages", "ZWAMESSAGE")
_THREAD = attrgetter("thread")
_NUMBERED = re.compile(r"([0-9]{8})-.")


class Series:
    """Numbers in the order in which they come; what is kept does not grow with them.

    `first` is the item with the first number, `start` that number.
    """

    __slots__ = ("_gaps", "_item", "_largest", "_last", "_missing", "_rises", "first", "start")

    def __init__(self, number: int, item: Item) -> None:
        """Begin with a number and the item that has it."""
        self.first, self.start = item, number
        self._item, self._last = item, number
        self._missing = self._gaps = 0
        self._largest: tuple[int, Values, Item] = (0, {}, item)
        self._rises = True

    def see(self, number: int, item: Item, step: int = 1) -> None:
        """Take the next number, which would be `step` higher if none were missing."""
        missing = number - self._last - step
        if missing < 0:
            self._rises = False
        elif missing:
            self._gap(missing, number, item)
        self._item, self._last = item, number

    def follow(self, numbers: Sequence[int], items: Sequence[Item]) -> None:
        """Take many numbers, each of which would be one higher if none were missing."""
        last, before = self._last, self._item
        for number, item in zip(numbers, items, strict=True):
            if number != last + 1:
                self._last, self._item = last, before
                self.see(number, item)
            last, before = number, item
        self._last, self._item = last, before

    @property
    def item(self) -> Item:
        """The item that was seen last."""
        return self._item

    def gaps(self, code: str, told: Values) -> Iterator[Finding]:
        """Tell of what is missing; numbers that do not always rise prove nothing."""
        if not self._missing or not self._rises:
            return
        _, where, item = self._largest
        counts: Values = {"missing": self._missing, "gaps": self._gaps}
        yield _at(item, code, told | counts | where)

    def _gap(self, missing: int, number: int, item: Item) -> None:
        self._missing += missing
        self._gaps += 1
        if missing > self._largest[0]:
            where: Values = {
                "largest": missing, "after": self._last, "before": number,
                "previous": self._item.number, "next": item.number,
            }  # fmt: skip
            self._largest = missing, where, item


class ChatNumbers:
    """Watches the numbers of messages in chats that number their own (Telegram).

    Numbers below 1 are of the basic group that became a supergroup: the account's.
    """

    def __init__(self, source: Source) -> None:
        """Watch one export."""
        self._series: dict[str, Series] = {}

    def see(self, items: Sequence[Item], normals: Sequence[Normal]) -> None:
        """Look at the numbers of messages."""
        for thread, said in groupby(items, _THREAD):
            if _OWN_NUMBERS.match(thread):
                held = [item for item in said if item.native_id.isdecimal()]
                _follow(self._series, thread, [int(item.native_id) for item in held], held)

    def findings(self) -> Iterator[Finding]:
        """Tell where a chat begins and what is missing after that."""
        for series in self._series.values():
            first, start = series.first, series.start
            if start > 1:
                begun: Values = {"name": first.title, "first": start, "missing": start - 1}
                yield _at(first, LATE_START, begun)
            yield from series.gaps(CHAT_GAPS, {"name": first.title})


class RowNumbers:
    """Watches the row numbers of a database's table of messages, which counts over all chats."""

    def __init__(self, source: Source) -> None:
        """Watch one database."""
        self._series: dict[str, Series] = {}

    def see(self, items: Sequence[Item], normals: Sequence[Normal]) -> None:
        """Look at the places of items."""
        for table, held in groupby(items, _table):
            if table in _TABLES:
                rows = list(held)
                skip = len(table) + 1
                _follow(self._series, table, [int(item.node[skip:]) for item in rows], rows)

    def findings(self) -> Iterator[Finding]:
        """Tell which rows are missing between the first and the last."""
        for table, series in self._series.items():
            yield from series.gaps(ROW_GAPS, {"table": table})


class FileNumbers:
    """Watches the numbers before the names of files in the text of an iPhone (WhatsApp).

    Such a number counts entries: between two files it rises by as many as there are entries.
    """

    def __init__(self, source: Source) -> None:
        """Watch one text."""
        self._series: Series | None = None

    def see(self, items: Sequence[Item], normals: Sequence[Normal]) -> None:
        """Look at the names of files."""
        for item in items:
            if item.attachments:
                self._file(item.attachments[0].name, item)

    def _file(self, name: str, item: Item) -> None:
        numbered = _NUMBERED.match(name)
        # An iPhone writes the name between brackets; others may have sent a file so named.
        if numbered is None or f": {name}>" not in item.text:
            return
        number, series = int(numbered[1]), self._series
        if series is None:
            self._series = Series(number, item)
        else:
            series.see(number, item, item.number - series.item.number)

    def findings(self) -> Iterator[Finding]:
        """Tell how many entries more were numbered than the text has."""
        if self._series is not None:
            yield from self._series.gaps(FILE_GAPS, {"name": self._series.first.title})


def _follow(
    series: dict[str, Series], name: str, numbers: Sequence[int], items: Sequence[Item]
) -> None:
    known = series.get(name)
    if known is not None:
        known.follow(numbers, items)
    elif items:
        series[name] = Series(numbers[0], items[0])
        series[name].follow(numbers[1:], items[1:])


def _table(item: Item) -> str:
    return item.node.partition("/")[0]


def _at(item: Item, code: str, values: Values) -> Finding:
    return Finding(code, values, item.member, item.offset, item.length, item.number)
