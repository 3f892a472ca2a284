"""Telegram Desktop's "export chat history" as ``messages.html``, ``messages2.html`` and so on.

There is no published specification; built from the program's own writer
(``export_output_html.cpp``, releases 1.4 of 2018 to 6.x of 2026; checked November 2026). A page
holds a thousand messages of one chat; a chat of more has more pages, each a member of its own.

`native_id` is the message's number, the same as in ``result.json`` of that chat. The pages hold no
number of the chat, none of people, and no time of events; `thread` is empty but in an export of a
whole account, where the folder tells apart chats of one name. The page's head, its links to other
pages and the lines that show a new day are layout and no entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.format import Learnt, Source
from archiver.model import Finding, Item, Kind
from archiver.parse.beside import Beside
from archiver.parse.telegram import sentences
from archiver.parse.telegram.page import LONGEST, Node, Region, regions, tree
from archiver.parse.telegram.shown import Shown, shown

NAME = "telegram-html"
SERVICE = "telegram"
VERSION = 1

BROKEN = "E-G001"
NO_CHAT = "E-G002"
UNREADABLE = "W-G004"
UNKNOWN_TYPE = "W-G006"
LOCAL_TIME = "W-G008"
OUT_OF_ORDER = "W-G010"
PAGE_MISSING = "W-G011"
NO_SENDER = "W-G012"
UNDECODABLE = "W-G013"
GAPS = ("W-G020", "W-G021", "W-G022")

_DAMAGE = "\ufffd"
_ID = re.compile(r"message(-?[0-9]+)")
_PAGE = re.compile(rb'<a class="pagination[^"]*" href="([^"]{1,200})"')
_CHAT_FOLDER = re.compile(r"(?:^|/)(chat_[0-9]+)/[^/]*\Z")
_OFFSET = re.compile(r"(?:UTC|GMT)[+-]")


def claims(head: bytes, name: str) -> bool:
    """Whether a page is one of a chat: its body and its history have the program's own classes."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    return (
        start.startswith((b"<!doctype html", b"<html"))
        and b'class="page_body chat_page"' in head
        and b'class="history"' in head
    )


def survey(source: Source) -> Learnt:
    """Say how times are written: with an offset since 2022, without one before."""
    return Learnt(clocks=("%d.%m.%Y %H:%M:%S UTC%z", "%d.%m.%Y %H:%M:%S"))


def parse(source: Source, survey: Learnt) -> Iterator[Item | Finding]:
    """Yield the messages of one page."""
    return _Page(source).read()


class _Page:
    """One reading of one page."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._main = source.main
        self._number = source.first_number
        self._beside = Beside(source.members, source.main)
        self._names = {member.name for member in source.members}
        self._title = self._thread = ""
        self._sender: str | None = None
        self._last_id: int | None = None
        self._has_local_time = False

    def read(self) -> Iterator[Item | Finding]:
        """Go through the page once."""
        is_head = True
        for region in regions(self._source.stream):
            yield from self._pages(region)
            if is_head:
                yield from self._head(region)
                is_head = False
            elif len(region.raw) > LONGEST:
                yield self._place(UNREADABLE, region, {"reason": "too-long"})
            else:
                yield from self._region(region)
        if self._number == self._source.first_number:
            yield Finding(NO_CHAT, {"name": self._source.path_name}, self._main)

    def _head(self, region: Region) -> Iterator[Finding]:
        """Learn the chat's name; what else stands there is layout."""
        text = region.raw.decode("utf-8", "replace")
        at = text.find('<div class="page_header')
        header = tree(text[at:] if at >= 0 else "")[0]
        named = header.first("text")
        self._title = (named.words if named else "") or self._source.path_name
        folder = _CHAT_FOLDER.search(self._source.members[self._main].name)
        self._thread = f"{folder[1]} {self._title}" if folder else ""
        if region.is_last and b"</html>" not in region.raw:
            yield self._broken(region)

    def _pages(self, region: Region) -> Iterator[Finding]:
        """Check that the pages before and after this one were handed in too."""
        here = self._source.members[self._main].name.rpartition("/")[0]
        for match in _PAGE.finditer(region.raw):
            name = match[1].decode("utf-8", "replace")
            if (f"{here}/{name}" if here else name) not in self._names:
                yield Finding(PAGE_MISSING, {"name": name}, self._main, region.offset)

    def _region(self, region: Region) -> Iterator[Item | Finding]:
        text = region.raw.decode("utf-8", "replace")
        top, end = tree(text)
        message = next((each for each in top.inside if isinstance(each, Node)), None)
        number = _ID.fullmatch(message.attributes.get("id", "")) if message else None
        if region.is_last and not end:
            yield self._broken(region)
        elif message is None or number is None:
            yield self._place(UNREADABLE, region, {"reason": "malformed"})
        elif not self._is_day(message, int(number[1])):
            size = len(text[:end].encode()) if region.is_last else len(region.raw)
            item = self._item(region.offset, size, message, number[1])
            yield item
            yield from self._remarks(item, text)

    def _is_day(self, message: Node, number: int) -> bool:
        """Say whether a line only shows a new day, or that there is nothing."""
        if "service" not in message.classes or number >= 0:
            return False
        words = message.words
        return sentences.DAY.fullmatch(words) is not None or words == sentences.NO_MESSAGES

    def _item(self, offset: int, size: int, message: Node, id_: str) -> Item:
        told = self._service(message) if "service" in message.classes else None
        told = told or shown(message, self._beside)
        if told.sender is not None:
            self._sender = told.sender
        number, self._number = self._number, self._number + 1
        return Item(
            number, self._main, offset, size, told.kind, told.type, told.time_text,
            (self._sender if told.sender is None else told.sender) or "", told.text, told.marks,
            told.attachments, id_, self._title, told.values, thread=self._thread, noted=told.noted,
        )  # fmt: skip

    def _service(self, message: Node) -> Shown:
        body = message.child("body") or message
        sentence = body.words
        if sentence.startswith(sentences.UNSUPPORTED):
            return Shown(Kind.MESSAGE, sentences.UNKNOWN, "", "", sentence, (), (), {}, ())
        type_, told = sentences.happened(sentence)
        who = told.pop("who", "")
        return Shown(Kind.EVENT, type_, who, "", sentence, (), (), told, ())

    def _remarks(self, item: Item, text: str) -> Iterator[Finding]:
        if item.type == sentences.UNKNOWN:
            yield self._about(item, UNKNOWN_TYPE, {"type": "service"})
        if item.kind is Kind.MESSAGE and not item.sender and item.type != sentences.UNKNOWN:
            yield self._about(item, NO_SENDER, {})
        if _DAMAGE in text:
            yield self._about(item, UNDECODABLE, {"count": text.count(_DAMAGE)})
        if item.time_text and not _OFFSET.search(item.time_text) and not self._has_local_time:
            self._has_local_time = True
            zone = self._source.zone or self._source.default_zone
            yield self._about(item, LOCAL_TIME, {"zone": zone})
        id_ = int(item.native_id)
        if self._last_id is not None and id_ <= self._last_id:
            yield self._about(item, OUT_OF_ORDER, {"id": id_})
        self._last_id = id_

    def _broken(self, region: Region) -> Finding:
        end = region.offset + len(region.raw)
        values: dict[str, str | int] = {"reason": "truncated", "bytes": len(region.raw), "at": end}
        return Finding(BROKEN, values, self._main, region.offset, len(region.raw))

    def _place(self, code: str, region: Region, values: dict[str, str | int]) -> Finding:
        return Finding(code, values, self._main, region.offset, len(region.raw))

    def _about(self, item: Item, code: str, values: dict[str, str | int]) -> Finding:
        return Finding(code, values, item.member, item.offset, item.length, item.number)
